"""Values are there; judged over all rows."""

from feature_health.checks.expectation import RowLevelParams, row_level
from feature_health.profiles.predicate import present

EXPECTATION = row_level(
    name="expect_column_values_to_not_be_null",
    params=RowLevelParams,
    expected=lambda params: present(params.column),
    wrong=lambda _: "null",
    among=lambda _: None,
)
