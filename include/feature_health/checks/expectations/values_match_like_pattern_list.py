"""Each value is as a whole of any, or of all, of several LIKE patterns."""

from typing import Annotated, Literal

from pydantic import Field

from feature_health.checks.expectation import row_level
from feature_health.checks.expectations.values_match_like_pattern import LikeParams
from feature_health.profiles.predicate import All, Any, Predicate


class LikeListParams(LikeParams):
    """An empty list would check nothing and is refused."""

    like_pattern_list: Annotated[tuple[str, ...], Field(min_length=1)]

    @property
    def each(self) -> tuple[Predicate, ...]:
        """For each pattern that the value is of it."""
        return tuple(self.like(pattern) for pattern in self.like_pattern_list)


class Params(LikeListParams):
    """`match_on` says of how many of the patterns a value must be."""

    match_on: Literal["any", "all"] = "any"


EXPECTATION = row_level(
    name="expect_column_values_to_match_like_pattern_list",
    params=Params,
    expected=lambda params: Any(of=params.each) if params.match_on == "any" else All(of=params.each),
    wrong=lambda params: (
        f"not like {'any' if params.match_on == 'any' else 'every one'} of {', '.join(params.like_pattern_list)}"
    ),
)
