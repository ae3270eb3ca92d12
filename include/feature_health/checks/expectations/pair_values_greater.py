"""In each row one column is greater than another. A row with just one of them is unexpected, since nothing was compared."""

from typing import Literal

from feature_health.checks.expectation import MostlyParams, counted
from feature_health.profiles.measure import Count, Measure
from feature_health.profiles.predicate import All, Any, Compare, IsNull, Not, Predicate, both


class PairParams(MostlyParams):
    """`ignore_row_if` leaves rows out of the judgement."""

    column_A: str  # noqa: N815 - Great Expectations' name
    column_B: str  # noqa: N815 - Great Expectations' name
    ignore_row_if: Literal["both_values_are_missing", "either_value_is_missing", "neither"] = "both_values_are_missing"


class Params(PairParams):
    """`or_equal` allows equality."""

    or_equal: bool | None = None


def missing(params: PairParams) -> tuple[Predicate, ...]:
    """For each of the two columns that it is null."""
    return IsNull(column=params.column_A), IsNull(column=params.column_B)


def among(params: PairParams) -> Predicate | None:
    """The rows that are looked at."""
    if params.ignore_row_if == "neither":
        return None
    return Not(of=All(of=missing(params)) if params.ignore_row_if == "both_values_are_missing" else Any(of=missing(params)))


def unexpected(params: PairParams, comparison: Compare) -> Measure:
    """The rows that are looked at and on which the comparison does not hold, or cannot be made."""
    return Count(where=both(params.where, among(params), Any(of=(*missing(params), Not(of=comparison)))))


def greater(params: Params) -> Compare:
    """What a row must be."""
    return Compare(left=params.column_A, op=">=" if params.or_equal else ">", right=params.column_B)


EXPECTATION = counted(
    name="expect_column_pair_values_a_to_be_greater_than_b",
    params=Params,
    unexpected=lambda params: unexpected(params, greater(params)),
    wrong=lambda params: f"in the wrong order ({params.column_A} must {'reach' if params.or_equal else 'exceed'} the other)",
    among=among,
    columns=lambda params: (params.column_A, params.column_B),
)
