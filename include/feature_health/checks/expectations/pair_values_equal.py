"""In each row two columns are equal. A row with just one of them is unexpected."""

from feature_health.checks.expectation import counted
from feature_health.checks.expectations.pair_values_greater import PairParams, among, unexpected
from feature_health.profiles.predicate import Compare

EXPECTATION = counted(
    name="expect_column_pair_values_to_be_equal",
    params=PairParams,
    unexpected=lambda params: unexpected(params, Compare(left=params.column_A, op="=", right=params.column_B)),
    wrong=lambda _: "not equal",
    among=among,
    columns=lambda params: (params.column_A, params.column_B),
)
