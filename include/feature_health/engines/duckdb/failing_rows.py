"""Failing rows told without their values: row keys, the checks that each row fails, and masks. Decides nothing about them.

One streaming query writes them all. Only for rows that share values is there a look beforehand: at hashes, then at those alike.
"""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `text`

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from feature_health.engines.duckdb.columns import only
from feature_health.engines.duckdb.connection import Resources, confined, identifier, text
from feature_health.engines.duckdb.measure_sql import out_of_order
from feature_health.engines.duckdb.predicate_sql import render, rows_where
from feature_health.engines.duckdb.reasons import reason
from feature_health.engines.duckdb.table import Field, Table, open_table, row_number
from feature_health.errors import EngineFailed
from feature_health.profiles.measure import Count, Duplicates, Measure, OutOfOrder
from feature_health.profiles.predicate import All, both, present
from feature_health.profiles.profile import NotMeasured, ObservedColumn
from feature_health.profiles.row_rule import RowRule
from feature_health.records import RowsTold

FINGERPRINT_CHARS = 8
_ROW = identifier("row of the file")
_HASH = identifier("hash of the values")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A rule with the SQL that says whether a row fails it, and the columns that are there to be masked."""

    check: str
    fails: str
    fields: tuple[Field, ...]


def failing_rows(staged: Path, rules: Sequence[RowRule], key: Sequence[str], to: Path, resources: Resources) -> RowsTold:
    """The port's `failing_rows`; raises EngineFailed."""
    source, target = staged.resolve(), to.resolve()
    try:
        salt = _salt(source)
        with confined(resources, (source, target)) as connection:
            table = open_table(connection, source, name="candidate", numbered=_ROW)
            rules_told, untold = _told(connection, rules, table)
            query = _query(rules_told, _there(key, table), table, salt)
            rows = _copied(connection, query, target)
            return RowsTold(rows=rows, counts=_counts(connection, rules_told, target), untold=untold)
    except duckdb.Error as error:
        raise EngineFailed(f"Tried to write the failing rows of {staged}, but DuckDB could not: {reason(error)}.") from error
    except OSError as error:
        raise EngineFailed(f"Tried to write the failing rows of {staged}, but: {error.strerror or error}.") from error


def without_rows(
    staged: Path, columns: Sequence[ObservedColumn], told: Path, checks: Collection[str], to: Path, resources: Resources
) -> int:
    """The port's `without_rows`; raises EngineFailed. Values are copied as they are: no view turns a NaN into a null."""
    source, reasons, target = staged.resolve(), told.resolve(), to.resolve()
    with confined(resources, (source, reasons, target)) as connection:
        try:
            table = open_table(connection, source, name="candidate")
            kept = ", ".join(f"{only(table.field(it.name).sql, it)} AS {table.field(it.name).sql}" for it in columns)
            listed = ", ".join(text(check) for check in checks)
            failing = f"SELECT row FROM read_parquet({text(str(reasons))}) WHERE list_has_any(failed, [{listed}])"
            number = row_number(field.name for field in table.fields)
            rows = f"SELECT *, {number} AS {_ROW} FROM read_parquet({text(str(source))}, hive_partitioning = false)"
            return _copied(connection, f"SELECT {kept} FROM ({rows}) WHERE {_ROW} NOT IN ({failing})", target)
        except (duckdb.Error, NotMeasured) as error:
            why = reason(error) if isinstance(error, duckdb.Error) else error
            raise EngineFailed(f"Tried to leave out the failing rows of {staged}, but could not: {why}.") from error


