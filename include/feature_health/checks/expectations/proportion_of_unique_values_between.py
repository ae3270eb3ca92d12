"""The number of different values over the number of non-null values lies between two bounds; it is 0 when there are none."""

from feature_health.checks.expectations.unique_value_count_between import distinct
from feature_health.checks.limits import ColumnLimits, within_limits
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Count
from feature_health.profiles.predicate import both, present


def values(params: ColumnLimits) -> Count:
    """The number of non-null values."""
    return Count(where=both(params.where, present(params.column)))


def proportion(params: ColumnLimits, seen: Seen) -> float:
    """Different values over all values, 0 to 1."""
    of: int = seen[values(params)]
    return seen[distinct(params)] / of if of else 0.0


EXPECTATION = within_limits(
    name="expect_column_proportion_of_unique_values_to_be_between",
    params=ColumnLimits,
    what="share of different values",
    needs=lambda params: (distinct(params), values(params)),
    value=proportion,
)
