"""No combination of values stands in two rows; of those that do, every row counts as unexpected. Here a null equals a null."""

from feature_health.checks.across_columns import ColumnListParams, among
from feature_health.checks.expectation import counted
from feature_health.profiles.measure import Duplicates
from feature_health.profiles.predicate import both

EXPECTATION = counted(
    name="expect_compound_columns_to_be_unique",
    params=ColumnListParams,
    unexpected=lambda params: Duplicates(
        columns=params.column_list,
        where=both(params.where, among(params)),
        nulls_equal=params.ignore_row_if != "any_value_is_missing",
    ),
    wrong=lambda _: "not unique together",
    among=among,
    columns=lambda params: params.column_list,
)
