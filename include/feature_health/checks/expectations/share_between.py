"""The share of rows on which a condition holds lies between two bounds: no-hit share, verified share, stated over verified."""

from feature_health.checks.expectation import ExpectationType, Outcome
from feature_health.checks.limits import Limits
from feature_health.profiles.measure import Count, Measure
from feature_health.profiles.predicate import Sql, both
from feature_health.profiles.profile import Profile


class Params(Limits):
    """`condition` is a SQL boolean expression; rows on which it is unknown do not hold. Bounds are shares, 0 to 1."""

    condition: str


def needs(params: Params) -> tuple[Measure, ...]:
    """All rows that are looked at, and those on which the condition holds."""
    return Count(where=params.where), Count(where=both(params.where, Sql(expression=params.condition)))


def judge(params: Params, seen: Profile) -> Outcome:
    """Success within the bounds; no rows have no share and fail."""
    rows, held = (seen[measure] for measure in needs(params))
    share = held / rows if rows else None
    return Outcome(
        success=params.hold(share),
        observed=share,
        because=f"{held:,} of {rows:,} rows{'' if share is None else f' ({share:.2%})'} have {params.condition}, "
        f"expected a share of {params.in_words}",
        evidence={"held_count": held, "compared_count": rows},
    )


EXPECTATION = ExpectationType(name="expect_share_to_be_between", params=Params, needs=needs, judge=judge, columns=lambda _: ())
