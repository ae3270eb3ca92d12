"""Each measure as DuckDB's SQL, and its answer as a plain value that JSON can hold.

Aggregates that stream (counts, moments) are selected together in one query; those that must hold values in memory (distinct
values, quantiles, duplicates, joins) each have their own, since together they would need many times the memory.
"""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `text`

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from string import Formatter
from typing import Any

import duckdb

from feature_health.engines.duckdb.across_sql import agreement, fan_out, row_overlap, same_kind
from feature_health.engines.duckdb.connection import identifier
from feature_health.engines.duckdb.predicate_sql import counted, expression, filtered, render, rows_where
from feature_health.engines.duckdb.shape_sql import (
    bucket_counts,
    correlation,
    hash_sketch,
    hour_counts,
    quantile_sketch,
    read_quantile_sketch,
    spread,
)
from feature_health.engines.duckdb.table import Field, Table
from feature_health.profiles.measure import (
    Agreement,
    BinCounts,
    BucketCounts,
    Commonest,
    Correlation,
    Count,
    CountBy,
    Coverage,
    DistinctCount,
    Duplicates,
    FanOut,
    GroupSizes,
    HashSketch,
    HourCounts,
    Interpolation,
    Measure,
    OutOfOrder,
    Overlap,
    Quantiles,
    QuantileSketch,
    QueryCount,
    RowOverlap,
    Spread,
    Stat,
    StatName,
    ValueCounts,
    name_of,
)
from feature_health.profiles.predicate import All, Between, Predicate, both, present
from feature_health.profiles.predicate import Any as AnyOf
from feature_health.profiles.profile import NotMeasured

SEGMENTS_MAX = 500  # of the least covered; a profile is a few kB
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """One streaming aggregate: what to select, and how to read what comes back."""

    sql: str
    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What holistic measures read: the candidate, and other partitions by their names. `other` raises NotMeasured.

    `known` are the values of what was measured before, by the measures' names.
    """

    connection: duckdb.DuckDBPyConnection
    candidate: Table
    other: Callable[[str], Table | None]
    known: Mapping[str, Any]

    def one(self, sql: str) -> Any:  # noqa: ANN401 - whatever the query counts
        """The first value of the first row."""
        row = self.connection.execute(sql).fetchone()
        return None if row is None else row[0]


# ── streaming ────────────────────────────────────────────────────────────────────────────────────────────────────────


def select(measure: Count | Stat | BinCounts | QuantileSketch, table: Table) -> Select:
    """How to select the measure, a quantile sketch from the table's sample; raises NotMeasured."""
    if isinstance(measure, Count):
        return Select(sql=counted(measure.where, table), read=lambda count: int(count or 0))
    if isinstance(measure, QuantileSketch):
        return Select(sql=quantile_sketch(measure, table), read=read_quantile_sketch)
    if isinstance(measure, BinCounts):
        return _bin_counts(measure, table)
    field = table.field(measure.column)
    if field.family in {"date", "timestamp"}:
        return _moment_stat(measure, field, table)
    if field.family == "text" or field.family is None:
        raise NotMeasured(f"the {measure.name} of {field.name!r} ({field.native}) is no number or date that a record may keep")
    return Select(sql=filtered(_aggregate(measure.name, field), measure.where, table), read=number)


def _bin_counts(measure: BinCounts, table: Table) -> Select:
    """Values below each edge, up to the last one, and of any size; bins are what lies between two of these."""
    field = table.field(measure.column)
    if field.family != "number":
        raise NotMeasured(f"{field.name!r} is {field.native}, which cannot be put into bins")
    edges = measure.edges
    below = [Between(column=field.name, high=edge, strict_high=True) for edge in edges[:-1]]
    cumulative = [*below, Between(column=field.name, high=edges[-1]), present(field.name)]
    counts = ", ".join(f"coalesce({counted(both(measure.where, each), table)}, 0)" for each in cumulative)
    return Select(sql=f"[{counts}]", read=lambda upto: [int(high - low) for low, high in zip([0, *upto[:-1]], upto, strict=True)])


def _aggregate(name: StatName, field: Field) -> str:
    value = f"CAST({field.sql} AS TINYINT)" if field.family == "boolean" else field.sql
    # Kahan's summation: the answer hardly depends on how rows fall to threads.
    mean, total = ("favg", "fsum") if field.floating else ("avg", "sum")
    return f"{ {'mean': mean, 'sum': total, 'stdev': 'stddev_samp'}.get(name, name) }({value})"


