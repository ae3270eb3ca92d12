"""Columns of few values counted by value: one small table of (value, rows), from which every measure of the column alone follows.

A condition is then tested once per different value and not once per row. Of floating numbers no moments are taken this way, since
these depend on the order of summation.
"""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `text`

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any as Anything

import duckdb

from feature_health.engines.duckdb.connection import identifier
from feature_health.engines.duckdb.footer_proof import walk
from feature_health.engines.duckdb.measure_sql import Select, between_ranks, outward, ranks_of, select
from feature_health.engines.duckdb.predicate_sql import filtered, render, rows_where
from feature_health.engines.duckdb.table import Table
from feature_health.profiles.measure import (
    Commonest,
    Count,
    DistinctCount,
    Duplicates,
    GroupSizes,
    Measure,
    Quantiles,
    Stat,
    ValueCounts,
)
from feature_health.profiles.predicate import (
    All,
    Any,
    Between,
    Holds,
    InSet,
    IsNull,
    LengthBetween,
    Like,
    Matches,
    Not,
    Predicate,
    ReadsAsJson,
    ReadsAsTime,
    both,
    present,
)

_N = identifier("rows with the value")
_OF_ONE_COLUMN = (IsNull, Between, InSet, LengthBetween, Matches, Like, ReadsAsTime, ReadsAsJson)
_JOINING = (Not, Holds, All, Any)
_CHEAP_BY_ROW = (IsNull, Between, *_JOINING)
BY_VALUE_TOGETHER = (Count, DistinctCount, Duplicates, Commonest, GroupSizes, Stat)
"""Measures that are selected together from a table of values; others take a query of their own."""
_CHEAP_MAX = 2  # so many cheap measures are taken along in the shared scan as quickly as by value


def worth_counting(measures: Iterable[Measure], table: Table) -> Mapping[str, tuple[Measure, ...]]:
    """For each column of few values that is worth it, the measures that its table of values answers."""
    of: defaultdict[str, list[Measure]] = defaultdict(list)
    for measure in measures:
        column = _column_alone(measure, table)
        if column is not None and (facts := table.footer.facts.get(column)) is not None and facts.few:
            of[column].append(measure)
    return {column: tuple(them) for column, them in of.items() if len(them) > _CHEAP_MAX or not all(map(_cheap_by_row, them))}


def count_by_value(connection: duckdb.DuckDBPyConnection, table: Table, column: str) -> Table:
    """A table of the column's different values and how many rows hold each; raises duckdb.Error."""
    field = table.field(column)
    name = identifier(f"values of {column}")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {field.sql}, count(*) AS {_N} FROM {table.view} GROUP BY {field.sql}"
    )
    return replace(table, view=name, fields=(field,))


def select_by_value(measure: Measure, values: Table) -> Select:
    """How to select the measure from a table of values; raises NotMeasured."""
    match measure:
        case Count(where=where):
            return Select(sql=f"coalesce({filtered(f'sum({_N})', where, values)}, 0)", read=int)
        case DistinctCount(column=column, where=where):
            return Select(sql=filtered(f"count({values.field(column).sql})", where, values), read=int)
        case Duplicates(columns=(column,), where=where, nulls_equal=nulls_equal):
            there = where if nulls_equal else both(where, present(column))
            shared = f"{_N} > 1" + ("" if there is None else f" AND {render(there, values)}")
            return Select(sql=f"coalesce(sum({_N}) FILTER (WHERE {shared}), 0)", read=int)
        case Commonest(column=column, where=where):
            return Select(sql=_sizes(column, where, values), read=_commonest)
        case GroupSizes(column=column, where=where):
            return Select(sql=_sizes(column, where, values), read=_group_sizes)
        case Stat(name="min" | "max"):
            return select(measure, values)
        case Stat():
            return _moment(measure, values)
        case _:
            raise TypeError(f"{type(measure).__name__} is not selected by value")


def _sizes(column: str, where: Predicate | None, values: Table) -> str:
    return filtered(f"list({_N})", both(where, present(column)), values)


def _commonest(sizes: Sequence[int] | None) -> dict[str, int]:
    most = max(sizes or [0])
    return {"count": most, "ties": 0 if sizes is None else sizes.count(most)}


