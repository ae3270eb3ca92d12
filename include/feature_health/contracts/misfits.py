"""What pydantic says of a value that does not fit its model, as faults that an analyst can act on.

Used for the shape of contract files and, by `checks.bind`, for the arguments of expectations.
"""

import types
from collections.abc import Mapping
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from feature_health.contracts.document import Document
from feature_health.contracts.faults import Fault, Path, Plain
from feature_health.contracts.shape import IN_WORDS

_EXPECTED: Mapping[str, str] = {
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "dict": "a mapping",
    "model": "a mapping",
}


def misfits(
    error: ValidationError, model: type[BaseModel], tree: Plain, *, document: Document, at: Path = ()
) -> tuple[Fault, ...]:
    """One fault per place of `tree` (which stands at the path `at` of the document) that does not fit the model."""
    by_place: dict[Path, list[ErrorDetails]] = {}
    for said in error.errors(include_url=False):
        place = _in_data(said["loc"], tree, model=model, missing=said["type"] == "missing")
        by_place.setdefault(place, []).append(said)
    return tuple(_fault(place, said, model, document=document, at=at) for place, said in by_place.items())


def _in_data(loc: tuple[str | int, ...], tree: Plain, *, model: type[BaseModel], missing: bool) -> Path:
    """The part of pydantic's location that is in the data; it appends the names of the alternatives of a union."""
    path: list[str | int] = []
    for part in loc:
        within = isinstance(tree, dict) and part in tree
        listed = isinstance(tree, list) and isinstance(part, int) and part < len(tree)
        if not (within or listed):
            is_field = missing and part in names_in(_annotation_at(model, tuple(path)))
            return (*path, part) if is_field else tuple(path)
        tree = tree[part]
        path.append(part)
    return tuple(path)


def _fault(place: Path, said: list[ErrorDetails], model: type[BaseModel], *, document: Document, at: Path) -> Fault:
    first, path = said[0], (*at, *place)
    kinds = {each["type"] for each in said}
    if kinds == {"missing"}:
        return document.fault(path, message="is missing")
    if "extra_forbidden" in kinds:
        valid = names_in(_annotation_at(model, place[:-1]))
        return document.unknown(path, place[-1], valid, what="one of the keys")
    options = _options(_annotation_at(model, place))
    if "literal_error" in kinds and options:
        return document.unknown(path, first["input"], options, what="one of")
    message = " or ".join(dict.fromkeys(_message(each) for each in said)).replace(" or expected ", " or ")
    of_the_whole = kinds == {"value_error"} and isinstance(first["input"], dict)
    return document.fault(path, found=... if of_the_whole else first["input"], message=message)


def _message(said: ErrorDetails) -> str:
    kind, context = said["type"], said.get("ctx", {})
    expected = _EXPECTED.get(kind.removesuffix("_type").removesuffix("_parsing"))
    if expected:
        return f"expected {expected}"
    if kind == "string_pattern_mismatch":
        return f"expected {IN_WORDS.get(context['pattern'], 'a text of the form ' + context['pattern'])}"
    if kind == "too_short":
        return f"expected at least {context['min_length']} of them" if context["actual_length"] else "must not be empty"
    text: str = said["msg"]
    return text.removeprefix("Value error, ").removeprefix("Input ")


def names_in(annotation: object) -> tuple[str, ...]:
    """The keys that a mapping of this type may have, as files spell them; empty when it may have any."""
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return ()
    return tuple(field.alias or name for name, field in annotation.model_fields.items())


def _annotation_at(annotation: object, place: Path) -> object:
    """The type that the model gives to a place, None when it knows none."""
    for part in place:
        annotation = _annotation_of(_plain(annotation), part)
    return _plain(annotation)


def _annotation_of(annotation: object, part: str | int) -> object:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        found = [field for name, field in annotation.model_fields.items() if (field.alias or name) == part]
        return found[0].annotation if found else None
    arguments = [each for each in get_args(annotation) if each is not Ellipsis]
    return arguments[-1] if get_origin(annotation) in {dict, list, tuple} and arguments else None


def _plain(annotation: object) -> object:
    """The type without Annotated, and without the None of an optional."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        given = [each for each in get_args(annotation) if each is not types.NoneType]
        return _plain(given[0]) if len(given) == 1 else annotation
    return annotation


def _options(annotation: object) -> tuple[str, ...]:
    return tuple(str(each) for each in get_args(annotation)) if get_origin(annotation) is Literal else ()
