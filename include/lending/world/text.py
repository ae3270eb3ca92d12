"""Tables as the text that vendors send: CSV, and JSON lines with nested blocks. Knows nothing of what is in them.

Times are ISO with a Z, days ISO, amounts decimal text; numbers and truth values are themselves.
"""

import io
import json
from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

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
    joined = pc.binary_join_element_wise(*_pieces(table, blocks), _large(""))
    return b"".join(memoryview(chunk.buffers()[2] or b"") for chunk in joined.chunks)


def _pieces(table: pa.Table, blocks: Blocks) -> Iterator[pa.Scalar | pa.ChunkedArray]:
    """What every line is joined of: punctuation and names, and the values as JSON."""
    block_of = {column: block for block, fields in blocks.items() for column in fields.values()}
    told, between = set[str](), "{"
    for column in table.column_names:
        block = block_of.get(column)
        if block is None:
            yield _large(f"{between}{json.dumps(column)}:")
            yield _as_json(table[column])
        elif block not in told:
            told.add(block)
            between = f"{between}{json.dumps(block)}:{{"
            for name, of in blocks[block].items():
                yield _large(f"{between}{json.dumps(name)}:")
                yield _as_json(table[of])
                between = ","
            yield _large("}")
        between = ","
    yield _large("}\n")


def _as_json(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_boolean(column.type) or pa.types.is_integer(column.type):
        bare = column.cast(pa.large_string())
    elif pa.types.is_floating(column.type):
        bare = pc.if_else(pc.is_finite(column), column.cast(pa.large_string()), _large(None))
    else:
        bare = _quoted(_as_text(column).cast(pa.large_string()))
    return pc.fill_null(bare, _large("null"))


def _quoted(text: pa.ChunkedArray) -> pa.ChunkedArray:
    if pc.any(pc.match_substring_regex(text, r'["\\\x00-\x1f]')).as_py():
        return pa.chunked_array([[None if it is None else json.dumps(it) for it in text.to_pylist()]], pa.large_string())
    return pc.binary_join_element_wise(_large('"'), text, _large('"'), _large(""))


def _large(text: str | None) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column.cast(pa.timestamp("ms", column.type.tz)), "%Y-%m-%dT%H:%M:%SZ")
    if pa.types.is_date(column.type) or pa.types.is_decimal(column.type):
        return column.cast(pa.string())
    return column
