"""Each value is JSON."""

from feature_health.checks.expectation import RowLevelParams, row_level
from feature_health.profiles.predicate import ReadsAsJson

EXPECTATION = row_level(
    name="expect_column_values_to_be_json_parseable",
    params=RowLevelParams,
    expected=lambda params: ReadsAsJson(column=params.column),
    wrong=lambda _: "not JSON",
)
