"""No value is as a whole of any of several LIKE patterns."""

from feature_health.checks.expectation import row_level
from feature_health.checks.expectations.values_match_like_pattern_list import LikeListParams
from feature_health.profiles.predicate import Any, Not

EXPECTATION = row_level(
    name="expect_column_values_to_not_match_like_pattern_list",
    params=LikeListParams,
    expected=lambda params: Not(of=Any(of=params.each)),
    wrong=lambda params: f"like one of {', '.join(params.like_pattern_list)}",
)
