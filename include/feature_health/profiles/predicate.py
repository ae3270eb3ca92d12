"""Conditions on a row, as values. Three-valued like SQL: a condition on a null is unknown, and unknown rows are not counted.

An engine turns them into its own language; only `Sql` and `Recomputes` carry text, and only text that a contract's author wrote.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Value = str | int | float | bool | Decimal | date | datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IsNull:
    """The column is null (NaN counts as null, as Great Expectations counts it)."""

    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """The column lies between two bounds; a bound of None is open."""

    column: str
    low: Value | None = None
    high: Value | None = None
    strict_low: bool = False
    strict_high: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InSet:
    """The column equals one of the values."""

    column: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The regular expression is found somewhere in the text of the column, as `re.search` does; anchor it with ^ and $."""

    column: str
    regex: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """The whole text of the column is of SQL's LIKE pattern: % is any text, _ any character, unless `escape` stands before it."""

    column: str
    pattern: str
    escape: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadsAsTime:
    """The whole text of the column is a date or time written in that format, as `datetime.strptime` reads it, in ASCII digits."""

    column: str
    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadsAsJson:
    """The text of the column is JSON; NaN and Infinity count as numbers, as Python's parser takes them."""

    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthBetween:
    """The number of characters of the column lies between two bounds, both inclusive; None is open."""

    column: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """One column against another."""

    left: str
    op: Literal["<", "<=", "=", ">=", ">", "<>"]
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """Two columns are equal or both null; never unknown. Values of different kinds, such as text and number, are never equal."""

    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SumsTo:
    """The columns' values add up to `total`; unknown where one of them is null."""

    columns: tuple[str, ...]
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sql:
    """A boolean SQL expression over the candidate's columns, as written in a contract."""

    expression: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputes:
    """The column differs from a SQL expression over other columns by at most `tolerance + tolerance_ratio * |expression|`."""

    column: str
    expression: str
    tolerance: float = 0.0
    tolerance_ratio: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeAtMost:
    """From `column` to `as_of_column` of the same row at most `hours_max` hours pass.

    Where one of them is a date, whole days are counted, as the calendar of `timezone` has them, of 24 hours each.
    """

    column: str
    as_of_column: str
    hours_max: float
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """Negation; unknown stays unknown."""

    of: "Predicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """The condition is known to hold: unknown becomes false."""

    of: "Predicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """Every one of the conditions holds."""

    of: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Any:
    """At least one of the conditions holds."""

    of: tuple["Predicate", ...]


Predicate = (
    IsNull
    | Between
    | InSet
    | Matches
    | Like
    | ReadsAsTime
    | ReadsAsJson
    | LengthBetween
    | Compare
    | Same
    | SumsTo
    | Sql
    | Recomputes
    | AgeAtMost
    | Not
    | Holds
    | All
    | Any
)


def present(column: str) -> Predicate:
    """The column is not null."""
    return Not(of=IsNull(column=column))


def both(*conditions: Predicate | None) -> Predicate | None:
    """The conjunction of the conditions that are there; None when there is none."""
    given = tuple(condition for condition in conditions if condition is not None)
    return given[0] if len(given) == 1 else All(of=given) if given else None
