"""Each value is as a whole of SQL's LIKE pattern: % stands for any text, _ for any one character."""

from typing import Annotated

from pydantic import Field

from feature_health.checks.expectation import RowLevelParams, row_level
from feature_health.profiles.predicate import Like


class LikeParams(RowLevelParams):
    """After the character `escape`, % and _ stand for themselves."""

    escape: Annotated[str, Field(min_length=1, max_length=1)] | None = None

    def like(self, pattern: str) -> Like:
        """The value is of the pattern."""
        return Like(column=self.column, pattern=pattern, escape=self.escape)


class Params(LikeParams):
    """One pattern."""

    like_pattern: str


EXPECTATION = row_level(
    name="expect_column_values_to_match_like_pattern",
    params=Params,
    expected=lambda params: params.like(params.like_pattern),
    wrong=lambda params: f"not like {params.like_pattern}",
)
