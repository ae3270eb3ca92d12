"""The number of rows is an ordinary one, given the accepted partitions before and the calendar: half of a file is missing rows.

Counts are divided by their days' volume, so that Mondays say something of Saturdays, and compared as logarithms, since volume
varies in proportion.
"""

import math
from typing import Annotated

from pydantic import Field

from feature_health.checks.against_history import HistoryParams, by_history, ordinary
from feature_health.checks.expectation import ExpectationType, Outcome
from feature_health.profiles.history import Past, Seen
from feature_health.profiles.measure import Count
from feature_health.profiles.profile import NotMeasured

_HALF_A_ROW = 0.5  # no rows have no logarithm


class Params(HistoryParams):
    """Differences of up to `tolerance_ratio` of the expected count, a share, never matter, however regular history is."""

    tolerance_ratio: Annotated[float, Field(ge=0, le=1)] = 0.1


def rows(params: Params) -> Count:
    """All rows, or those that the row condition keeps."""
    return Count(where=params.where)


def judge(params: Params, seen: Seen) -> Outcome:
    """Success between the ends, which belong to it."""
    return by_history(params, seen, (rows(params),), lambda past: _judge(params, seen, past))


def _judge(params: Params, seen: Seen, past: tuple[Past, ...]) -> Outcome:
    count = seen[rows(params)]
    counted = [(then[rows(params)], then.volume) for then in past if then.volume > 0]
    if seen.volume <= 0 or len(counted) < params.history_min:
        raise NotMeasured("the calendar expects no rows at all on such days, so none can be too few or too many")
    low, high = limits(params, counted, seen.volume)
    volume = f" on a day of ×{seen.volume:.2f}" if seen.volume != 1 else ""
    evidence = {"row_count": count, "row_count_min": low, "row_count_max": high, "history": len(past), "volume": seen.volume}
    return Outcome(
        success=low <= count <= high,
        observed=evidence,
        because=f"there are {count:,} rows, expected {low:,} to {high:,}{volume} by {len(past)} accepted partitions",
        evidence=evidence,
    )


def limits(params: Params, past: list[tuple[int, float]], volume: float) -> tuple[int, int]:
    """Least and greatest ordinary count of a day of that volume, given (count, volume) of past ones; rounded in its favour."""
    levels = [math.log((count + _HALF_A_ROW) / day) for count, day in past]
    expected = math.exp(ordinary(levels, noise=0, false_alarms=params.false_alarms).centre) * volume
    # Of so many independent rows the count's own relative error is one over its root.
    half = ordinary(levels, noise=1 / math.sqrt(expected), false_alarms=params.false_alarms).half
    low = min(expected * math.exp(-half), expected * (1 - params.tolerance_ratio))
    high = max(expected * math.exp(half), expected * (1 + params.tolerance_ratio))
    return math.floor(low), math.ceil(high)


EXPECTATION = ExpectationType(
    name="expect_table_row_count_to_match_history",
    params=Params,
    needs=lambda params: (rows(params),),
    judge=judge,
    columns=lambda _: (),
    window=lambda params: params.window,
)
