"""A schema as a value: the same form for what is promised and for what was seen, so that any two can be compared.

Types are ordered by the values that they hold: `integer` fits into `decimal`, 32 bits into 64. Knows no policy.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from feature_health.contracts.contract import Column, ColumnType, Contract, Field
from feature_health.profiles.profile import ObservedColumn


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A column, or what lies in a nested one. `native` is how its type is called; it counts only where `type` is None.

    `values` are all that it may hold, None is any. `meaning` is what it means beyond its type, each as topic and text, and
    `meant` the other columns whose meaning that is.
    """

    name: str
    type: ColumnType | None
    native: str
    size: tuple[int, ...] = ()
    parts: tuple["Part", ...] = ()
    nullable: bool = True
    values: tuple[str | int, ...] | None = None
    meaning: tuple[tuple[str, str], ...] = ()
    meant: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """Columns in their order, and those that name a row."""

    columns: tuple[Part, ...]
    key: tuple[str, ...] = ()


class Typed(Protocol):
    """What is needed of a type in order to compare it."""

    @property
    def type(self) -> ColumnType | None:
        """The type, None when no contract can promise it."""
        ...

    @property
    def native(self) -> str:
        """How it is called."""
        ...

    @property
    def size(self) -> tuple[int, ...]:
        """As `ObservedColumn.size`."""
        ...


def promised_schema(contract: Contract) -> Schema:
    """What the contract promises."""
    return Schema(columns=tuple(_promised(column) for column in contract.columns), key=contract.key)


def _promised(column: Column) -> Part:
    return replace(
        _part(column),
        nullable=column.null_ratio_max > 0,
        values=None if column.meaning_of else column.values or None,
        meaning=tuple(_meaning(column)),
        meant=column.meaning_of,
    )


def _part(field: Field) -> Part:
    inner = tuple(_part(each) for each in field.fields)
    return Part(name=field.name, type=field.type, native=_type_in_words(field), size=field.size, parts=inner)


def _type_in_words(field: Field) -> str:
    return f"{field.type}({', '.join(str(each) for each in field.size)})" if field.size else field.type


def _meaning(column: Column) -> Iterable[tuple[str, str]]:
    if column.unit is not None:
        yield "unit", column.unit
    if column.codes is not None:
        table = column.codes
        yield "codes", f"{table.name} ({table.valid_min:g} to {table.valid_max:g})"
        yield from (("codes", f"{code} {meaning}") for code, meaning in sorted(table.special.items()))
    if column.meaning_of:
        yield "values", ", ".join(str(value) for value in sorted(column.values, key=str))


def observed_schema(columns: Iterable[ObservedColumn]) -> Schema:
    """What a file says of itself."""
    return Schema(columns=tuple(_observed(column) for column in columns))


def promised_part(contract: Contract, columns: Iterable[ObservedColumn]) -> tuple[ObservedColumn, ...]:
    """What decisioning may read of these columns: those that are promised, and of nested ones the promised fields."""
    return _promised_part(contract.columns, columns)


def _promised_part(promised: Iterable[Field], columns: Iterable[ObservedColumn]) -> tuple[ObservedColumn, ...]:
    by_name = {field.name: field for field in promised}
    kept = (_cut(by_name[column.name], column) for column in columns if column.name in by_name)
    return tuple(column for column in kept if column is not None)


def _cut(promise: Field, column: ObservedColumn) -> ObservedColumn | None:
    """The column with its promised fields, None when nothing of it is left; a promise that names no fields leaves them open."""
    if not promise.fields or promise.type != column.type:
        return column
    fields = _promised_part(promise.fields, column.fields)
    return replace(column, fields=fields) if fields else None


def _observed(column: ObservedColumn) -> Part:
    inner = tuple(_observed(each) for each in column.fields)
    return Part(name=column.name, type=column.type, native=column.native, size=column.size, parts=inner, nullable=column.nullable)


def seen_by(promise: Schema, observed: Schema) -> Schema:
    """The observed schema as closely as the promise looks: what it leaves open, or a file cannot tell, is taken as promised.

    Types are then called as contracts call them, where they can.
    """
    return Schema(columns=_seen_by(promise.columns, observed.columns), key=promise.key)


def _seen_by(promised: tuple[Part, ...], observed: tuple[Part, ...]) -> tuple[Part, ...]:
    by_name = {part.name: part for part in promised}
    return tuple(
        _as_closely(by_name[part.name], part) if part.name in by_name else replace(part, native=_in_our_words(part))
        for part in observed
    )


def _as_closely(promise: Part, observed: Part) -> Part:
    sized = promise.size or promise.type is None
    inner = _seen_by(promise.parts, observed.parts) if promise.parts else ()
    native = observed.native if sized else _in_our_words(observed)
    return replace(promise, type=observed.type, native=native, size=observed.size if sized else (), parts=inner)


def _in_our_words(observed: Part) -> str:
    """A contract's word for the type; the engine's where there is none, or where it tells what lies inside."""
    return observed.native if observed.type is None or observed.parts else observed.type


# ── the order of types ───────────────────────────────────────────────────────────────────────────────────────────────


def same_type(one: Typed, other: Typed) -> bool:
    """Whether both hold the same values, as far as types tell."""
    if one.type is None or other.type is None:
        return one.type is other.type and one.native == other.native
    return (one.type, one.size) == (other.type, other.size)


def fits(inner: Typed, outer: Typed) -> bool:
    """Whether every value of `inner` is one of `outer`, as far as types tell."""
    if inner.type in {"integer", "decimal"} and outer.type in {"integer", "decimal"}:
        return _number_fits(inner, outer)
    if inner.type is not None and inner.type == outer.type:
        return not outer.size or (bool(inner.size) and inner.size <= outer.size)
    return (inner.type, outer.type) == ("date", "timestamp")


def _number_fits(inner: Typed, outer: Typed) -> bool:
    if not outer.size:
        return outer.type in {inner.type, "decimal"}
    if not inner.size:
        return False
    if _floating(outer):
        digits = inner.size[0] if _floating(inner) else _digits(inner)
        return digits <= outer.size[0]
    if _floating(inner):
        return False
    (low, high, scale), (low_max, high_max, scale_max) = _span(inner), _span(outer)
    return low_max <= low and high <= high_max and scale <= scale_max


def _floating(number: Typed) -> bool:
    return number.type == "decimal" and len(number.size) == 1


def _digits(number: Typed) -> int:
    """How many decimal digits its longest value has."""
    low, high, _ = _span(number)
    return number.size[0] if number.type == "decimal" else len(str(max(-low, high)))


def _span(number: Typed) -> tuple[int, int, int]:
    """Lowest and highest whole number of a fixed-point type, and its digits after the point."""
    if number.type == "integer":
        *unsigned, bits = number.size
        return (0, 2**bits - 1, 0) if unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1, 0)
    digits, scale = number.size
    return -(10 ** (digits - scale)) + 1, 10 ** (digits - scale) - 1, scale
