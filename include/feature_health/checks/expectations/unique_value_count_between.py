"""The number of different non-null values lies between two bounds."""

from feature_health.checks.limits import ColumnLimits, within_limits
from feature_health.profiles.measure import DistinctCount


def distinct(params: ColumnLimits) -> DistinctCount:
    """The number of different values."""
    return DistinctCount(column=params.column, where=params.where)


EXPECTATION = within_limits(
    name="expect_column_unique_value_count_to_be_between",
    params=ColumnLimits,
    what="number of different values",
    needs=lambda params: (distinct(params),),
    value=lambda params, seen: seen[distinct(params)],
)
