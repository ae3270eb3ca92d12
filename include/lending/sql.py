"""DuckDB for the lender: a connection that may load nothing from outside, quoting, and one deterministic way to write Parquet.

Knows nothing of features or vendors.
"""

import os
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from upath import UPath

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def connect() -> "DuckDBPyConnection":
    """An in-memory DuckDB in UTC with one thread (the bytes written must not depend on scheduling) and no extensions from
    outside.
    """
    import duckdb

    connection = duckdb.connect(
        config={"threads": "1", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return connection


def identifier(name: str) -> str:
    """`name` quoted as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """`text` quoted as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def write_parquet(connection: "DuckDBPyConnection", query: str, target: UPath) -> None:
    """Write the rows of `query` to `target`, whole or not at all; the same rows in the same order always give the same bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.protocol in ("", "file"):
        _write_local(connection, query, Path(str(target)))
        return
    with tempfile.TemporaryDirectory(prefix="candidate-") as folder:
        local = Path(folder) / target.name
        _copy(connection, query, local)
        target.write_bytes(local.read_bytes())  # an object store shows an object only once all of it is there


def _write_local(connection: "DuckDBPyConnection", query: str, target: Path) -> None:
    """A reader sees the old file or the new one: the new one is written under another name, flushed to disk and then renamed."""
    unfinished = target.with_name(f".{target.name}.{uuid.uuid4().hex}.tmp")
    try:
        _copy(connection, query, unfinished)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _copy(connection: "DuckDBPyConnection", query: str, path: Path) -> None:
    settings = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880"
    connection.execute(f"COPY ({query}) TO {literal(str(path))} ({settings})")
