"""What a column's type is called: in pandas and NumPy, in SQL, and in contracts. A suite may use any of these names.

The answer comes from the file's own type. So an integer column with nulls is int64 here, where pandas would have made it float64.
"""

from collections.abc import Mapping

from feature_health.profiles.profile import ObservedColumn

_OBJECT = ("object", "object_", "O")
_MOMENT = ("datetime64", "datetime64[ns]", "datetime64[us]", "datetime64[ms]", "datetime64[s]", "TIMESTAMP", "DATETIME")
# By the engine's name of a type, without its parameters; pandas' own name for it comes first.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "TINYINT": ("int8", "i1", "TINYINT"),
    "SMALLINT": ("int16", "i2", "SMALLINT", "INT2"),
    "INTEGER": ("int32", "i4", "INTEGER", "INT", "INT4"),
    "BIGINT": ("int64", "i8", "int", "int_", "long", "BIGINT", "INT8"),
    "UTINYINT": ("uint8", "u1", "UTINYINT"),
    "USMALLINT": ("uint16", "u2", "USMALLINT"),
    "UINTEGER": ("uint32", "u4", "UINTEGER"),
    "UBIGINT": ("uint64", "u8", "uint", "UBIGINT"),
    "FLOAT": ("float32", "f4", "FLOAT", "REAL", "FLOAT4"),
    "DOUBLE": ("float64", "f8", "float", "double", "DOUBLE", "DOUBLE_PRECISION", "FLOAT8"),
    "DECIMAL": ("Decimal", "DECIMAL", "NUMERIC", *_OBJECT),
    "BOOLEAN": ("bool", "bool_", "BOOLEAN", "BOOL"),
    "VARCHAR": ("str", "string_types", "VARCHAR", "TEXT", "STRING"),
    "BLOB": ("bytes", "BLOB", *_OBJECT),
    "DATE": ("date", "DATE", *_OBJECT),
    "TIMESTAMP": _MOMENT,
    "TIMESTAMP_NS": _MOMENT,
    "TIMESTAMP_MS": _MOMENT,
    "TIMESTAMP_S": _MOMENT,
    "TIMESTAMP WITH TIME ZONE": ("Timestamp", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", "DatetimeTZDtype"),
}
OURS = ("string", "integer", "decimal", "boolean", "date", "timestamp")
KNOWN = frozenset((*OURS, *(name for names in _NAMES.values() for name in names)))


def names_of(column: ObservedColumn) -> tuple[str, ...]:
    """Every name that the column's type answers to, the one to show first."""
    names = _NAMES.get(column.native.partition("(")[0], (column.native,))
    return names if column.type is None else (*names, column.type)