def _group_sizes(sizes: Sequence[int] | None) -> dict[str, Anything]:
    each = sizes or []
    return {"groups": len(each), "rows": sum(each), "n_log_n": math.fsum(n * math.log(n) for n in each)}


def _moment(measure: Stat, values: Table) -> Select:
    """Sum, mean or deviation of whole numbers, from sums that are exact however large they grow."""
    column = values.field(measure.column).sql
    powers = [f"{_N} * CAST({column} AS HUGEINT){f' * CAST({column} AS HUGEINT)' * (power - 1)}" for power in (1, 2)]
    sums = [f"sum({_N})", *(f"sum({power})" for power in powers[: 2 if measure.name == "stdev" else 1])]
    there = both(measure.where, present(measure.column))
    sql = ", ".join(filtered(each, there, values) for each in sums)

    def read(told: Sequence[int | None]) -> int | float | None:
        count, total = told[0], told[1]
        if count is None or total is None:
            return None
        match measure.name:
            case "sum":
                return total
            case "mean":
                return total / count
            case _:
                squares = told[2] or 0
                return None if count == 1 else math.sqrt((count * squares - total * total) / (count * (count - 1)))

    return Select(sql=f"[{sql}]", read=read)


def take_by_value(measure: Measure, values: Table, connection: duckdb.DuckDBPyConnection) -> Anything:  # noqa: ANN401 - as `take`
    """The value of a measure that takes a query of its own; raises NotMeasured or duckdb.Error."""
    match measure:
        case ValueCounts(column=column, where=where, limit=limit):
            field = values.field(column)
            sql, read = outward(field, field.sql)
            rows = rows_where(both(where, present(column)), values)
            counts = connection.execute(
                f"SELECT {sql}, {_N} {rows} ORDER BY {_N} DESC, {field.sql} LIMIT {int(limit)}"
            ).fetchall()
            return [[read(value), count] for value, count in counts]
        case Quantiles(column=column, where=where):
            field = values.field(column)
            rows = rows_where(both(where, present(column)), values)
            sorted_values = connection.execute(f"SELECT CAST({field.sql} AS DOUBLE), {_N} {rows} ORDER BY {field.sql}").fetchall()
            return _quantiles(measure, sorted_values)
        case _:
            raise TypeError(f"{type(measure).__name__} is not taken by value")


def _quantiles(measure: Quantiles, values: Sequence[tuple[float, int]]) -> list[float | None]:
    count = sum(rows for _, rows in values)
    if count == 0:
        return [None] * len(measure.shares)
    at_rank: dict[int, float] = {}
    ranks, seen = deque(ranks_of(measure, count)), 0
    for value, rows in values:
        seen += rows
        while ranks and ranks[0] < seen:
            at_rank[ranks.popleft()] = value
    return between_ranks(measure, count, at_rank)


def _column_alone(measure: Measure, table: Table) -> str | None:
    """The one column that the measure is about, condition and all, if it can be taken by value."""
    match measure:
        case Count():
            columns: set[str] = set()
        case Stat(column=column, name=name) if name in {"min", "max"} or any(
            it.name == column and it.whole for it in table.fields
        ):
            columns = {column}
        case Quantiles(column=column) if any(it.name == column and it.family == "number" for it in table.fields):
            columns = {column}
        case DistinctCount() | ValueCounts() | GroupSizes() | Commonest():
            columns = {measure.column}
        case Duplicates(columns=(column,)):
            columns = {column}
        case _:
            return None
    parts = [] if (where := measure.where) is None else [part for part in walk(where) if not isinstance(part, _JOINING)]
    if not all(isinstance(part, _OF_ONE_COLUMN) for part in parts):
        return None
    columns |= {part.column for part in parts if isinstance(part, _OF_ONE_COLUMN)}
    return next(iter(columns)) if len(columns) == 1 else None


def _cheap_by_row(measure: Measure) -> bool:
    match measure:
        case Stat(name=name):
            return name != "stdev"
        case Count(where=where):
            return where is not None and all(isinstance(part, _CHEAP_BY_ROW) for part in walk(where))
        case _:
            return False
