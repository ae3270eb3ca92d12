"""In each row the columns add up to one and the same total. A row with a missing value among them is unexpected."""

from feature_health.checks.across_columns import ColumnListParams, across
from feature_health.checks.limits import number
from feature_health.profiles.predicate import SumsTo


class Params(ColumnListParams):
    """`sum_total` is in the columns' unit, and exact: floats that miss it by their last digit are unexpected."""

    sum_total: float


EXPECTATION = across(
    name="expect_multicolumn_sum_to_equal",
    params=Params,
    expected=lambda params: SumsTo(columns=params.column_list, total=params.sum_total),
    wrong=lambda params: f"not {number(params.sum_total)} together",
)
