"""The mean of the values lies between two bounds."""

from feature_health.checks.limits import statistic_between

EXPECTATION = statistic_between("mean", what="mean")
