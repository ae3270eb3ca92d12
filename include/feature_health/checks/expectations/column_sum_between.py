"""The sum of the values lies between two bounds; no values have no sum."""

from feature_health.checks.limits import statistic_between

EXPECTATION = statistic_between("sum", what="sum")
