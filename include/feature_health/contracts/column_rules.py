"""What must hold within one promised column: size, inner fields, values. As `rules`, over a tree that may be malformed."""

from collections.abc import Iterator, Mapping
from typing import Any

from feature_health.contracts.document import Document
from feature_health.contracts.faults import Fault, Path

_DIGITS_MAX = 38
_MAP_FIELDS = {"key", "value"}
_INNER_OF: Mapping[str, str] = {"struct": "fields", "map": "fields", "list": "items"}


def parts_fit_their_type(document: Document, _: object) -> Iterator[Fault]:
    """A size belongs to numbers, `items` to a list, `fields` to a struct or a map; also deep inside a column."""
    for path, field in _fields(document.tree, ("columns",)):
        type_ = field.get("type")
        if isinstance(type_, str):
            yield from _size_fits(document, path, type_, field.get("size"))
            yield from _inner_fits(document, path, type_, field)


def values_fit_their_type(document: Document, _: object) -> Iterator[Fault]:
    """`values` are texts of a string column or whole numbers of an integer one, each once."""
    columns = document.tree.get("columns")
    for name, column in columns.items() if isinstance(columns, dict) else ():
        if isinstance(column, dict) and isinstance(column.get("values"), list):
            yield from _values_fit(document, ("columns", name, "values"), column.get("type"), column["values"])


def meanings_are_told(document: Document, _: object) -> Iterator[Fault]:
    """Whatever names the meaning of other columns declares its values, and names columns that are promised."""
    columns = document.tree.get("columns")
    for name, column in columns.items() if isinstance(columns, dict) else ():
        others = column.get("meaning_of") if isinstance(column, dict) else None
        place = ("columns", name, "meaning_of")
        if others and not column.get("values"):
            yield document.fault(place, message="give the values that name the meaning, in `values`")
        for position, other in enumerate(others if isinstance(others, list) else ()):
            if isinstance(other, str) and other not in columns:
                yield document.unknown((*place, position), other, tuple(columns), what="one of the columns")


def _fields(tree: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:  # noqa: ANN401 - any YAML
    """Every column and inner field of the right form, with its path; `path` is that of a mapping of them."""
    part = tree
    for step in path:
        part = part.get(step) if isinstance(part, dict) else None
    for name, field in part.items() if isinstance(part, dict) else ():
        if isinstance(field, dict):
            yield from _with_inner(tree, (*path, name), field)


def _with_inner(tree: Any, path: Path, field: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:  # noqa: ANN401
    yield path, field
    yield from _fields(tree, (*path, "fields"))
    if isinstance(field.get("items"), dict):
        yield from _with_inner(tree, (*path, "items"), field["items"])


def _size_fits(document: Document, path: Path, type_: str, size: object) -> Iterator[Fault]:
    place = (*path, "size")
    if isinstance(size, int) and type_ != "integer":
        yield document.fault(place, message=f"bits belong to an integer, but this is promised as {type_}")
    if not isinstance(size, list):
        return
    if type_ != "decimal":
        yield document.fault(place, message=f"digits belong to a decimal, but this is promised as {type_}")
    elif len(size) == 2 and all(isinstance(each, int) for each in size) and not _are_digits(*size):
        yield document.fault(place, message=f"digits in all (1 to {_DIGITS_MAX}) come first, then those after the point")


def _are_digits(digits: int, scale: int) -> bool:
    return 1 <= digits <= _DIGITS_MAX and 0 <= scale <= digits


def _inner_fits(document: Document, path: Path, type_: str, field: Mapping[str, Any]) -> Iterator[Fault]:
    for key in ("fields", "items"):
        if key in field and _INNER_OF.get(type_) != key:
            yield document.fault((*path, key), message=f"a {type_} has no `{key}`")
    fields = field.get("fields")
    if type_ == "map" and isinstance(fields, dict) and set(fields) != _MAP_FIELDS:
        yield document.fault((*path, "fields"), message="a map has the fields key and value")


def _values_fit(document: Document, place: Path, type_: object, values: list[Any]) -> Iterator[Fault]:
    wanted = {"string": str, "integer": int}.get(str(type_))
    if wanted is None:
        yield document.fault(place, message=f"belong to a string or an integer, but the column is promised as {type_}")
        return
    for position, value in enumerate(values):
        if not isinstance(value, wanted):
            message = f"the column is promised as {type_}" + ("; put it in quotes" if wanted is str else "")
            yield document.fault((*place, position), found=value, message=message)
        if value in values[:position]:
            yield document.fault((*place, position), found=value, message="is named twice")


COLUMN_RULES = (parts_fit_their_type, values_fit_their_type, meanings_are_told)
