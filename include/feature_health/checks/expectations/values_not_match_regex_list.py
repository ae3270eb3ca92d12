"""None of several regular expressions is found anywhere in any value."""

from feature_health.checks.expectation import row_level
from feature_health.checks.expectations.values_match_regex_list import RegexListParams
from feature_health.profiles.predicate import Any, Not

EXPECTATION = row_level(
    name="expect_column_values_to_not_match_regex_list",
    params=RegexListParams,
    expected=lambda params: Not(of=Any(of=params.each)),
    wrong=lambda params: f"of one of the {len(params.regex_list)} forbidden forms",
)
