"""Measures that hold a candidate against another partition, but for coverage: rows that were there before, and rows per key."""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `text`

from collections.abc import Sequence
from typing import TYPE_CHECKING

from feature_health.engines.duckdb.predicate_sql import comparable, expression
from feature_health.engines.duckdb.table import Field, Table
from feature_health.profiles.measure import PREVIOUS, FanOut, RowOverlap
from feature_health.profiles.profile import NotMeasured

if TYPE_CHECKING:
    from feature_health.engines.duckdb.measure_sql import Sources


def row_overlap(measure: RowOverlap, sources: "Sources") -> dict[str, int]:
    """See the measure."""
    here, previous = sources.candidate, sources.other(PREVIOUS)
    if previous is None:
        return {"rows": int(sources.one(f"SELECT count(*) FROM {here.view}")), "shared": 0}
    pairs = _pairs(measure, here, previous)
    ours = ", ".join(field.sql for field, _ in pairs)
    # In the candidate's types: an integer hashes otherwise when it is delivered wider than yesterday.
    theirs = ", ".join(f"TRY_CAST({there.sql} AS {field.native})" for field, there in pairs)
    shared = f"count(*) FILTER (WHERE hash({ours}) IN (SELECT hash({theirs}) FROM {previous.view}))"
    rows = sources.connection.execute(f"SELECT count(*), {shared} FROM {here.view}").fetchall()
    return {"rows": rows[0][0], "shared": rows[0][1]}


def fan_out(measure: FanOut, sources: "Sources") -> dict[str, int]:
    """See the measure."""
    here, there = sources.candidate, sources.other(measure.of)
    if there is None:
        raise NotMeasured(f"{measure.of} has no published partition of this key")
    pairs = [(here.field(column), same_kind(here.field(column), there.field(column))) for column in measure.on]
    wanted = "TRUE" if measure.of_where is None else expression(measure.of_where)
    found = _keyed([field for field, _ in pairs], f"FROM {here.view}")
    keys = _keyed([field for _, field in pairs], f"FROM {there.view} WHERE {wanted}")
    joined = " AND ".join(f"here.k{n} = there.k{n}" for n in range(len(pairs)))
    answer = sources.connection.execute(
        f"SELECT count(*), coalesce(sum(n), 0), count(*) FILTER (WHERE n > {int(measure.rows_max)}), coalesce(max(n), 0) "
        f"FROM ({found}) AS here SEMI JOIN ({keys}) AS there ON {joined}"
    ).fetchall()[0]
    return dict(zip(("keys", "rows", "over", "most"), (int(value) for value in answer), strict=True))


def same_kind(field: Field, other: Field) -> Field:
    """The other partition's column, once it is sure that the two can be compared; raises NotMeasured."""
    if not comparable(field, other):
        raise NotMeasured(
            f"{field.name!r} is {field.native} in one partition and {other.native} in the other; they cannot be compared"
        )
    return other


def _pairs(measure: RowOverlap, here: Table, previous: Table) -> list[tuple[Field, Field]]:
    if measure.columns:
        return [(here.field(name), same_kind(here.field(name), previous.field(name))) for name in measure.columns]
    there = {field.name: field for field in previous.fields}
    pairs = [
        (field, there[field.name])
        for field in here.fields
        if field.name in there and field.family not in {"date", "timestamp"} and comparable(field, there[field.name])
    ]
    if not pairs:
        raise NotMeasured("the two partitions have no column in common that holds neither dates nor times")
    return pairs


def _keyed(fields: Sequence[Field], rows: str) -> str:
    columns = ", ".join(f"{field.sql} AS k{n}" for n, field in enumerate(fields))
    names = ", ".join(f"k{n}" for n in range(len(fields)))
    return f"SELECT {names}, count(*) AS n FROM (SELECT {columns} {rows}) GROUP BY {names}"
