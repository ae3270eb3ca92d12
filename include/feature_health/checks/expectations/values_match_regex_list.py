"""Any, or all, of several regular expressions are found somewhere in each value."""

from typing import Annotated, Literal

from pydantic import Field

from feature_health.checks.expectation import RowLevelParams, row_level
from feature_health.profiles.predicate import All, Any, Matches, Predicate


class RegexListParams(RowLevelParams):
    """An empty list would check nothing and is refused."""

    regex_list: Annotated[tuple[str, ...], Field(min_length=1)]

    @property
    def each(self) -> tuple[Predicate, ...]:
        """For each expression that it is found."""
        return tuple(Matches(column=self.column, regex=regex) for regex in self.regex_list)


class Params(RegexListParams):
    """`match_on` says how many of the expressions must be found."""

    match_on: Literal["any", "all"] = "any"


EXPECTATION = row_level(
    name="expect_column_values_to_match_regex_list",
    params=Params,
    expected=lambda params: Any(of=params.each) if params.match_on == "any" else All(of=params.each),
    wrong=lambda params: f"not of {'any' if params.match_on == 'any' else 'every one'} of the {len(params.regex_list)} forms",
)
