"""What a fault does to the rows it takes, as SQL over the relation `picked`.

`picked` is the clean rows with four columns more: `_hit` (whether the fault takes the row), `_row` (its place, even numbers),
`_u` and `_v` (fixed random numbers in [0, 1)). Expressions name columns by role: `$score`; `$it` is the column being changed,
`$size` the strength's size. A part that names a role which the table has not is left out. Knows no fault and no table.
"""

# ruff: noqa: S608 - making SQL is what this is for; names go through `identifier`
from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Template
from typing import Final, Protocol

from lending.sql import identifier

_OWN: Final = frozenset({"it", "before", "size"})
HELPERS: Final = ("_row", "_u", "_v", "_hit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Roles bound to the columns of one table, and the strength's size."""

    columns: Mapping[str, tuple[str, ...]]
    size: float = 1.0

    def has(self, text: str) -> bool:
        """Whether every role that the expression names has a column."""
        return all(name in _OWN or name in self.columns for name in Template(text).get_identifiers())

    def fill(self, text: str, *, it: str = "", before: str = "") -> str:
        """The expression with columns in place of roles."""
        names = {name: identifier(columns[0]) for name, columns in self.columns.items() if columns}
        own = {"it": identifier(it), "before": identifier(before or it), "size": f"{self.size:g}"}
        return Template(text).substitute(names | own)


class Change(Protocol):
    """One way to change rows."""

    @property
    def targets(self) -> tuple[str, ...]:
        """Roles of which at least one must have a column for anything to change; empty when rows come or go."""
        ...

    def sql(self, bound: Bound, /) -> str:
        """A query over `picked` whose columns are those of `picked`."""
        ...


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Other values in the rows taken: role -> expression; a role of several columns is rewritten in each.

    Columns keep their types, except of the roles `as_text`, which become text as a whole.
    """

    to: Mapping[str, str]
    as_text: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """The roles rewritten."""
        return tuple(self.to)

    def sql(self, bound: Bound) -> str:
        """All rows, those taken with other values."""
        return f"SELECT * REPLACE ({', '.join(self._items(bound))}) FROM picked"

    def _items(self, bound: Bound) -> list[str]:
        items: dict[str, str] = {}
        for role, expression in self.to.items():
            columns = bound.columns.get(role, ()) if bound.has(expression) else ()
            for place, column in enumerate(columns):
                new = bound.fill(expression, it=column, before=columns[place - 1])
                items[column] = _when_hit(identifier(column), new, as_text=role in self.as_text)
        return list(items.values())


@dataclass(frozen=True, slots=True)
class Drop:
    """The rows taken are lost."""

    @property
    def targets(self) -> tuple[str, ...]:
        """None in particular."""
        return ()

    def sql(self, _: Bound) -> str:
        """The rows not taken."""
        return "SELECT * FROM picked WHERE NOT _hit"


@dataclass(frozen=True, slots=True)
class Repeat:
    """The rows taken come a second time, with other values in the copy: role -> expression."""

    to: Mapping[str, str] = field(default_factory=dict)

    @property
    def targets(self) -> tuple[str, ...]:
        """None in particular."""
        return ()

    def sql(self, bound: Bound) -> str:
        """All rows, each copy right after its original."""
        copy = ", ".join(["_row + 1 AS _row", *_replaced(self.to, bound)])
        return f"SELECT * FROM picked UNION ALL BY NAME SELECT * REPLACE ({copy}) FROM picked WHERE _hit"


@dataclass(frozen=True, slots=True)
class Replay:
    """The rows taken carry what the rows at their place in the relation `previous` had.

    `roles` are what is replayed, `whole` what is replayed beside it from size 2 on. Rows are paired by their order within `by`,
    those alone that satisfy `among`.
    """

    roles: tuple[str, ...]
    whole: tuple[str, ...] = ()
    by: str = "bureau"
    among: str = "TRUE"

    @property
    def targets(self) -> tuple[str, ...]:
        """What is replayed."""
        return self.roles

    def sql(self, bound: Bound) -> str:
        """All rows, those taken and paired with values of the day before."""
        roles = self.roles + (self.whole if bound.size >= 2 else ())
        columns = dict.fromkeys(column for role in roles for column in bound.columns.get(role, ()))
        by = bound.fill(f"${self.by}") if self.by in bound.columns else "0"
        among = bound.fill(self.among) if bound.has(self.among) else "TRUE"
        items = ", ".join(
            f"CASE WHEN today._hit AND old._there THEN old.{name} ELSE today.{name} END AS {name}"
            for name in map(identifier, columns)
        )
        place = f"row_number() OVER (PARTITION BY {by}, {among} ORDER BY _row) AS _place, {by} AS _by"
        before = f"SELECT *, TRUE AS _there, {place} FROM (SELECT *, row_number() OVER () AS _row FROM previous) WHERE {among}"
        return (
            f"SELECT today.* EXCLUDE (_place, _by, _among) REPLACE ({items}) "
            f"FROM (SELECT *, coalesce({among}, FALSE) AS _among, {place} FROM picked) AS today LEFT JOIN ({before}) AS old "
            "ON today._among AND today._by = old._by AND today._place = old._place"
        )


@dataclass(frozen=True, slots=True)
class Reorder:
    """The same rows in another order."""

    @property
    def targets(self) -> tuple[str, ...]:
        """None in particular."""
        return ()

    def sql(self, _: Bound) -> str:
        """The rows taken come first, shuffled."""
        return "SELECT * REPLACE (CASE WHEN _hit THEN CAST(1e15 * (_v - 1) AS BIGINT) ELSE _row END AS _row) FROM picked"


@dataclass(frozen=True, slots=True)
class Add:
    """Columns more, as expressions: null in the rows not taken."""

    columns: Mapping[str, str]

    @property
    def targets(self) -> tuple[str, ...]:
        """None in particular."""
        return ()

    def sql(self, bound: Bound) -> str:
        """All rows with the new columns at the end."""
        more = ", ".join(
            f"CASE WHEN _hit THEN {bound.fill(expression)} END AS {identifier(name)}" for name, expression in self.columns.items()
        )
        return f"SELECT *, {more} FROM picked"


def _replaced(to: Mapping[str, str], bound: Bound) -> list[str]:
    items = {
        column: f"cast_to_type({bound.fill(expression, it=column)}, {identifier(column)}) AS {identifier(column)}"
        for role, expression in to.items()
        if bound.has(expression)
        for column in bound.columns.get(role, ())
    }
    return list(items.values())


def _when_hit(column: str, new: str, *, as_text: bool) -> str:
    if as_text:
        return f"CASE WHEN _hit THEN {new} ELSE CAST({column} AS VARCHAR) END AS {column}"
    return f"CASE WHEN _hit THEN cast_to_type({new}, {column}) ELSE {column} END AS {column}"
