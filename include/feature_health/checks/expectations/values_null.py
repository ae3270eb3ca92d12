"""Values are missing; judged over all rows."""

from feature_health.checks.expectation import RowLevelParams, row_level
from feature_health.profiles.predicate import IsNull

EXPECTATION = row_level(
    name="expect_column_values_to_be_null",
    params=RowLevelParams,
    expected=lambda params: IsNull(column=params.column),
    wrong=lambda _: "not null",
    among=lambda _: None,
)
