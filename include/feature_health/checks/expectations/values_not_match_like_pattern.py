"""No value is as a whole of SQL's LIKE pattern."""

from feature_health.checks.expectation import row_level
from feature_health.checks.expectations.values_match_like_pattern import Params
from feature_health.profiles.predicate import Not

EXPECTATION = row_level(
    name="expect_column_values_to_not_match_like_pattern",
    params=Params,
    expected=lambda params: Not(of=params.like(params.like_pattern)),
    wrong=lambda params: f"like {params.like_pattern}",
)
