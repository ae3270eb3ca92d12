"""A regular expression is found somewhere in each value; anchor it with ^ and $ to mean the whole value."""

from feature_health.checks.expectation import RowLevelParams, row_level
from feature_health.profiles.predicate import Matches


class Params(RowLevelParams):
    """The expression may look neither ahead nor behind: engines that scan in linear time cannot."""

    regex: str


EXPECTATION = row_level(
    name="expect_column_values_to_match_regex",
    params=Params,
    expected=lambda params: Matches(column=params.column, regex=params.regex),
    wrong=lambda params: f"not of the form {params.regex}",
)
