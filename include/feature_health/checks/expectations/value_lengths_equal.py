"""Values have exactly so many characters."""

from feature_health.checks.expectation import RowLevelParams, row_level
from feature_health.profiles.predicate import LengthBetween


class Params(RowLevelParams):
    """`value` is the number of characters."""

    value: int


EXPECTATION = row_level(
    name="expect_column_value_lengths_to_equal",
    params=Params,
    expected=lambda params: LengthBetween(column=params.column, low=params.value, high=params.value),
    wrong=lambda params: f"not {params.value} characters long",
)
