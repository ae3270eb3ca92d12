"""Tables as the text that vendors send: CSV, and JSON lines with nested blocks. Knows nothing of what is in them.

Times are ISO with a Z, days ISO, amounts decimal text; numbers and truth values are themselves.
"""

import io
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from lending.sql import connect, identifier, literal

Blocks = Mapping[str, Mapping[str, str]]
"""Block of a record -> field in it -> the column that it is taken from."""


def csv(table: pa.Table) -> bytes:
    """A header and the rows, comma-separated; null is nothing at all, text is quoted where it must be."""
    sink = io.BytesIO()
    plain = pa.table({name: _as_text(table[name]) for name in table.column_names})
    options = pyarrow.csv.WriteOptions(quoting_style="needed", quoting_header="none")
    pyarrow.csv.write_csv(plain, sink, options)
    return sink.getvalue()


def json_lines(table: pa.Table, blocks: Blocks) -> bytes:
    """A record per row: the columns in their order, each block where its first field stands; null is null."""
    spoken = pa.table({name: _as_text(table[name]) for name in table.column_names})
    with tempfile.TemporaryDirectory(prefix="json-lines-") as folder, connect() as connection:
        connection.register("spoken", spoken)
        file = Path(folder) / "lines.json"
        query = f"SELECT {', '.join(_fields(spoken.column_names, blocks))} FROM spoken"  # noqa: S608 - quoted
        connection.execute(f"COPY ({query}) TO {literal(str(file))} (FORMAT json)")
        return file.read_bytes()


def _fields(columns: list[str], blocks: Blocks) -> list[str]:
    block_of = {column: block for block, fields in blocks.items() for column in fields.values()}
    fields: dict[str, str] = {}
    for column in columns:
        block = block_of.get(column)
        if block is None:
            fields[column] = identifier(column)
        elif block not in fields:
            inner = ", ".join(f"{identifier(name)} := {identifier(of)}" for name, of in blocks[block].items())
            fields[block] = f"struct_pack({inner}) AS {identifier(block)}"
    return list(fields.values())


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column.cast(pa.timestamp("ms", column.type.tz)), "%Y-%m-%dT%H:%M:%SZ")
    if pa.types.is_date(column.type) or pa.types.is_decimal(column.type):
        return column.cast(pa.string())
    return column
