"""In each row two columns are equal. A row with just one of them is unexpected."""

from feature_health.checks.across_columns import PairParams, across
from feature_health.profiles.predicate import Compare

EXPECTATION = across(
    name="expect_column_pair_values_to_be_equal",
    params=PairParams,
    expected=lambda params: Compare(left=params.column_A, op="=", right=params.column_B),
    wrong=lambda _: "not equal",
)
