"""In each row two columns hold one of the listed pairs; a null in a pair stands for a missing value."""

from typing import Annotated

from pydantic import Field

from feature_health.checks.across_columns import PairParams, across
from feature_health.checks.limits import SetValue
from feature_health.profiles.predicate import All, Any, InSet, IsNull, Predicate


class Params(PairParams):
    """An empty list would allow no pair at all and is refused."""

    value_pairs_set: Annotated[tuple[tuple[SetValue | None, SetValue | None], ...], Field(min_length=1)]


def expected(params: Params) -> Predicate:
    """For each value of the one column, the values that the other may then have."""
    partners: dict[SetValue | None, list[SetValue | None]] = {}
    for a, b in params.value_pairs_set:
        partners.setdefault(a, []).append(b)
    return Any(of=tuple(All(of=(among(params.column_A, [a]), among(params.column_B, each))) for a, each in partners.items()))


def among(column: str, values: list[SetValue | None]) -> Predicate:
    """The column holds one of the values, None being a missing one."""
    there = tuple(value for value in values if value is not None)
    parts: list[Predicate] = [InSet(column=column, values=there)] if there else []
    return Any(of=(*parts, *([IsNull(column=column)] if len(there) < len(values) else [])))


EXPECTATION = across(
    name="expect_column_pair_values_to_be_in_set",
    params=Params,
    expected=expected,
    wrong=lambda params: f"none of the {len(params.value_pairs_set)} allowed pairs",
)
