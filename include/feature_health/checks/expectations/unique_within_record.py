"""In each row no two of the columns are equal; two missing values are."""

from itertools import combinations

from feature_health.checks.across_columns import ColumnListParams, across
from feature_health.profiles.predicate import All, Not, Same

EXPECTATION = across(
    name="expect_select_column_values_to_be_unique_within_record",
    params=ColumnListParams,
    expected=lambda params: All(of=tuple(Not(of=Same(left=a, right=b)) for a, b in combinations(params.column_list, 2))),
    wrong=lambda _: "not all different",
)
