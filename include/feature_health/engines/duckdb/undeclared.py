"""What nested JSON values hold beyond the promise, as further fields of text: the schema diff sees them, and nobody else does."""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `text`

from dataclasses import replace

import duckdb

from feature_health.contracts.contract import Field
from feature_health.engines.duckdb.connection import text
from feature_health.engines.duckdb.parsing import pointer

FIELDS_MAX = 50
"""Whoever writes identifiers as keys has as many keys as rows; the first few tell enough."""


def as_delivered(connection: duckdb.DuckDBPyConnection, rows: str, sql: str, field: Field) -> Field:
    """The field with all that its values hold, of which `sql` gives the texts and `rows` is the FROM clause."""
    return _widened(connection, f"SELECT TRY_CAST({sql} AS JSON) AS node {rows}", field) if field.fields else field


def _widened(connection: duckdb.DuckDBPyConnection, nodes: str, field: Field) -> Field:
    if not field.fields:
        return field
    inner = tuple(_widened(connection, _nodes_of(each, field, nodes), each) for each in field.fields)
    return replace(field, fields=(*inner, *(_others(connection, nodes, field) if field.type == "struct" else ())))


def _nodes_of(inner: Field, outer: Field, nodes: str) -> str:
    """The JSON of one field in all values of the outer one; keys of a map are texts and hold nothing."""
    if outer.type == "struct":
        return f"SELECT json_extract(node, {text(pointer(inner.name))}) AS node FROM ({nodes})"
    path, kind = ("$[*]", "ARRAY") if outer.type == "list" else ("$.*", "OBJECT")
    return f"SELECT unnest(json_extract(node, '{path}')) AS node FROM ({nodes}) WHERE json_type(node) = '{kind}'"


def _others(connection: duckdb.DuckDBPyConnection, nodes: str, field: Field) -> tuple[Field, ...]:
    """Keys that nobody promised, by name. One that differs from another only in its capitals cannot stand beside it in SQL."""
    keys = f"SELECT DISTINCT unnest(json_keys(node)) AS key FROM ({nodes}) WHERE json_type(node) = 'OBJECT' ORDER BY key"
    taken = {inner.name.lower() for inner in field.fields}
    others: list[Field] = []
    for (key,) in connection.execute(keys).fetchall():
        if key and key.lower() not in taken and len(others) < FIELDS_MAX:
            taken.add(key.lower())
            others.append(Field(name=key, type="string"))
    return tuple(others)
