"""The different values are exactly those listed."""

from feature_health.checks.expectation import ExpectationType, Outcome, column_of
from feature_health.checks.expectations.distinct_values_in_set import Params, each, missing, surplus
from feature_health.profiles.history import Seen


def judge(params: Params, seen: Seen) -> Outcome:
    """Success when no listed value is missing and no other one is there."""
    absent, count = missing(params, seen), seen[surplus(params)]
    return Outcome(
        success=not absent and count == 0,
        observed={"unexpected_count": count, "missing_count": len(absent), "missing": absent},
        because=f"{params.column} lacks {len(absent)} of the {len(each(params))} listed values and holds {count:,} others",
        evidence={"unexpected_count": count, "missing": absent},
    )


EXPECTATION = ExpectationType(
    name="expect_column_distinct_values_to_equal_set",
    params=Params,
    needs=lambda params: (surplus(params), *each(params).values()),
    judge=judge,
    columns=column_of,
)
