"""The number of rows is exactly so many."""

from feature_health.checks.expectation import ExpectationType, Outcome, Params
from feature_health.checks.limits import number
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Count


class CountParams(Params):
    """`value` is the number of rows."""

    value: int


def judge(params: CountParams, seen: Seen) -> Outcome:
    """Success when it is that number."""
    count = seen[Count(where=params.where)]
    return Outcome(
        success=count == params.value,
        observed=count,
        because=f"there are {number(count)} rows, expected {number(params.value)}",
        evidence={"observed": count},
    )


EXPECTATION = ExpectationType(
    name="expect_table_row_count_to_equal",
    params=CountParams,
    needs=lambda params: (Count(where=params.where),),
    judge=judge,
    columns=lambda _: (),
)