def _copied(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> int:
    """Write what the query selects, and return the number of its rows."""
    done = connection.execute(f"COPY ({query}) TO {text(str(target))} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)")
    return int(done.fetchall()[0][0])


def told_rows(told: Path, limit: int, resources: Resources) -> list[dict[str, Any]]:
    """The port's `told_rows`; raises EngineFailed."""
    source = told.resolve()
    with confined(resources, (source,)) as connection:
        try:
            rows = connection.execute(f"SELECT * FROM read_parquet({text(str(source))}) LIMIT {int(limit)}")
            names = [column[0] for column in rows.description or ()]
            return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
        except duckdb.Error as error:
            raise EngineFailed(f"Tried to read the failing rows in {told}, but DuckDB could not: {reason(error)}.") from error


def _told(connection: duckdb.DuckDBPyConnection, rules: Sequence[RowRule], table: Table) -> tuple[list[_Told], Mapping[str, str]]:
    told, untold = [], {}
    for place, rule in enumerate(rules):
        try:
            fails = _fails(connection, rule.failing, table, place)
            told.append(_Told(check=rule.check, fails=fails, fields=tuple(table.field(name) for name in rule.columns)))
        except NotMeasured as why:
            untold[rule.check] = str(why)
    return told, untold


def _fails(connection: duckdb.DuckDBPyConnection, failing: Measure, table: Table, place: int) -> str:
    """The SQL that says of a row whether it is among those that the measure counts; raises NotMeasured."""
    match failing:
        case Count(where=None):
            return "TRUE"
        case Count(where=where) if where is not None:
            return render(where, table)
        case Duplicates() | OutOfOrder():
            found = _duplicates(failing, table) if isinstance(failing, Duplicates) else out_of_order(failing, table)
            name = identifier(f"rows of rule {place}")
            connection.execute(f"CREATE TEMP TABLE {name} AS SELECT {_ROW} FROM ({found})")
            return f"{_ROW} IN (FROM {name})"
        case _:
            raise NotMeasured(f"{type(failing).__name__} counts no single rows")


def _duplicates(measure: Duplicates, table: Table) -> str:
    """The places of the rows that are not alone with their values: by a hash of 64 bits, then exactly among those it finds."""
    columns = ", ".join(table.field(column).sql for column in measure.columns)
    whole = None if measure.nulls_equal else All(of=tuple(present(column) for column in measure.columns))
    among = rows_where(both(measure.where, whole), table)
    hashed = f"SELECT *, hash({columns}) AS {_HASH} {among}"
    twice = f"SELECT {_HASH} FROM ({hashed}) GROUP BY {_HASH} HAVING count(*) > 1"
    return f"SELECT {_ROW} FROM ({hashed}) WHERE {_HASH} IN (FROM ({twice})) QUALIFY count(*) OVER (PARTITION BY {columns}) > 1"


def _there(key: Sequence[str], table: Table) -> tuple[Field, ...]:
    """The key columns that the delivery has, once; a row without any is known by its place."""
    names = [field.name for field in table.fields]
    return tuple(table.field(name) for name in key if names.count(name) == 1)


def _query(told: Sequence[_Told], key: Sequence[Field], table: Table, salt: str) -> str:
    """Rows of (row, key, failed, masked). Conditions are evaluated once, inside; a condition that is unknown is no failure."""
    flags = [identifier(f"fails rule {place}") for place in range(len(told))]
    inner = "".join(f", {rule.fails} AS {flag}" for rule, flag in zip(told, flags, strict=True))
    names = ", ".join(f"CASE WHEN {flag} THEN {text(rule.check)} END" for rule, flag in zip(told, flags, strict=True))
    fields = dict.fromkeys(field for rule in told for field in rule.fields)
    masked = {field: _masked(field, told, flags, salt) for field in fields}
    columns = [
        f"{_ROW} AS row",
        *([f"{_struct({field: field.sql for field in key})} AS key"] if key else []),
        f"list_filter(CAST([{names}] AS VARCHAR[]), lambda failed: failed IS NOT NULL) AS failed",
        *([f"{_struct(masked)} AS masked"] if masked else []),
    ]
    return f"SELECT {', '.join(columns)} FROM (SELECT *{inner} FROM {table.view}) WHERE {' OR '.join(flags) or 'FALSE'}"


def _struct(values: Mapping[Field, str]) -> str:
    return f"struct_pack({', '.join(f'{field.sql} := {value}' for field, value in values.items())})"


def _masked(field: Field, told: Sequence[_Told], flags: Sequence[str], salt: str) -> str:
    """The mask of the row's value where a check about this column fails, else null."""
    concerned = [flag for rule, flag in zip(told, flags, strict=True) if field in rule.fields]
    fingerprint = f"left(sha256({text(salt)} || CAST({field.sql} AS VARCHAR)), {FINGERPRINT_CHARS})"
    mask = f"CASE WHEN {field.sql} IS NULL THEN 'null' ELSE {_kind(field)} || ' ' || {fingerprint} END"
    return f"CASE WHEN {' OR '.join(concerned)} THEN {mask} END"


def _kind(field: Field) -> str:
    """Of what kind a value is, with the number of its characters or of its digits before the point."""
    match field.family:
        case "text":
            return f"'text(' || length({field.sql}) || ')'"
        case "number":
            size = f"abs(CAST({field.sql} AS DOUBLE))"
            digits = f"CASE WHEN {size} >= 1 THEN 1 + CAST(floor(log10({size})) AS INTEGER) ELSE 1 END"
            sign = f"CASE WHEN {field.sql} < 0 THEN 'negative' ELSE 'number' END"
            return f"CASE WHEN isinf({size}) THEN 'infinite' ELSE {sign} || '(' || {digits} || ')' END"
        case family:
            return text(family or "other")


def _salt(source: Path) -> str:
    """A secret of the file's own: whoever can make it has the values already; for all others a fingerprint cannot be tried out.

    It is neither written nor the sha256 that the ledger keeps, and the same file gives the same fingerprints again.
    """
    with source.open("rb") as file:
        return hashlib.file_digest(file, partial(hashlib.blake2b, key=b"feature-health masked values")).hexdigest()


def _counts(connection: duckdb.DuckDBPyConnection, told: Sequence[_Told], written: Path) -> Mapping[str, int]:
    """How many of the written rows fail each rule."""
    rows = f"SELECT unnest(failed) AS failed FROM read_parquet({text(str(written))})"
    found = dict(connection.execute(f"SELECT failed, count(*) FROM ({rows}) GROUP BY failed").fetchall())
    return {rule.check: found.get(rule.check, 0) for rule in told}
