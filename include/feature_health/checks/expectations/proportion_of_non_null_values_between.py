"""The share of rows whose value is not null lies between two bounds; it is 0 when there are no rows."""

from feature_health.checks.expectations.proportion_of_unique_values_between import values
from feature_health.checks.limits import ColumnLimits, within_limits
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Count


def proportion(params: ColumnLimits, seen: Seen) -> float:
    """Non-null values over rows, 0 to 1."""
    rows: int = seen[Count(where=params.where)]
    return seen[values(params)] / rows if rows else 0.0


EXPECTATION = within_limits(
    name="expect_column_proportion_of_non_null_values_to_be_between",
    params=ColumnLimits,
    what="share of non-null values",
    needs=lambda params: (Count(where=params.where), values(params)),
    value=proportion,
)
