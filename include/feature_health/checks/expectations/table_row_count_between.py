"""The number of rows lies between two bounds."""

from feature_health.checks.expectation import ExpectationType, Outcome
from feature_health.checks.limits import Limits, number
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Count


def rows(params: Limits) -> Count:
    """All rows, or those that the row condition keeps."""
    return Count(where=params.where)


def judge(params: Limits, seen: Seen) -> Outcome:
    """Success within the bounds, both of which belong to them unless strict."""
    count = seen[rows(params)]
    return Outcome(
        success=params.hold(count),
        observed=count,
        because=f"there are {number(count)} rows, expected {params.in_words}",
        evidence={"observed": count},
    )


EXPECTATION = ExpectationType(
    name="expect_table_row_count_to_be_between",
    params=Limits,
    needs=lambda params: (rows(params),),
    judge=judge,
    columns=lambda _: (),
)
