"""The columns are exactly those listed, in that order."""

from itertools import zip_longest

from feature_health.checks.expectation import Outcome
from feature_health.checks.table_columns import SchemaParams, of_the_schema


class Params(SchemaParams):
    """`column_list` names every column, the first one first."""

    column_list: tuple[str, ...]


def judge(params: Params, columns: tuple[str, ...]) -> Outcome:
    """Success when every place has its column; the first place that has not is told."""
    pairs = enumerate(zip_longest(params.column_list, columns))
    wrong = [{"position": n, "expected": expected, "found": found} for n, (expected, found) in pairs if expected != found]
    return Outcome(
        success=not wrong,
        observed=list(columns),
        because=_first_of(wrong),
        evidence={"mismatched": wrong},
    )


def _first_of(wrong: list[dict[str, object]]) -> str:
    if not wrong:
        return "the columns are as listed"
    first = wrong[0]
    found, expected = first["found"] or "no column", first["expected"] or "none"
    return f"{len(wrong)} places have another column than listed, first place {first['position']}: {found}, expected {expected}"


EXPECTATION = of_the_schema(name="expect_table_columns_to_match_ordered_list", params=Params, judge=judge)
