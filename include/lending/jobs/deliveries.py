"""Finds a partition's deliveries in the landing folder and loads them as they are, whatever the format: every field as text.

Knows formats (CSV with a trailer record, JSON lines, Parquet), not fields. Fields that a vendor added are loaded too and fields
that it lost are simply not there, so that a change of schema arrives at the gate as data. Only a file that is none of its format
is refused.
"""

import json
import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from upath import UPath

from lending.errors import DeliveryMissing, DeliveryUnreadable
from lending.sql import identifier, literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TRAILER: Final = "TRAILER|rows="

#: Columns that loading adds: which file a row came from, how many rows the file's trailer promises (NULL without one) and how
#: many it has.
FILE, ROWS_DECLARED, ROWS_READ = "delivered_file", "file_rows_declared", "file_rows_read"


def find(landing: UPath, feed: str, key: str) -> tuple[UPath, ...]:
    """The files delivered for `key`: `<feed>/<key>.<format>` or everything of a known format in `<feed>/<key>/`, sorted by name.

    Raises DeliveryMissing when there is none.
    """
    folder = landing / feed
    single = [path for suffix in _LOADERS if (path := folder / f"{key}{suffix}").is_file()]
    within = [path for path in (folder / key).iterdir() if path.suffix in _LOADERS] if (folder / key).is_dir() else []
    if not (files := sorted([*single, *within], key=lambda path: path.name)):
        formats = ", ".join(_LOADERS)
        raise DeliveryMissing(
            f"Looked for {feed} of {key} as {folder / key} with {formats}, alone or in a folder of that name, and found none. "
            "Has the vendor delivered? Once it has, run this partition again."
        )
    return tuple(files)


def load(connection: "DuckDBPyConnection", files: Sequence[UPath], *, opened_blocks: Collection[str] = ()) -> tuple[str, ...]:
    """Make the table `delivery` of all rows of all `files`, columns united by name, all text; returns the columns delivered.

    A field nested in a JSON record is named after its path (`pay_rate_amount`); a block in `opened_blocks` lends no name to its
    fields. Raises DeliveryUnreadable.
    """
    for position, path in enumerate(files):
        with _refusing(path), local_copy(path) as local:
            _LOADERS[path.suffix](connection, local, f"file_{position}", opened_blocks)
            _add_file_columns(connection, f"file_{position}", path.stem)
    united = " UNION ALL BY NAME ".join(f"FROM file_{position}" for position in range(len(files)))
    connection.execute(f"CREATE TEMP TABLE delivery AS {united}")
    own = {FILE, ROWS_DECLARED, ROWS_READ}
    return tuple(name for name, *_ in connection.execute("DESCRIBE delivery").fetchall() if name not in own)


def _load_csv(connection: "DuckDBPyConnection", path: str, table: str, _: Collection[str]) -> None:
    """Rows with too few fields are padded, and fields beyond the header get a column of their own: both are the gate's to see."""
    options = "delim = ',', quote = '\"', escape = '\"', header = true, all_varchar = true, null_padding = true"
    connection.execute(f"CREATE TEMP TABLE {table}_all AS FROM read_csv({literal(path)}, {options})")
    first = identifier(connection.execute(f"DESCRIBE {table}_all").fetchall()[0][0])
    # A trailer is a record of one field, and nothing but how it begins says that it is none of the data.
    is_trailer = f"coalesce(starts_with({first}, {literal(TRAILER)}), false)"
    declared = f"max(TRY_CAST(substr({first}, {len(TRAILER) + 1}) AS BIGINT)) FILTER ({is_trailer}) OVER ()"
    columns = f"*, {declared} AS {ROWS_DECLARED}"
    query = f"SELECT {columns} FROM {table}_all QUALIFY NOT {is_trailer}"  # noqa: S608 - quoted
    connection.execute(f"CREATE TEMP TABLE {table} AS {query}")


def _load_json_lines(connection: "DuckDBPyConnection", path: str, table: str, opened_blocks: Collection[str]) -> None:
    connection.execute(f"CREATE TEMP TABLE {table}_all AS SELECT json FROM read_ndjson_objects({literal(path)})")  # noqa: S608 - quoted
    [(structure,)] = connection.execute(f"SELECT json_group_structure(json) FROM {table}_all").fetchall()  # noqa: S608 - quoted
    fields = [
        f"json ->> {literal(pointer)} AS {identifier(name)}"
        for name, pointer in _fields(json.loads(structure or "{}"), opened_blocks).items()
    ]
    columns = ", ".join([*fields, f"NULL::BIGINT AS {ROWS_DECLARED}"])
    connection.execute(f"CREATE TEMP TABLE {table} AS SELECT {columns} FROM {table}_all")  # noqa: S608 - quoted


def _fields(
    structure: Mapping[str, object], opened_blocks: Collection[str], prefix: str = "", pointer: str = ""
) -> dict[str, str]:
    """Column name -> JSON pointer of every leaf of a record's structure."""
    fields: dict[str, str] = {}
    for name, shape in structure.items():
        inner = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
        if isinstance(shape, dict):
            fields |= _fields(shape, opened_blocks, prefix if name in opened_blocks else f"{prefix}{name}_", inner)
        else:
            fields[f"{prefix}{name}"] = inner
    return fields


def _load_parquet(connection: "DuckDBPyConnection", path: str, table: str, _: Collection[str]) -> None:
    columns = f"COLUMNS(*)::VARCHAR, NULL::BIGINT AS {ROWS_DECLARED}"
    connection.execute(f"CREATE TEMP TABLE {table} AS SELECT {columns} FROM read_parquet({literal(path)})")  # noqa: S608 - quoted


_Loader = Callable[["DuckDBPyConnection", str, str, Collection[str]], None]
_LOADERS: Final[Mapping[str, _Loader]] = {".csv": _load_csv, ".jsonl": _load_json_lines, ".parquet": _load_parquet}


def _add_file_columns(connection: "DuckDBPyConnection", table: str, file: str) -> None:
    connection.execute(f"ALTER TABLE {table} ADD COLUMN {FILE} VARCHAR DEFAULT {literal(file)}")
    [(rows,)] = connection.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608 - quoted
    connection.execute(f"ALTER TABLE {table} ADD COLUMN {ROWS_READ} BIGINT DEFAULT {rows}")


@contextmanager
def local_copy(path: UPath) -> Iterator[str]:
    """A local file with the delivery's bytes: DuckDB here has no extension that reads remote ones."""
    if path.protocol in ("", "file"):
        yield str(path)
        return
    with tempfile.TemporaryDirectory(prefix="delivery-") as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(path.read_bytes())
        yield str(copy)


@contextmanager
def _refusing(path: UPath) -> Iterator[None]:
    """Turn what the reader says of a broken file into DeliveryUnreadable."""
    import duckdb

    what_to_do = "Ask the vendor to deliver it again, then run this partition again; nothing was written."
    if path.stat().st_size == 0:
        raise DeliveryUnreadable(f"The delivery {path} is empty (0 bytes). {what_to_do}")
    try:
        yield
    except (duckdb.Error, UnicodeDecodeError) as error:
        # Not chained: the reader's own message quotes the offending line, and that line is a person's credit report.
        raise DeliveryUnreadable(
            f"The delivery {path} cannot be read as {path.suffix[1:]}{_place(error)}. {what_to_do}"
        ) from None


def _place(error: Exception) -> str:
    found = re.search(r"\bline:? (\d+)", str(error), re.IGNORECASE)
    return f" (near line {found[1]})" if found else ""