def _moment_stat(measure: Stat, field: Field, table: Table) -> Select:
    if measure.name not in {"min", "max"}:
        raise NotMeasured(f"{field.name!r} holds dates or times, which have no {measure.name}")
    sql, read = outward(field, filtered(f"{measure.name}({field.sql})", measure.where, table))
    return Select(sql=sql, read=read)


def outward(field: Field, sql: str) -> tuple[str, Callable[[Any], Any]]:
    """A value of the column as something that comes out of DuckDB plainly, and how to read it. Times come as microseconds."""
    match field.family:
        case "timestamp":
            return f"epoch_us({sql})", lambda value: None if value is None else _iso(value, zoned=field.zoned)
        case "date":
            return f"CAST({sql} AS VARCHAR)", lambda value: value
        case "number":
            return sql, number
        case "text" | "boolean":
            return sql, lambda value: value
        case _:
            raise NotMeasured(f"{field.name!r} is {field.native}, whose values cannot be told")


def _iso(microseconds: int, *, zoned: bool) -> str:
    moment = _EPOCH + timedelta(microseconds=microseconds)
    return (moment if zoned else moment.replace(tzinfo=None)).isoformat()


def number(value: Any) -> int | float | None:  # noqa: ANN401 - int, float, Decimal or None
    """The number as JSON can hold it; raises NotMeasured when it cannot."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise NotMeasured("the answer is infinite: the column holds infinite or far too large values")
    return value  # type: ignore[no-any-return] # DuckDB's own int or float


# ── holistic ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def take(measure: Measure, sources: Sources) -> Any:  # noqa: ANN401 - each measure states its own value
    """The measure's value; raises NotMeasured or duckdb.Error."""
    return _TAKERS[type(measure)](measure, sources)


def _distinct_count(measure: DistinctCount, sources: Sources) -> int:
    field = sources.candidate.field(measure.column)
    return int(sources.one(f"SELECT count(DISTINCT {field.sql}) {rows_where(measure.where, sources.candidate)}"))


def _duplicates(measure: Duplicates, sources: Sources) -> int:
    table = sources.candidate
    columns = ", ".join(table.field(column).sql for column in measure.columns)
    whole = None if measure.nulls_equal else All(of=tuple(present(column) for column in measure.columns))
    groups = f"SELECT count(*) AS n {rows_where(both(measure.where, whole), table)} GROUP BY {columns} HAVING count(*) > 1"
    return int(sources.one(f"SELECT coalesce(sum(n), 0) FROM ({groups})"))


def out_of_order(measure: OutOfOrder, table: Table) -> str:
    """The rows that the measure counts; raises NotMeasured.

    A window without an order goes through the rows as they lie in the file, holding one of them.
    """
    field = table.field(measure.column)
    if field.family not in {"number", "date", "timestamp"}:
        raise NotMeasured(f"{field.name!r} is {field.native}, whose values are in no order that means anything")
    wrong = f"{'>' if measure.descending else '<'}{'=' if measure.strictly else ''}"
    rows = rows_where(both(measure.where, present(measure.column)), table)
    previous = identifier("the value before")
    return f"SELECT * FROM (SELECT *, lag({field.sql}) OVER () AS {previous} {rows}) WHERE {field.sql} {wrong} {previous}"


def _out_of_order(measure: OutOfOrder, sources: Sources) -> int:
    return int(sources.one(f"SELECT count(*) FROM ({out_of_order(measure, sources.candidate)})"))


def _group_sizes(measure: GroupSizes, sources: Sources) -> dict[str, Any]:
    query = f"SELECT count(*), coalesce(sum(n), 0), coalesce(fsum(n * ln(n)), 0) FROM ({_sizes(measure, sources.candidate)})"
    groups, rows, n_log_n = sources.connection.execute(query).fetchall()[0]
    return {"groups": groups, "rows": int(rows), "n_log_n": n_log_n}


def _commonest(measure: Commonest, sources: Sources) -> dict[str, int]:
    query = f"SELECT n, count(*) FROM ({_sizes(measure, sources.candidate)}) GROUP BY n ORDER BY n DESC LIMIT 1"
    count, ties = next(iter(sources.connection.execute(query).fetchall()), (0, 0))
    return {"count": count, "ties": ties}


def _sizes(measure: GroupSizes | Commonest, table: Table) -> str:
    """Of each value the number `n` of its rows."""
    rows = rows_where(both(measure.where, present(measure.column)), table)
    return f"SELECT count(*) AS n {rows} GROUP BY {table.field(measure.column).sql}"


