"""The median of the values, the mean of the middle two where they are even in number, lies between two bounds."""

from feature_health.checks.limits import ColumnLimits, within_limits
from feature_health.profiles.measure import Quantiles


def median(params: ColumnLimits) -> Quantiles:
    """The quantile at one half."""
    return Quantiles(column=params.column, shares=(0.5,), where=params.where)


EXPECTATION = within_limits(
    name="expect_column_median_to_be_between",
    params=ColumnLimits,
    what="median",
    needs=lambda params: (median(params),),
    value=lambda params, seen: seen[median(params)][0],
)
