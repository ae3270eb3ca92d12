"""A regular expression is found nowhere in any value."""

from feature_health.checks.expectation import row_level
from feature_health.checks.expectations.values_match_regex import Params
from feature_health.profiles.predicate import Matches, Not

EXPECTATION = row_level(
    name="expect_column_values_to_not_match_regex",
    params=Params,
    expected=lambda params: Not(of=Matches(column=params.column, regex=params.regex)),
    wrong=lambda params: f"of the form {params.regex}",
)
