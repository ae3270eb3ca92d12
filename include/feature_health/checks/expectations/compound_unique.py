"""No combination of values stands in two rows; of those that do, every row counts as unexpected. Here a null equals a null."""

from typing import Annotated, Literal

from pydantic import Field

from feature_health.checks.expectation import MostlyParams, counted
from feature_health.profiles.measure import Duplicates
from feature_health.profiles.predicate import All, Any, IsNull, Not, Predicate, both


class Params(MostlyParams):
    """`ignore_row_if` leaves rows out of the judgement."""

    column_list: Annotated[tuple[str, ...], Field(min_length=2)]
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "all_values_are_missing"


def among(params: Params) -> Predicate | None:
    """The rows that are looked at."""
    missing = tuple(IsNull(column=column) for column in params.column_list)
    if params.ignore_row_if == "never":
        return None
    return Not(of=All(of=missing) if params.ignore_row_if == "all_values_are_missing" else Any(of=missing))


EXPECTATION = counted(
    name="expect_compound_columns_to_be_unique",
    params=Params,
    unexpected=lambda params: Duplicates(
        columns=params.column_list,
        where=both(params.where, among(params)),
        nulls_equal=params.ignore_row_if != "any_value_is_missing",
    ),
    wrong=lambda _: "not unique together",
    among=among,
    columns=lambda params: params.column_list,
)
