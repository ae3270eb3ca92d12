"""What DuckDB says of a column's type, as a profile tells it: nested fields, bits and digits too."""

from collections.abc import Iterator, Mapping

from duckdb.sqltypes import DuckDBPyType

from feature_health.contracts.contract import ITEM, ColumnType
from feature_health.engines.duckdb.connection import identifier, text
from feature_health.profiles.profile import ObservedColumn

_BITS: Mapping[str, tuple[int, ...]] = {
    "tinyint": (8,),
    "smallint": (16,),
    "integer": (32,),
    "bigint": (64,),
    "hugeint": (128,),
    "utinyint": (0, 8),
    "usmallint": (0, 16),
    "uinteger": (0, 32),
    "ubigint": (0, 64),
    "uhugeint": (0, 128),
}
# Significant decimal digits that survive the way into the type and back (DBL_DIG and FLT_DIG of C).
_DIGITS: Mapping[str, tuple[int, ...]] = {"double": (15,), "float": (6,)}
_PLAIN: Mapping[str, ColumnType] = {
    "varchar": "string",
    "boolean": "boolean",
    "date": "date",
    "decimal": "decimal",
    "list": "list",
    "array": "list",
    "struct": "struct",
    "map": "map",
}
_NESTED = frozenset({"list", "struct", "map"})


def observed(name: str, native: DuckDBPyType, *, nullable: bool = True) -> ObservedColumn:
    """The column of this name and type; `nullable` is what the file says of it."""
    type_ = column_type(native)
    return ObservedColumn(
        name=name,
        type=type_,
        native=str(native),
        size=_size(native, type_),
        fields=tuple(_fields(native)) if type_ in _NESTED else (),
        nullable=nullable,
    )


def column_type(native: DuckDBPyType) -> ColumnType | None:
    """The type that a contract can promise, of DuckDB's type; None for all others."""
    if native.id in _BITS:
        return "integer"
    if native.id in _DIGITS:
        return "decimal"
    if native.id.startswith("timestamp"):
        return "timestamp"
    return _PLAIN.get(native.id)


def only(sql: str, column: ObservedColumn, *, depth: int = 0) -> str:
    """SQL for the value that `sql` gives with none but these fields in it; `depth` tells lambdas apart."""
    if not any(field.fields for field in column.fields) and column.type != "struct":
        return sql
    each = f"each{depth}"
    if column.type == "list":
        return f"list_transform({sql}, lambda {each}: {only(each, column.fields[0], depth=depth + 1)})"
    if column.type == "map":
        pair = (f"{field.name} := {only(f'{each}.{field.name}', field, depth=depth + 1)}" for field in column.fields)
        return f"map_from_entries(list_transform(map_entries({sql}), lambda {each}: struct_pack({', '.join(pair)})))"
    fields = (
        f"{identifier(field.name)} := {only(f'struct_extract({sql}, {text(field.name)})', field, depth=depth)}"
        for field in column.fields
    )
    return f"CASE WHEN {sql} IS NOT NULL THEN struct_pack({', '.join(fields)}) END"


def _size(native: DuckDBPyType, type_: ColumnType | None) -> tuple[int, ...]:
    if type_ == "timestamp":
        return (int(native.id == "timestamp with time zone"),)
    if native.id == "decimal":
        return tuple(size for _, size in native.children if isinstance(size, int))
    return _BITS.get(native.id) or _DIGITS.get(native.id) or ()


def _fields(native: DuckDBPyType) -> Iterator[ObservedColumn]:
    """What lies in a nested type: the fields of a struct, key and value of a map, the one of a list."""
    for name, inner in native.children:
        if isinstance(inner, DuckDBPyType):  # an array tells its length as well
            yield observed(ITEM if native.id in {"list", "array"} else name, inner)
