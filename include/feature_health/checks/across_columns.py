"""Types that judge several columns of one row together, and which rows they leave out because something is missing."""

from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from feature_health.checks.expectation import ExpectationType, MostlyParams, counted
from feature_health.profiles.measure import Count
from feature_health.profiles.predicate import All, Any, Holds, IsNull, Not, Predicate, both


class PairParams(MostlyParams):
    """`ignore_row_if` leaves rows out of the judgement."""

    column_A: str  # noqa: N815 - Great Expectations' name
    column_B: str  # noqa: N815 - Great Expectations' name
    ignore_row_if: Literal["both_values_are_missing", "either_value_is_missing", "neither"] = "both_values_are_missing"

    @property
    def together(self) -> tuple[str, ...]:
        """The two columns."""
        return self.column_A, self.column_B


class ColumnListParams(MostlyParams):
    """`ignore_row_if` leaves rows out of the judgement."""

    column_list: Annotated[tuple[str, ...], Field(min_length=2)]
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "all_values_are_missing"

    @property
    def together(self) -> tuple[str, ...]:
        """The columns."""
        return self.column_list


A = TypeVar("A", bound=PairParams | ColumnListParams)


def among(params: PairParams | ColumnListParams) -> Predicate | None:
    """The rows that are looked at."""
    missing = tuple(IsNull(column=column) for column in params.together)
    match params.ignore_row_if:
        case "neither" | "never":
            return None
        case "both_values_are_missing" | "all_values_are_missing":
            return Not(of=All(of=missing))
        case _:
            return Not(of=Any(of=missing))


def across(*, name: str, params: type[A], expected: Callable[[A], Predicate], wrong: Callable[[A], str]) -> ExpectationType[A]:
    """A type that counts rows for which `expected` is not known to hold, among the rows that are looked at.

    `wrong` says in words what an unexpected row is, such as "not equal".
    """
    return counted(
        name=name,
        params=params,
        unexpected=lambda given: Count(where=both(given.where, among(given), Not(of=Holds(of=expected(given))))),
        wrong=wrong,
        among=among,
        columns=lambda given: given.together,
    )
