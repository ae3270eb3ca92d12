"""Values have between so many and so many characters."""

from typing import Self

from pydantic import model_validator

from feature_health.checks.expectation import RowLevelParams, row_level
from feature_health.profiles.predicate import LengthBetween, Predicate


class Params(RowLevelParams):
    """Bounds of None are open; one must be given."""

    min_value: int | None = None
    max_value: int | None = None
    strict_min: bool = False
    strict_max: bool = False

    @model_validator(mode="after")
    def _one_bound_at_least(self) -> Self:
        if self.min_value is None and self.max_value is None:
            raise ValueError("min_value and max_value are both missing, so nothing would be checked; give at least one")
        return self


def expected(params: Params) -> Predicate:
    """What a value must be: lengths are whole, so a strict bound is the next one inwards."""
    low, high = params.min_value, params.max_value
    return LengthBetween(
        column=params.column,
        low=None if low is None else low + params.strict_min,
        high=None if high is None else high - params.strict_max,
    )


EXPECTATION = row_level(
    name="expect_column_value_lengths_to_be_between",
    params=Params,
    expected=expected,
    wrong=lambda _: "too short or too long",
)
