"""A CSV or JSON-lines delivery written as Parquet by the contract's columns.

Everything is read as text first, so that nothing is guessed: what does not parse as its promised type is counted and null.
Columns that were not promised stay texts, for the schema diff to see. Must not judge anything.
"""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `text`

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from feature_health.contracts.contract import Contract, Field
from feature_health.engines.duckdb import delivery as deliveries
from feature_health.engines.duckdb.columns import only
from feature_health.engines.duckdb.connection import Resources, confined, identifier, text
from feature_health.engines.duckdb.delivery import Unreadable
from feature_health.engines.duckdb.parsing import is_text, parsed
from feature_health.engines.duckdb.reasons import reason
from feature_health.engines.duckdb.undeclared import as_delivered
from feature_health.errors import EngineFailed
from feature_health.profiles.profile import ObservedColumn
from feature_health.records import Conversion

_LINE_BYTES_MAX = 16_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A delivery as DuckDB can read it: a FROM clause, and for each column its name and the SQL that gives its text."""

    rows: str
    columns: Sequence[tuple[str, str]]


def to_parquet(delivery: Path, contract: Contract, to: Path, resources: Resources) -> Conversion:
    """The port's `to_parquet`. Raises EngineFailed when the Parquet file could not be written."""
    with tempfile.NamedTemporaryFile(dir=_folder(to), prefix=f".{to.name}.", suffix=".partial", delete=False) as file:
        partial = Path(file.name)
    try:
        with confined(resources, (delivery.resolve(), partial.resolve())) as connection:
            source = _source(delivery, connection)
            fields = _fields(source, contract)
            unparsed = _count_unparsed(connection, source, fields)
            whole = {name: as_delivered(connection, source.rows, sql, fields[name]) for name, sql in source.columns}
            _write(connection, source, whole, partial)
        _keep(partial, to)
    except Unreadable as why:
        return Conversion(unreadable=f"Tried to read {delivery.name}, but {why}")
    except OSError as error:
        raise EngineFailed(f"Tried to write {to} from {delivery.name}, but: {error.strerror or error}.") from error
    finally:
        partial.unlink(missing_ok=True)
    return Conversion(unparsed=unparsed)


def _folder(to: Path) -> Path:
    if not to.parent.is_dir():
        raise EngineFailed(
            f"Tried to write {to}, but there is no folder {to.parent}. Create it, or look at the store's settings."
        )
    return to.parent


def _source(delivery: Path, connection: duckdb.DuckDBPyConnection) -> Source:
    suffix = delivery.suffix.lower()
    if suffix == ".csv":
        deliveries.refuse_binary(delivery)
        return _csv(delivery)
    if suffix in {".jsonl", ".ndjson", ".json"}:
        deliveries.refuse_binary(delivery)
        deliveries.refuse_byte_order_mark(delivery)
        return _json(delivery, connection)
    raise Unreadable(f"its name ends in {suffix or 'nothing'}. Deliver .parquet, .csv or .jsonl, uncompressed.")


def _csv(delivery: Path) -> Source:
    names = deliveries.csv_header(delivery)
    columns = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(len(names)))
    options = (
        "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', strict_mode = true, null_padding = false, "
        f"allow_quoted_nulls = false, encoding = 'utf-8', max_line_size = {_LINE_BYTES_MAX}, columns = {{{columns}}}"
    )
    return Source(
        rows=f"FROM read_csv({text(str(delivery.resolve()))}, {options})",
        columns=[(name, f"c{n}") for n, name in enumerate(names)],
    )


def _json(delivery: Path, connection: duckdb.DuckDBPyConnection) -> Source:
    names = _json_names(delivery, connection)
    deliveries.refuse_names(names)
    columns = ", ".join(f"{text(name)}: 'VARCHAR'" for name in names)
    options = f"format = 'newline_delimited', columns = {{{columns}}}, maximum_object_size = {_LINE_BYTES_MAX}"
    return Source(
        rows=f"FROM read_json({text(str(delivery.resolve()))}, {options})",
        columns=[(name, identifier(name)) for name in names],
    )


