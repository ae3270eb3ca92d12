"""Measures of how a candidate's rows are spread: over bins, buckets and hours, and of one column along another."""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `text`

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from feature_health.engines.duckdb.predicate_sql import expression, render, rows_where
from feature_health.engines.duckdb.table import Table
from feature_health.profiles.measure import BucketCounts, Correlation, HashSketch, HourCounts, QuantileSketch, Spread
from feature_health.profiles.predicate import All, Between, InSet, Predicate, both, present
from feature_health.profiles.profile import NotMeasured

if TYPE_CHECKING:
    from feature_health.engines.duckdb.measure_sql import Sources

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HOUR_US = timedelta(hours=1) // _MICROSECOND
_HASHES = 2**64
QUANTILE_STEPS = 32
_DIGITS = 12
"""Digits of a correlation that do not depend on how rows fall to threads."""


def spread(measure: Spread, sources: "Sources") -> list[int]:
    """See the measure."""
    field = sources.candidate.field(measure.column)
    if measure.edges and field.family != "number":
        raise NotMeasured(f"{field.name!r} is {field.native}, which lies between no edges")
    table, rest = sources.candidate, len(measure.values) + len(measure.edges)
    cases = "".join(f" WHEN {render(condition, table)} THEN {n}" for n, condition in enumerate(_conditions(measure)))
    numbered = f"CASE WHEN {field.sql} IS NULL THEN {rest + 1}{cases} ELSE {rest} END"
    return _counted(sources, f"SELECT {numbered} AS bin {rows_where(measure.where, table)}", rest + 2)


def bucket_counts(measure: BucketCounts, sources: "Sources") -> list[int]:
    """See the measure."""
    field, buckets = sources.candidate.field(measure.column), int(measure.buckets)
    number = (
        f"md5_number_lower(CAST({field.sql} AS VARCHAR)) % {buckets}" if measure.bucket is None else expression(measure.bucket)
    )
    rows = rows_where(both(measure.where, present(measure.column)), sources.candidate)
    known = f"CASE WHEN number BETWEEN 0 AND {buckets - 1} THEN CAST(number AS INTEGER) ELSE {buckets} END"
    return _counted(sources, f"SELECT {known} AS bin FROM (SELECT {number} AS number {rows})", buckets + 1)


def hour_counts(measure: HourCounts, sources: "Sources") -> list[list[Any]]:
    """See the measure."""
    field = sources.candidate.field(measure.column)
    if field.family != "timestamp":
        raise NotMeasured(f"{field.name!r} is {field.native}, which has no hours")
    rows = rows_where(both(measure.where, present(measure.column)), sources.candidate)
    late = timedelta(minutes=int(measure.minute))
    at = f"(epoch_us({field.sql}) - {late // _MICROSECOND})"
    # DuckDB divides towards zero, which would put the hours before and after 1970 into one.
    began = f"({at} - ({at} % {_HOUR_US} + {_HOUR_US}) % {_HOUR_US}) // {_HOUR_US}"
    query = f"SELECT {began} AS hour, count(*) AS n {rows} GROUP BY hour ORDER BY n DESC, hour"
    answer = sources.connection.execute(f"{query} LIMIT {int(measure.limit)}").fetchall()
    return [[(_EPOCH + timedelta(hours=hour) + late).isoformat(), count] for hour, count in answer]


def quantile_sketch(measure: QuantileSketch, table: Table) -> str:
    """SQL for [count, values at equal steps]; raises NotMeasured."""
    field = table.field(measure.column)
    if field.family != "number":
        raise NotMeasured(f"{field.name!r} is {field.native}, which has no quantiles")
    shares = ", ".join(repr(n / QUANTILE_STEPS) for n in range(QUANTILE_STEPS + 1))
    return f"{{'count': count({field.sql}), 'values': quantile_disc(CAST({field.sql} AS DOUBLE), [{shares}])}}"


def read_quantile_sketch(told: Mapping[str, Any]) -> dict[str, Any]:
    """The measure's value, of what was selected."""
    return {"count": told["count"], "values": [value for value in told["values"] or [] if math.isfinite(value)]}


def hash_sketch(measure: HashSketch, sources: "Sources") -> list[int]:
    """See the measure. First only among hashes so small that four times as many as are wanted should be, then among all."""
    table = sources.candidate
    hashed = f"hash({', '.join(table.field(column).sql for column in measure.columns)})"
    rows = rows_where(All(of=tuple(present(column) for column in measure.columns)), table)
    share = 4 * measure.size / max(table.footer.rows, 1)
    smallest = f"SELECT DISTINCT hash FROM (SELECT {hashed} AS hash {rows})"
    wanted = f"ORDER BY hash LIMIT {int(measure.size)}"
    found: list[tuple[int]] = []
    if share < 1:
        found = sources.connection.execute(f"{smallest} WHERE hash < {int(share * _HASHES)}::UBIGINT {wanted}").fetchall()
    if len(found) < measure.size:
        found = sources.connection.execute(f"{smallest} {wanted}").fetchall()
    return [hash_ for (hash_,) in found]


def correlation(measure: Correlation, sources: "Sources") -> dict[str, int | float | None]:
    """See the measure."""
    fields = [sources.candidate.field(column) for column in measure.columns]
    for field in fields:
        if field.family != "number":
            raise NotMeasured(f"{field.name!r} is {field.native}, which correlates with nothing")
    given = both(measure.where, *(present(column) for column in measure.columns))
    one, two = (f"CAST({field.sql} AS DOUBLE)" for field in fields)
    query = f"SELECT count(*), corr({one}, {two}) {rows_where(given, sources.candidate)}"
    rows, r = sources.connection.execute(query).fetchall()[0]
    return {"rows": rows, "r": None if r is None or not math.isfinite(r) else round(r, _DIGITS)}


def _conditions(measure: Spread) -> Iterator[Predicate]:
    """What puts a value into each bin but for the last and for null, in their order: the first that holds decides."""
    for value in measure.values:
        yield InSet(column=measure.column, values=(value,))
    for edge in measure.edges:
        yield Between(column=measure.column, high=edge, strict_high=True)


def _counted(sources: "Sources", numbered: str, bins: int) -> list[int]:
    counts = dict(sources.connection.execute(f"SELECT bin, count(*) FROM ({numbered}) GROUP BY bin").fetchall())
    return [counts.get(n, 0) for n in range(bins)]
