"""Every different value is among those listed. Counts values where the row-level type counts rows."""

from typing import Annotated

from pydantic import Field

from feature_health.checks.expectation import ColumnParams, ExpectationType, Outcome, column_of
from feature_health.checks.limits import SetValue
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Count, DistinctCount
from feature_health.profiles.predicate import InSet, Not, both


class Params(ColumnParams):
    """The values that may, or must, be there."""

    value_set: Annotated[tuple[SetValue, ...], Field(min_length=1)]


def surplus(params: Params) -> DistinctCount:
    """How many different values are not in the set."""
    among = both(params.where, Not(of=InSet(column=params.column, values=params.value_set)))
    return DistinctCount(column=params.column, where=among)


def each(params: Params) -> dict[SetValue, Count]:
    """How many rows hold each value of the set."""
    return {value: Count(where=both(params.where, InSet(column=params.column, values=(value,)))) for value in params.value_set}


def missing(params: Params, seen: Seen) -> list[SetValue]:
    """The values of the set that no row holds."""
    return [value for value, count in each(params).items() if not seen[count]]


def judge(params: Params, seen: Seen) -> Outcome:
    """Success when no other value is there; which ones are is the data's, so only their number is told."""
    count = seen[surplus(params)]
    return Outcome(
        success=count == 0,
        observed={"unexpected_count": count},
        because=f"{params.column} holds {count:,} different values beside the {len(params.value_set)} allowed ones",
        evidence={"unexpected_count": count},
    )


EXPECTATION = ExpectationType(
    name="expect_column_distinct_values_to_be_in_set",
    params=Params,
    needs=lambda params: (surplus(params),),
    judge=judge,
    columns=column_of,
)
