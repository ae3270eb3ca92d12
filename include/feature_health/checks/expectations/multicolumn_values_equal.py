"""In each row all the columns are equal; a missing value equals a missing one and nothing else."""

from feature_health.checks.across_columns import ColumnListParams, across
from feature_health.profiles.predicate import All, Same

EXPECTATION = across(
    name="expect_multicolumn_values_to_be_equal",
    params=ColumnListParams,
    expected=lambda params: All(of=tuple(Same(left=params.column_list[0], right=other) for other in params.column_list[1:])),
    wrong=lambda _: "not all equal",
)
