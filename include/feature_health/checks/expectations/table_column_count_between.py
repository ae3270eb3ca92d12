"""The number of columns lies between two bounds."""

from typing import Literal

from feature_health.checks.expectation import Outcome
from feature_health.checks.limits import Limits
from feature_health.checks.table_columns import SchemaParams, of_the_schema


class Params(SchemaParams, Limits):
    """Bounds are whole numbers of columns, and belong to them: Great Expectations knows no strict ones here."""

    min_value: int | None = None
    max_value: int | None = None
    strict_min: Literal[False] = False
    strict_max: Literal[False] = False


def judge(params: Params, columns: tuple[str, ...]) -> Outcome:
    """Success within the bounds, both of which belong to them."""
    return Outcome(
        success=params.hold(len(columns)),
        observed=len(columns),
        because=f"there are {len(columns)} columns, expected {params.in_words}",
        evidence={"observed": len(columns)},
    )


EXPECTATION = of_the_schema(name="expect_table_column_count_to_be_between", params=Params, judge=judge)
