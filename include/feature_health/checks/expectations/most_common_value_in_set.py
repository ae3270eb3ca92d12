"""The commonest value is one of those listed."""

from feature_health.checks.expectation import ExpectationType, Outcome, column_of
from feature_health.checks.expectations.distinct_values_in_set import Params as SetParams
from feature_health.checks.expectations.distinct_values_in_set import each
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Commonest


class Params(SetParams):
    """`ties_okay` allows other values to be as common as a listed one."""

    ties_okay: bool | None = None


def commonest(params: Params) -> Commonest:
    """How common the commonest value is, and how many values are."""
    return Commonest(column=params.column, where=params.where)


def judge(params: Params, seen: Seen) -> Outcome:
    """Success when a listed value is the commonest, alone unless ties are okay; no value is the commonest of none."""
    top = seen[commonest(params)]
    found = [value for value, count in each(params).items() if top["count"] and seen[count] == top["count"]]
    return Outcome(
        success=bool(found) if params.ties_okay else len(found) == 1 == top["ties"],
        observed=found,
        because=f"{len(found)} of the {top['ties']} commonest values of {params.column} are among the listed ones, "
        f"expected {'one at least' if params.ties_okay else 'one alone'}",
        evidence={**top, "listed": found},
    )


EXPECTATION = ExpectationType(
    name="expect_column_most_common_value_to_be_in_set",
    params=Params,
    needs=lambda params: (commonest(params), *each(params).values()),
    judge=judge,
    columns=column_of,
)
