"""Row conditions as Great Expectations writes them, in SQL where they can be said in it. A contract's own are SQL already.

Its suites hold either condition objects, or a text with a `condition_parser`. pandas' own query language cannot be translated, so
such an expectation is judged by Great Expectations itself. "Not equal" and "not in" keep nulls, as pandas does.
"""

import re
from collections.abc import Mapping
from typing import Any

CONDITION = ("row_condition", "condition_parser")
PASSED_THROUGH = "pass_through"
_OURS = frozenset({"great_expectations", "great_expectations__experimental__"})
_COLUMN = r'col\("(?P<column>[^"]+)"\)'
_VALUE = r"""(?P<number>[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)|date\((?P<date>"[^"]*"|'[^']*')\)|(?P<text>"[^"]*"|'[^']*')"""
_COMPARISON = re.compile(rf"\s*{_COLUMN}\s*(?P<operator>[<>]=?|[=!]=)\s*(?:{_VALUE})\s*")
_NOT_NULL = re.compile(rf"\s*{_COLUMN}\.notnull\(\)\s*", re.IGNORECASE)


def only_theirs(kwargs: Mapping[str, Any]) -> bool:
    """Whether the rows to look at are said in a language that only Great Expectations reads."""
    condition, parser = kwargs.get("row_condition"), kwargs.get("condition_parser")
    if isinstance(condition, Mapping):
        return condition.get("type") == PASSED_THROUGH
    return condition is not None and parser is not None and parser not in _OURS


def in_sql(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with their condition in SQL; unchanged where it is. Raises ValueError that says what is wrong with it."""
    condition, parser = kwargs.get("row_condition"), kwargs.get("condition_parser")
    rest = {name: value for name, value in kwargs.items() if name != "condition_parser"}
    if isinstance(condition, Mapping):
        return {**rest, "row_condition": _sql(condition)}
    if condition is not None and parser is not None:
        return {**rest, "row_condition": _of_text(str(condition))}
    return rest


def _sql(condition: Mapping[str, Any]) -> str:
    match condition:
        case {"type": "and" | "or" as word, "conditions": [_, *_] as parts}:
            return f" {word.upper()} ".join(f"({_sql(part)})" for part in parts)
        case {"type": "nullity", "column": {"name": str(column)}, "is_null": bool(is_null)}:
            return f"{_identifier(column)} IS {'NULL' if is_null else 'NOT NULL'}"
        case {"type": "comparison", "column": {"name": str(column)}, "operator": str(operator), "parameter": value}:
            return _comparison(column, operator, value)
        case _:
            raise ValueError(f"{dict(condition)} is no row condition of Great Expectations")


def _comparison(column: str, operator: str, value: object) -> str:
    name = _identifier(column)
    match operator:
        case "==":
            return f"{name} = {_literal(value)}"
        case "!=":
            return f"{name} IS DISTINCT FROM {_literal(value)}"
        case "<" | "<=" | ">" | ">=":
            return f"{name} {operator} {_literal(value)}"
        case "IN" | "NOT_IN" if value == []:
            return str(operator == "NOT_IN").upper()
        case "IN" if isinstance(value, list):
            return f"{name} IN ({_listed(value)})"
        case "NOT_IN" if isinstance(value, list):
            return f"({name} IS NULL OR {name} NOT IN ({_listed(value)}))"
        case _:
            raise ValueError(f"{operator!r} with {value!r} is no comparison of Great Expectations")


def _of_text(text: str) -> str:
    if found := _NOT_NULL.fullmatch(text):
        return f"{_identifier(found['column'])} IS NOT NULL"
    if found := _COMPARISON.fullmatch(text):
        quoted = found["text"] or found["date"]
        value = quoted[1:-1] if quoted else _number(found["number"])
        return _comparison(found["column"], found["operator"], value)
    raise ValueError(f'{text!r} is no condition of the form col("name") == "value" or col("name").notnull()')


def _number(text: str) -> int | float:
    """A whole one stays whole, for ids have more digits than a floating-point number."""
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: object) -> str:
    match value:
        case bool():
            return str(value).upper()
        case int() | float():
            return repr(value)
        case str():
            return "'" + value.replace("'", "''") + "'"
        case _:
            raise ValueError(f"{value!r} is neither a number, a text nor a truth value")


def _listed(values: list[Any]) -> str:
    return ", ".join(_literal(value) for value in values)
