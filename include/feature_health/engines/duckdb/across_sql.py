"""Measures that hold a candidate against another partition, but for coverage: rows that were there before, rows per key, and
whether columns are those of their source.
"""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `text`

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from feature_health.engines.duckdb.predicate_sql import comparable, expression
from feature_health.engines.duckdb.table import Field, Table
from feature_health.profiles.measure import PREVIOUS, Agreement, FanOut, RowOverlap
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


def agreement(measure: Agreement, sources: "Sources") -> dict[str, Any]:
    """See the measure."""
    here, there = sources.candidate, sources.other(measure.of)
    if there is None:
        raise NotMeasured(f"{measure.of} has no published partition of this key")
    keys = [(here.field(name), same_kind(here.field(name), there.field(name))) for name in measure.on]
    values = [(here.field(name), same_kind(here.field(name), there.field(name))) for name in measure.columns]
    ours = _named([ours for ours, _ in keys], [ours for ours, _ in values])
    theirs = _named([theirs for _, theirs in keys], [theirs for _, theirs in values])
    unlike = [f"here.v{n} IS DISTINCT FROM there.v{n}" for n in range(len(values))]
    each = ", ".join(f"count(*) FILTER (WHERE {one})" for one in unlike)
    once = f"SELECT * FROM ({theirs} FROM {there.view}) QUALIFY count(*) OVER (PARTITION BY {_listed_keys(keys)}) = 1"
    joined = " AND ".join(f"here.k{n} = there.k{n}" for n in range(len(keys)))
    rows, differing, *of_each = sources.connection.execute(
        f"SELECT count(*), count(*) FILTER (WHERE {' OR '.join(unlike)}), {each} "
        f"FROM ({ours} FROM {here.view}) AS here JOIN ({once}) AS there ON {joined}"
    ).fetchall()[0]
    return {"rows": int(rows), "unlike": int(differing), "columns": dict(zip(measure.columns, map(int, of_each), strict=True))}


def _named(keys: Sequence[Field], values: Sequence[Field]) -> str:
    named = [f"{field.sql} AS {kind}{n}" for kind, fields in (("k", keys), ("v", values)) for n, field in enumerate(fields)]
    return f"SELECT {', '.join(named)}"


def _listed_keys(keys: Sequence[object]) -> str:
    return ", ".join(f"k{n}" for n in range(len(keys)))


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