def _value_counts(measure: ValueCounts, sources: Sources) -> list[list[Any]]:
    field = sources.candidate.field(measure.column)
    rows = rows_where(both(measure.where, present(measure.column)), sources.candidate)
    sql, read = outward(field, field.sql)
    query = f"SELECT {sql}, count(*) AS n {rows} GROUP BY {field.sql} ORDER BY n DESC, {field.sql} LIMIT {int(measure.limit)}"
    return [[read(value), count] for value, count in sources.connection.execute(query).fetchall()]


def _count_by(measure: CountBy, sources: Sources) -> dict[str, Any]:
    """In one scan; a column of more values than a profile can hold is no closed set and raises NotMeasured."""
    table, fields = sources.candidate, [sources.candidate.field(column) for column in measure.by]
    if _known_to_be_none(measure.where, sources):
        return {"rows": sources.known[name_of(Count())], "counted": 0, "segments": []}
    told = [outward(field, identifier(f"segment {n}")) for n, field in enumerate(fields)]
    names = _listed(f"{field.sql} AS {identifier(f'segment {n}')}" for n, field in enumerate(fields))
    which = "".join(f" WHEN grouping({identifier(f'segment {n}')}) = 0 THEN {n}" for n in range(len(fields)))
    sets = _listed(f"({identifier(f'segment {n}')})" for n in range(len(fields)))
    query = (
        f"SELECT CASE{which} END AS n, count(*), count(*) FILTER (WHERE hit), {_listed(sql for sql, _ in told)} "
        f"FROM (SELECT {names}, {render(measure.where, table)} AS hit FROM {table.view}) GROUP BY GROUPING SETS ({sets}, ())"
    )
    rows = sources.connection.execute(f"{query} LIMIT {SEGMENTS_MAX + 2}").fetchall()
    if len(rows) > SEGMENTS_MAX + 1:
        raise NotMeasured(f"{_listed(measure.by)} have more than {SEGMENTS_MAX} different values, too many for segments")
    whole = next(row for row in rows if row[0] is None)
    segments = [[fields[n].name, told[n][1](row[3 + n]), *row[1:3]] for row in rows if (n := row[0]) is not None]
    return {"rows": whole[1], "counted": whole[2], "segments": sorted(segments, key=lambda one: (one[0], str(one[1])))}


def _known_to_be_none(where: Predicate, sources: Sources) -> bool:
    """Whether each of the conditions was counted already and holds on no row: then no row need be looked at again."""
    counts = [Count(where=condition) for condition in (where.of if isinstance(where, AnyOf) else (where,))]
    return name_of(Count()) in sources.known and all(sources.known.get(name_of(count)) == 0 for count in counts)


def _quantiles(measure: Quantiles, sources: Sources) -> list[float | None]:
    """Order statistics by DuckDB, interpolation here: only so are all of NumPy's ways at hand."""
    field = sources.candidate.field(measure.column)
    if field.family != "number":
        raise NotMeasured(f"{field.name!r} is {field.native}, which has no quantiles")
    rows = rows_where(measure.where, sources.candidate)
    count = _values_there(measure, sources)
    if count == 0:
        return [None] * len(measure.shares)
    ranks = ranks_of(measure, count)
    shares = ", ".join(repr((rank + 0.5) / count) for rank in ranks)
    values = sources.one(f"SELECT quantile_disc(CAST({field.sql} AS DOUBLE), [{shares}]) {rows}")
    return between_ranks(measure, count, dict(zip(ranks, values, strict=True)))


def _values_there(measure: Quantiles, sources: Sources) -> int:
    table = sources.candidate
    if measure.where is None and table.footer.never_null(measure.column):
        return table.footer.rows
    return int(sources.one(f"SELECT count({table.field(measure.column).sql}) {rows_where(measure.where, table)}"))


def ranks_of(measure: Quantiles, count: int) -> list[int]:
    """The places, from 0, of the sorted values that the quantiles lie on or between, in order; `count` values, at least one."""
    return sorted({rank for at in _positions(measure, count) for rank in (math.floor(at), math.ceil(at))})


def between_ranks(measure: Quantiles, count: int, values: Mapping[int, float]) -> list[float | None]:
    """The quantiles, given the value at each of their ranks."""
    return [number(_interpolated(position, values, measure.interpolation)) for position in _positions(measure, count)]


def _positions(measure: Quantiles, count: int) -> list[float]:
    # Multiplied and divided as pandas does on its way to NumPy, whose last digit may decide between two neighbours.
    return [(count - 1) * (share * 100 / 100) for share in measure.shares]


