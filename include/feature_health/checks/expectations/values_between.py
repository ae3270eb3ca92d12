"""Values lie between two bounds, or are null."""

from feature_health.checks.expectation import RowLevelParams, row_level
from feature_health.checks.limits import ColumnLimits
from feature_health.profiles.predicate import Between, Predicate


class Params(ColumnLimits, RowLevelParams):
    """Bounds are numbers or ISO dates."""


def expected(params: Params) -> Predicate:
    """What a value must be."""
    return Between(
        column=params.column,
        low=params.min_value,
        high=params.max_value,
        strict_low=params.strict_min,
        strict_high=params.strict_max,
    )


EXPECTATION = row_level(
    name="expect_column_values_to_be_between",
    params=Params,
    expected=expected,
    wrong=lambda params: f"{'outside' if ' to ' in params.in_words else 'not'} {params.in_words}",
)
