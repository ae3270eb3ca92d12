"""The share of rows on which a condition holds lies between two bounds: no-hit share, verified share, stated over verified."""

from typing import Annotated

from pydantic import Field

from feature_health.checks.expectation import ExpectationType, Outcome
from feature_health.checks.limits import Limits
from feature_health.checks.wording import percent, share_in_words
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Count, Measure
from feature_health.profiles.predicate import Sql, both

Share = Annotated[float, Field(ge=0, le=1)]


class Params(Limits):
    """`condition` is a SQL boolean expression; rows on which it is unknown do not hold. Bounds are shares, 0 to 1."""

    condition: str
    min_value: Share | None = None
    max_value: Share | None = None


def needs(params: Params) -> tuple[Measure, ...]:
    """All rows that are looked at, and those on which the condition holds."""
    return Count(where=params.where), Count(where=both(params.where, Sql(expression=params.condition)))


def judge(params: Params, seen: Seen) -> Outcome:
    """Success within the bounds; no rows have no share and fail."""
    rows, held = (seen[measure] for measure in needs(params))
    share = held / rows if rows else None
    return Outcome(
        success=params.hold(share),
        observed=share,
        because=f"{held:,} of {rows:,} rows ({share_in_words(held, rows)}) have {params.condition}, expected {_expected(params)}",
        evidence={"held_count": held, "compared_count": rows},
    )


def _expected(params: Params) -> str:
    low, high = params.min_value or 0, params.max_value
    if high is None:
        return f"at least {percent(low)}"
    if not low:
        return f"at most {percent(high)}" if high else "none"
    return f"{percent(low)} to {percent(high)}"


def failing(params: Params) -> Measure | None:
    """The rows on which the condition holds, where it must hold on none; any other share is no single row's fault."""
    return needs(params)[1] if params.max_value == 0 else None


EXPECTATION = ExpectationType(
    name="expect_share_to_be_between", params=Params, needs=needs, judge=judge, columns=lambda _: (), failing=failing
)
