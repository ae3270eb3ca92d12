"""The number of columns is exactly so many."""

from feature_health.checks.expectation import Outcome
from feature_health.checks.table_columns import SchemaParams, of_the_schema


class Params(SchemaParams):
    """`value` is the number of columns."""

    value: int


def judge(params: Params, columns: tuple[str, ...]) -> Outcome:
    """Success when it is that number."""
    return Outcome(
        success=len(columns) == params.value,
        observed=len(columns),
        because=f"there are {len(columns)} columns, expected {params.value}",
        evidence={"observed": len(columns)},
    )


EXPECTATION = of_the_schema(name="expect_table_column_count_to_equal", params=Params, judge=judge)
