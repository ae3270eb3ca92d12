"""Two columns go together as they did: shuffled or stale values have perfect distributions and no correlation.

Pearson's correlations are compared as Fisher's z (1915), whose error depends on the number of rows alone.
"""

import math
from typing import Annotated

from pydantic import Field

from feature_health.checks.against_history import HistoryParams, by_history, ordinary, too_early
from feature_health.checks.expectation import ExpectationType, Outcome
from feature_health.profiles.history import Past, Seen
from feature_health.profiles.measure import Correlation

_NEARLY_ONE = 1 - 1e-12  # z of a perfect correlation is infinite


class Params(HistoryParams):
    """Both columns are numbers; leave special codes out by a row condition, for they are none.

    A difference of less than `difference_min` between two correlations never matters. Of partitions with fewer than `rows_min`
    rows in which both have a value nothing is concluded.
    """

    column_A: str  # noqa: N815 - Great Expectations' own name
    column_B: str  # noqa: N815 - Great Expectations' own name
    difference_min: Annotated[float, Field(ge=0, le=2)] = 0.05
    rows_min: Annotated[int, Field(ge=30)] = 500


def measure(params: Params) -> Correlation:
    """The correlation and of how many rows."""
    return Correlation(columns=(params.column_A, params.column_B), where=params.where)


def judge(params: Params, seen: Seen) -> Outcome:
    """Success within the interval, or near enough to its centre; a column that became constant goes with nothing and fails."""
    found = seen[measure(params)]
    if found["rows"] < params.rows_min:
        pair = f"{params.column_A} and {params.column_B}"
        return too_early(f"{found['rows']:,} of {params.rows_min:,} rows with both {pair} are there", rows=found["rows"])
    return by_history(params, seen, (measure(params),), lambda past: _judge(params, found, past))


def _judge(params: Params, found: dict[str, float | None], past: tuple[Past, ...]) -> Outcome:
    then = [each[measure(params)] for each in past]
    levels = [_z(it["r"]) for it in then if it["r"] is not None and it["rows"] >= params.rows_min]
    if len(levels) < params.history_min:
        return too_early(f"{len(levels)} of {params.history_min} accepted partitions large enough are there", history=len(levels))
    usual = ordinary(levels, noise=1 / math.sqrt((found["rows"] or 0) - 3), false_alarms=params.false_alarms)
    r, centre = found["r"], math.tanh(usual.centre)
    low, high = (math.tanh(usual.centre + side * usual.half) for side in (-1, 1))
    evidence = {"correlation": r, "correlation_min": low, "correlation_max": high, "rows": found["rows"], "history": len(levels)}
    seen = "cannot be had, since one of them is the same everywhere" if r is None else f"is {r:.3f}"
    return Outcome(
        success=r is not None and (low <= r <= high or abs(r - centre) < params.difference_min),
        observed=evidence,
        because=f"the correlation of {params.column_A} and {params.column_B} {seen}, expected {low:.3f} to {high:.3f} by "
        f"{len(levels)} accepted partitions",
        evidence=evidence,
    )


def _z(r: float) -> float:
    return math.atanh(max(-_NEARLY_ONE, min(_NEARLY_ONE, r)))


EXPECTATION = ExpectationType(
    name="expect_column_pair_correlation_to_match_history",
    params=Params,
    needs=lambda params: (measure(params),),
    judge=judge,
    columns=lambda params: (params.column_A, params.column_B),
    window=lambda params: params.window,
)