def _interpolated(position: float, at_rank: Mapping[int, float], interpolation: Interpolation) -> float:
    low, high = at_rank[math.floor(position)], at_rank[math.ceil(position)]
    match interpolation:
        case "lower":
            return low
        case "higher":
            return high
        case "nearest":
            return at_rank[round(position)]
        case "midpoint":
            return low + (high - low) / 2
        case "linear":
            part = position - math.floor(position)
            return high - (high - low) * (1 - part) if part >= 0.5 else low + (high - low) * part


def _query_count(measure: QueryCount, sources: Sources) -> int:
    fields = {field for _, field, _, _ in Formatter().parse(measure.query) if field is not None}
    if fields != {"batch"}:
        raise NotMeasured(f"the query must read from {{batch}} and name nothing else in braces, but names {sorted(fields)}")
    query = measure.query.format(batch=sources.candidate.view)
    statements = sources.connection.extract_statements(query)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise NotMeasured("a query must be one SELECT and nothing else")
    return int(sources.one(f"SELECT count(*) FROM (\n{query}\n)"))


def _overlap(measure: Overlap, sources: Sources) -> dict[str, int]:
    here, previous = sources.candidate, sources.other("previous")
    field = here.field(measure.column)
    if previous is None:
        return {"rows": int(sources.one(f"SELECT count({field.sql}) FROM {here.view}")), "shared": 0}
    there = same_kind(field, previous.field(measure.column))
    shared = f"count(*) FILTER (WHERE {field.sql} IN (SELECT {there.sql} FROM {previous.view}))"
    rows = sources.connection.execute(f"SELECT count({field.sql}), {shared} FROM {here.view}").fetchall()
    return {"rows": rows[0][0], "shared": rows[0][1]}


def _coverage(measure: Coverage, sources: Sources) -> dict[str, Any]:
    here, there = sources.candidate, sources.other(measure.of)
    if there is None:
        raise NotMeasured(f"{measure.of} has no published partition of this key")
    keys = [same_kind(there.field(column), here.field(column)) for column in measure.on]
    by = [there.field(column) for column in measure.by]
    rows = sources.connection.execute(_coverage_query(measure, here, there, keys, by)).fetchall()
    whole = next(row for row in rows if row[0] is None)
    segments = [[by[n].name, outward(by[n], "")[1](row[3 + n]), *row[1:3]] for row in rows if (n := row[0]) is not None]
    worst = sorted(segments, key=lambda segment: (segment[3] - segment[2], segment[0], str(segment[1])))
    return {"rows": whole[1], "matched": whole[2], "segments": worst[:SEGMENTS_MAX]}


def _coverage_query(measure: Coverage, here: Table, there: Table, keys: Sequence[Field], by: Sequence[Field]) -> str:
    """Rows of (index of the segment's column or null for the whole, rows, matched, value of each segment column)."""
    wanted = "" if measure.of_where is None else f"WHERE {expression(measure.of_where)}"
    joined = " AND ".join(f"there.{there.field(key.name).sql} = here.k{n}" for n, key in enumerate(keys))
    found = f"SELECT DISTINCT {_listed(f'{key.sql} AS k{n}' for n, key in enumerate(keys))}, TRUE AS hit FROM {here.view}"
    segments = [identifier(f"segment {n}") for n in range(len(by))]
    values = _listed(f"{outward(field, f'there.{field.sql}')[0]} AS {name}" for field, name in zip(by, segments, strict=True))
    which = "".join(f" WHEN grouping({name}) = 0 THEN {n}" for n, name in enumerate(segments))
    return (
        f"SELECT {f'CASE{which} END' if which else 'NULL'}, count(*), count(hit){', ' if by else ''}{_listed(segments)} "
        f"FROM (SELECT hit{', ' if by else ''}{values} FROM (SELECT * FROM {there.view} {wanted}) AS there "
        f"LEFT JOIN ({found}) AS here ON {joined}) "
        f"GROUP BY GROUPING SETS ({_listed(['()', *(f'({name})' for name in segments)])})"
    )


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)


_TAKERS: Mapping[type, Callable[[Any, Sources], Any]] = {
    DistinctCount: _distinct_count,
    Duplicates: _duplicates,
    OutOfOrder: _out_of_order,
    GroupSizes: _group_sizes,
    Commonest: _commonest,
    ValueCounts: _value_counts,
    CountBy: _count_by,
    Quantiles: _quantiles,
    QueryCount: _query_count,
    Overlap: _overlap,
    Coverage: _coverage,
    RowOverlap: row_overlap,
    FanOut: fan_out,
    Agreement: agreement,
    Correlation: correlation,
    Spread: spread,
    BucketCounts: bucket_counts,
    HourCounts: hour_counts,
    HashSketch: hash_sketch,
}
