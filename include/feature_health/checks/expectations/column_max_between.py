"""The greatest value lies between two bounds."""

from feature_health.checks.limits import statistic_between

EXPECTATION = statistic_between("max", what="greatest value")
