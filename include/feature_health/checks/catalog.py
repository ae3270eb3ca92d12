"""Every expectation type there is, in one explicit tuple: a new one is a file beside the others and a line here."""

from typing import Any

from feature_health.checks.expectation import ExpectationType
from feature_health.checks.expectations import (
    column_max_between,
    column_mean_between,
    column_median_between,
    column_min_between,
    column_stdev_between,
    column_sum_between,
    compound_unique,
    distinct_values_contain_set,
    distinct_values_equal_set,
    distinct_values_in_set,
    join_coverage,
    overlap_with_previous,
    pair_values_equal,
    pair_values_greater,
    proportion_of_non_null_values_between,
    proportion_of_unique_values_between,
    quantile_values_between,
    range_or_special_code,
    share_between,
    table_row_count_between,
    unexpected_rows,
    unique_value_count_between,
    value_lengths_between,
    value_lengths_equal,
    values_between,
    values_equal_recomputed,
    values_in_set,
    values_match_regex,
    values_not_from_the_future,
    values_not_in_set,
    values_not_match_regex,
    values_not_null,
    values_null,
    values_unique,
)

CATALOG: tuple[ExpectationType[Any], ...] = (
    # Great Expectations' own, with its semantics
    table_row_count_between.EXPECTATION,
    values_not_null.EXPECTATION,
    values_null.EXPECTATION,
    values_unique.EXPECTATION,
    values_between.EXPECTATION,
    values_in_set.EXPECTATION,
    values_not_in_set.EXPECTATION,
    values_match_regex.EXPECTATION,
    values_not_match_regex.EXPECTATION,
    value_lengths_between.EXPECTATION,
    value_lengths_equal.EXPECTATION,
    compound_unique.EXPECTATION,
    pair_values_greater.EXPECTATION,
    pair_values_equal.EXPECTATION,
    distinct_values_in_set.EXPECTATION,
    distinct_values_contain_set.EXPECTATION,
    distinct_values_equal_set.EXPECTATION,
    unique_value_count_between.EXPECTATION,
    proportion_of_unique_values_between.EXPECTATION,
    proportion_of_non_null_values_between.EXPECTATION,
    column_min_between.EXPECTATION,
    column_max_between.EXPECTATION,
    column_mean_between.EXPECTATION,
    column_median_between.EXPECTATION,
    column_stdev_between.EXPECTATION,
    column_sum_between.EXPECTATION,
    quantile_values_between.EXPECTATION,
    unexpected_rows.EXPECTATION,
    # ours of the same kind, for lending
    range_or_special_code.EXPECTATION,
    values_equal_recomputed.EXPECTATION,
    join_coverage.EXPECTATION,
    values_not_from_the_future.EXPECTATION,
    share_between.EXPECTATION,
    overlap_with_previous.EXPECTATION,
)

_BY_NAME = {type_.name: type_ for type_ in CATALOG}


def by_name(name: str) -> ExpectationType[Any] | None:
    """The type of that name, or None."""
    return _BY_NAME.get(name)
