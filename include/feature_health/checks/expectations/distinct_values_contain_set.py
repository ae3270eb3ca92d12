"""Each listed value stands in at least one row."""

from feature_health.checks.expectation import ExpectationType, Outcome, column_of
from feature_health.checks.expectations.distinct_values_in_set import Params, each, missing
from feature_health.profiles.history import Seen


def judge(params: Params, seen: Seen) -> Outcome:
    """Success when none is missing; missing ones are the contract's own words and may be told."""
    absent = missing(params, seen)
    return Outcome(
        success=not absent,
        observed={"missing_count": len(absent), "missing": absent},
        because=f"{params.column} never holds {', '.join(map(str, absent)) or 'anything else'}",
        evidence={"missing": absent},
    )


EXPECTATION = ExpectationType(
    name="expect_column_distinct_values_to_contain_set",
    params=Params,
    needs=lambda params: tuple(each(params).values()),
    judge=judge,
    columns=column_of,
)
