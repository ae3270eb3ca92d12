"""Values equal what the same row's other columns give: an identity that unit mix-ups and stale inputs break.

A value whose expression comes to null is unexpected: nothing in the row vouches for it.
"""

from typing import Annotated

from pydantic import Field

from feature_health.checks.expectation import RowLevelParams, column_of, counted
from feature_health.profiles.measure import Count
from feature_health.profiles.predicate import Any, Not, Recomputes, Sql, both, present


class Params(RowLevelParams):
    """`tolerance` is in the column's unit; `tolerance_ratio` a share, 0 to 1, of the recomputed value. They add up."""

    expression: str
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    tolerance_ratio: Annotated[float, Field(ge=0)] = 0.0


def unexpected(params: Params) -> Count:
    """Values that differ too much, or that cannot be recomputed."""
    same = Recomputes(
        column=params.column,
        expression=params.expression,
        tolerance=params.tolerance,
        tolerance_ratio=params.tolerance_ratio,
    )
    nothing = Sql(expression=f"(\n{params.expression}\n) IS NULL")
    return Count(where=both(params.where, present(params.column), Any(of=(nothing, Not(of=same)))))


EXPECTATION = counted(
    name="expect_column_values_to_equal_recomputed",
    params=Params,
    unexpected=unexpected,
    wrong=lambda params: f"not {params.expression}",
    among=lambda params: present(params.column),
    columns=column_of,
)
