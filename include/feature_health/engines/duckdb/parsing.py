"""SQL that turns the texts of a CSV or JSON delivery into values of the promised types, nested ones too; null is what is not one.

Nested values are read as JSON, and are values only as a whole: one part that does not parse makes all of it unparsed.
"""

from collections.abc import Mapping

from feature_health.contracts.contract import ColumnType, Field
from feature_health.engines.duckdb.connection import identifier, text

_INTEGER = r"[+-]?\d+(\.0*)?"
_DECIMAL = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_DATE = r"\d{4}-\d{2}-\d{2}"
# Whoever has no dates writes midnights instead, as pandas does in JSON; any other time of day is not a date.
_DAY = rf"{_DATE}([T ]00:00(:00(\.0+)?)?(Z|\+00:?00)?)?"
_TIMESTAMP = rf"{_DATE}([T ]\d{{2}}:\d{{2}}(:\d{{2}}(\.\d{{1,9}})?)?\s*(Z|[+-]\d{{2}}(:?\d{{2}})?)?)?"
_BOOLEAN = r"(?i)true|false|t|f|yes|no|y|n|1|0"

# Of each type: the form in which it may be written, and what it becomes. DuckDB's own casts would also take 1.5 as the integer 2,
# "epoch" as a time and "nan" as a number.
_PARSERS: Mapping[ColumnType, tuple[str, str]] = {
    "integer": (_INTEGER, "BIGINT"),
    "decimal": (_DECIMAL, "DOUBLE"),
    "boolean": (_BOOLEAN, "BOOLEAN"),
    "date": (_DAY, "DATE"),
    "timestamp": (_TIMESTAMP, "TIMESTAMPTZ"),  # without a zone it is UTC
}
_BITS: Mapping[int, str] = {8: "TINYINT", 16: "SMALLINT", 32: "INTEGER", 64: "BIGINT"}


def parsed(sql: str, field: Field, *, depth: int = 0) -> str:
    """The text that `sql` gives as a value of the field's type; null when it is not one. `depth` tells lambdas apart."""
    if is_text(field):
        return sql
    if not field.fields:
        form, target = _parser(field)
        return f"CASE WHEN regexp_full_match(trim({sql}), {text(form)}) THEN TRY_CAST(trim({sql}) AS {target}) END"
    document = f"TRY_CAST({sql} AS JSON)"
    match field.type:
        case "struct":
            return _struct(document, field, depth)
        case "list":
            return _list(document, field.fields[0], depth)
        case _:
            return _map(document, field, depth)


def is_text(field: Field) -> bool:
    """Whether the text is taken as it is: also of a nested type of which the contract leaves open what it holds."""
    return field.type == "string" or (field.type not in _PARSERS and not field.fields)


def _parser(field: Field) -> tuple[str, str]:
    form, target = _PARSERS[field.type]
    if not field.size:
        return form, target
    if field.type == "integer":
        return form, _BITS[field.size[0]]
    digits, scale = field.size
    return rf"[+-]?(\d+(\.\d{{0,{scale}}}0*)?|\.\d{{1,{max(scale, 1)}}}0*)", f"DECIMAL({digits}, {scale})"


def _struct(document: str, field: Field, depth: int) -> str:
    texts = {inner: f"json_extract_string({document}, {text(pointer(inner.name))})" for inner in field.fields}
    built = ", ".join(f"{identifier(inner.name)} := {parsed(sql, inner, depth=depth)}" for inner, sql in texts.items())
    whole = " AND ".join(_fits(sql, inner, depth) for inner, sql in texts.items())
    return f"CASE WHEN json_type({document}) = 'OBJECT' AND {whole} THEN struct_pack({built}) END"


def _list(document: str, item: Field, depth: int) -> str:
    texts = f"json_extract_string({document}, '$[*]')"
    return f"CASE WHEN json_type({document}) = 'ARRAY' AND {_all_fit(texts, item, depth)} THEN {_each(texts, item, depth)} END"


def _map(document: str, field: Field, depth: int) -> str:
    key, value = (next(inner for inner in field.fields if inner.name == name) for name in ("key", "value"))
    keys, texts = f"json_keys({document})", f"json_extract_string({document}, '$.*')"
    whole = f"{_all_fit(keys, key, depth)} AND {_all_fit(texts, value, depth)}"
    built = f"TRY(map({_each(keys, key, depth)}, {_each(texts, value, depth)}))"  # keys given twice are no map
    return f"CASE WHEN json_type({document}) = 'OBJECT' AND {whole} THEN {built} END"


def _each(texts: str, item: Field, depth: int) -> str:
    name = f"each{depth}"
    return f"list_transform({texts}, lambda {name}: {parsed(name, item, depth=depth + 1)})"


def _all_fit(texts: str, item: Field, depth: int) -> str:
    name = f"each{depth}"
    return f"coalesce(list_bool_and(list_transform({texts}, lambda {name}: {_fits(name, item, depth + 1)})), true)"


def _fits(sql: str, field: Field, depth: int) -> str:
    """Whether the text is nothing or a value of the field's type."""
    return "true" if is_text(field) else f"(coalesce(trim({sql}), '') = '' OR ({parsed(sql, field, depth=depth)}) IS NOT NULL)"


def pointer(name: str) -> str:
    """A JSON pointer (RFC 6901) to the key."""
    return "/" + name.replace("~", "~0").replace("/", "~1")
