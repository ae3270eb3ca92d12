"""The columns are exactly those listed, in any order; or at least those, where the match need not be exact."""

from feature_health.checks.expectation import Outcome
from feature_health.checks.table_columns import SchemaParams, listed, of_the_schema


class Params(SchemaParams):
    """`exact_match: false` allows columns beside those listed."""

    column_set: tuple[str, ...]
    exact_match: bool | None = True


def judge(params: Params, columns: tuple[str, ...]) -> Outcome:
    """Success when none is missing and, if the match is to be exact, none is there beside them. Letters' case counts."""
    missing = sorted(set(params.column_set) - set(columns))
    surplus = sorted(set(columns) - set(params.column_set)) if params.exact_match else []
    return Outcome(
        success=not missing and not surplus,
        observed=sorted(set(columns)),
        because=f"columns missing: {listed(missing)}; not expected: {listed(surplus)}",
        evidence={"missing": missing, "surplus": surplus},
    )


EXPECTATION = of_the_schema(name="expect_table_columns_to_match_set", params=Params, judge=judge)