def _json_names(delivery: Path, connection: duckdb.DuckDBPyConnection) -> Sequence[str]:
    """Every key of every line, in the order in which they first come."""
    path = text(str(delivery.resolve()))
    rows = f"FROM read_ndjson_objects({path}, maximum_object_size = {_LINE_BYTES_MAX}) WHERE json IS NOT NULL"
    numbered = f"SELECT json_keys(json) AS keys, row_number() OVER () AS row {rows}"
    # Lines have few different lists of keys, so only these are looked into.
    lists = f"SELECT keys, min(row) AS row FROM ({numbered}) GROUP BY keys"
    keys = f"SELECT unnest(keys) AS key, row, generate_subscripts(keys, 1) AS place FROM ({lists})"
    try:
        others = connection.execute(f"SELECT count(*) {rows} AND json_type(json) <> 'OBJECT'").fetchall()[0][0]
        found = connection.execute(f"SELECT key FROM ({keys}) GROUP BY key ORDER BY min((row, place))").fetchall()
    except duckdb.Error as error:
        raise Unreadable(deliveries.why_not_json(delivery) or f"it is damaged ({reason(error)}). Deliver it again.") from error
    if others:
        raise Unreadable(deliveries.why_not_json(delivery) or "not every line is one JSON object. Deliver JSON lines.")
    return [key for (key,) in found]


def _fields(source: Source, contract: Contract) -> Mapping[str, Field]:
    """What each delivered column is to become; a text where nobody promised it."""
    promised = {column.name: column for column in contract.columns}
    return {name: promised.get(name) or Field(name=name, type="string") for name, _ in source.columns}


def _count_unparsed(connection: duckdb.DuckDBPyConnection, source: Source, fields: Mapping[str, Field]) -> dict[str, int]:
    """Values that are there but not of their promised type, per column, where there are any; reads the delivery to its end."""
    typed = [(name, sql) for name, sql in source.columns if not is_text(fields[name])]
    counts = [f"count(*) FILTER (WHERE trim({sql}) <> '' AND {parsed(sql, fields[name])} IS NULL)" for name, sql in typed]
    try:
        # A hash of every field makes sure that the whole of every line is read, so that a fault at its end is seen.
        every = ", ".join(sql for _, sql in source.columns)
        answer = connection.execute(f"SELECT {', '.join(['bit_xor(hash(' + every + '))', *counts])} {source.rows}").fetchall()[0]
    except duckdb.Error as error:
        raise Unreadable(f"it is damaged ({reason(error)}). Deliver it again.") from error
    return {name: count for (name, _), count in zip(typed, answer[1:], strict=True) if count}


def _write(connection: duckdb.DuckDBPyConnection, source: Source, fields: Mapping[str, Field], partial: Path) -> None:
    columns = ", ".join(f"{parsed(sql, fields[name])} AS {identifier(name)}" for name, sql in source.columns)
    target = f"TO {text(str(partial.resolve()))} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"
    try:
        connection.execute(f"COPY (SELECT {columns} {source.rows}) {target}")
    except duckdb.Error as error:
        raise EngineFailed(f"Tried to write {partial}, but DuckDB could not: {reason(error)}. Is the disk full?") from error


def keep_columns(staged: Path, columns: Sequence[ObservedColumn], to: Path, resources: Resources) -> None:
    """Copy only these columns of a Parquet file, and only these fields in them, rows in their order; raises EngineFailed."""
    source, target = staged.resolve(), to.resolve()
    kept = ", ".join(f"{only(identifier(column.name), column)} AS {identifier(column.name)}" for column in columns)
    with confined(resources, (source, target)) as connection:
        try:
            connection.execute(
                f"COPY (SELECT {kept} FROM read_parquet({text(str(source))})) "
                f"TO {text(str(target))} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"
            )
        except duckdb.Error as error:
            raise EngineFailed(
                f"Tried to copy {len(columns)} columns of {staged}, but DuckDB could not: {reason(error)}."
            ) from error


def _keep(partial: Path, to: Path) -> None:
    """Put the finished file in its place, so that whoever looks sees all of it or nothing, also after a crash."""
    partial.chmod(0o644)
    for path in (partial, to.parent):
        if path == to.parent:
            partial.replace(to)
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
