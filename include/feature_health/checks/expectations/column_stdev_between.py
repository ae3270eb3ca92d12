"""The sample standard deviation of the values (n - 1 below the line) lies between two bounds; one value has none."""

from feature_health.checks.limits import statistic_between

EXPECTATION = statistic_between("stdev", what="standard deviation")
