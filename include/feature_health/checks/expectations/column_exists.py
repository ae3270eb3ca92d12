"""A column of that name is there, at that place if one is given."""

from feature_health.checks.expectation import Outcome
from feature_health.checks.table_columns import SchemaParams, of_the_schema


class Params(SchemaParams):
    """`column_index` is the column's place, from 0; a negative one counts from the end."""

    column: str
    column_index: int | None = None


def judge(params: Params, columns: tuple[str, ...]) -> Outcome:
    """Success when it is there; a place beyond the last column has none."""
    places = [n for n, name in enumerate(columns) if name == params.column]
    index = params.column_index
    wanted = None if index is None else index if index >= 0 else index + len(columns)
    return Outcome(
        success=bool(places) if wanted is None else wanted in places,
        observed=places[0] if places else None,
        because=f"{params.column} is {f'column {places[0]}, expected column {wanted}' if places else 'not there'}",
        evidence={"places": places},
    )


EXPECTATION = of_the_schema(name="expect_column_to_exist", params=Params, judge=judge)
