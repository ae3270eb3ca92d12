"""What must hold of every row of a file, given its footer: conditions settled, simplified and counted without a scan.

Every answer here is the one that a scan would give; what cannot be proven is left to the scan. Pure but for one look at the ends.
"""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `text`

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product
from typing import Any as Anything

import duckdb

from feature_health.engines.duckdb.footer import Footer
from feature_health.engines.duckdb.predicate_sql import comparable, render
from feature_health.engines.duckdb.table import Table
from feature_health.profiles.measure import (
    BinCounts,
    Commonest,
    Count,
    DistinctCount,
    Duplicates,
    GroupSizes,
    Measure,
    Quantiles,
    Stat,
    ValueCounts,
)
from feature_health.profiles.predicate import (
    All,
    Any,
    Between,
    Compare,
    Holds,
    InSet,
    IsNull,
    LengthBetween,
    Matches,
    Not,
    Predicate,
)
from feature_health.profiles.profile import NotMeasured

Outcomes = frozenset[bool | None]
"""What a condition may come to on the rows of the file: true, false, unknown."""

_ALL_OUTCOMES: Outcomes = frozenset({True, False, None})
_KNOWN: Outcomes = frozenset({True, False})
_TRUE: Outcomes = frozenset({True})
_FALSE: Outcomes = frozenset({False})
_OF_ONE_COLUMN = (Between, InSet, LengthBetween, Matches)
# Evaluating these cannot fail once they could be rendered. Any other may be wrong in itself, and must then be seen to be so.
_SAFE = (IsNull, Between, InSet, LengthBetween, Not, Holds, All, Any)
_OVER_ROWS = (Count, Stat, BinCounts, Quantiles, DistinctCount, Duplicates, GroupSizes, Commonest, ValueCounts)


class _Unproven:
    """The answer when there is none."""


UNPROVEN = _Unproven()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """A footer and the conditions that its ends settle: those that `holding` names hold wherever they are not unknown.

    They are named by their text: to Python conditions about 1 and about True are equal.
    """

    footer: Footer
    holding: frozenset[str]

    def outcomes(self, predicate: Predicate) -> Outcomes:
        """What the condition may come to; more than it does, never less."""
        match predicate:
            case Not(of=of):
                return frozenset(None if it is None else not it for it in self.outcomes(of))
            case Holds(of=of):
                return frozenset(it is True for it in self.outcomes(of))
            case All(of=parts):
                return _combined(map(self.outcomes, parts), neutral=True)
            case Any(of=parts):
                return _combined(map(self.outcomes, parts), neutral=False)
            case IsNull(column=column):
                return self._null(column)
            case Compare(left=left, right=right):
                return self._of_columns(predicate, (left, right))
            case _ if isinstance(predicate, _OF_ONE_COLUMN):
                return self._of_columns(predicate, (predicate.column,))
            case _:
                return _ALL_OUTCOMES

    def simplified(self, predicate: Predicate) -> Predicate:
        """A condition that comes to the same on every row, without the parts that are settled."""
        match predicate:
            case Not(of=of):
                return Not(of=self.simplified(of))
            case All(of=parts):
                return _joined(All, [self.simplified(part) for part in parts if not self._always(part, _TRUE)])
            case Any(of=parts):
                return _joined(Any, [self.simplified(part) for part in parts if not self._always(part, _FALSE)])
            case _:
                return predicate

    def reduced(self, measure: Measure) -> Measure:
        """A measure that must have the same value, with a simpler condition."""
        if not isinstance(measure, _OVER_ROWS) or (where := measure.where) is None:
            return measure
        simple = All(of=()) if self._always(where, _TRUE) else self.simplified(where)
        return replace(measure, where=None if simple == All(of=()) else simple)

    def answer(self, measure: Measure) -> Anything:  # noqa: ANN401 - each measure states its own value
        """The value of a reduced measure, or UNPROVEN."""
        where = measure.where if isinstance(measure, _OVER_ROWS) else None
        if where is not None and True not in self.outcomes(where) and self._safe(where):
            match measure:
                case Count() | DistinctCount() | Duplicates():
                    return 0
                case ValueCounts():
                    return []
                case _:
                    return UNPROVEN
        return self._count(where) if isinstance(measure, Count) else UNPROVEN

    def _count(self, where: Predicate | None) -> int | _Unproven:
        match where:
            case None:
                return self.footer.rows
            case IsNull(column=column) if (nulls := self._nulls(column)) is not None:
                return nulls
            case Not(of=IsNull(column=column)) if (nulls := self._nulls(column)) is not None:
                return self.footer.rows - nulls
            case _:
                return UNPROVEN

    def _always(self, predicate: Predicate, outcome: Outcomes) -> bool:
        return self.outcomes(predicate) == outcome and self._safe(predicate)

    def _safe(self, predicate: Predicate) -> bool:
        return all(isinstance(part, _SAFE) or repr(part) in self.holding for part in walk(predicate))

    def _nulls(self, column: str) -> int | None:
        """How many values of the column are null, NaN included; None when that is not known."""
        facts = self.footer.facts.get(column)
        return None if facts is None or not facts.nan_free else facts.nulls

    def _null(self, column: str) -> Outcomes:
        nulls = self._nulls(column)
        return _FALSE if nulls == 0 else _TRUE if nulls == self.footer.rows else _KNOWN

    def _of_columns(self, predicate: Predicate, columns: Sequence[str]) -> Outcomes:
        settled = _TRUE if repr(predicate) in self.holding else _KNOWN
        return settled if all(self._nulls(column) == 0 for column in columns) else settled | {None}


def prove(connection: duckdb.DuckDBPyConnection, table: Table, measures: Iterable[Measure]) -> Proofs:
    """The table's footer with all conditions of the measures that its ends settle, which are asked in one query."""
    footer = table.footer
    wheres = (measure.where for measure in measures if isinstance(measure, _OVER_ROWS) and measure.where is not None)
    parts = {repr(part): part for where in wheres for part in walk(where)}
    asked = {name: sql for name, part in parts.items() if (sql := _settled(part, table)) is not None}
    if not asked:
        return Proofs(footer=footer, holding=frozenset())
    try:
        answers = connection.execute(f"SELECT {', '.join(asked.values())} FROM {footer.ends}").fetchall()[0]
    except duckdb.Error:  # one of them asks for what its column's type cannot hold; the scan will say which
        answers = (False,) * len(asked)
    return Proofs(footer=footer, holding=frozenset(name for name, holds in zip(asked, answers, strict=True) if holds))


def walk(predicate: Predicate) -> Iterator[Predicate]:
    """The condition and all that it is made of."""
    yield predicate
    match predicate:
        case Not(of=of) | Holds(of=of):
            yield from walk(of)
        case All(of=parts) | Any(of=parts):
            for part in parts:
                yield from walk(part)
        case _:
            pass


def _settled(part: Predicate, table: Table) -> str | None:
    """SQL over the two rows of ends that is true only if the condition holds of all values between them, or None."""
    ends = table.at_ends()
    try:
        match part:
            case Between(column=column) if table.footer.bounded(column):
                return f"coalesce(bool_and({render(part, ends)}), FALSE)"
            case InSet(column=column) if table.footer.bounded(column):
                value = table.field(column).sql
                return f"coalesce(min({value}) = max({value}) AND bool_and({render(part, ends)}), FALSE)"
            case Compare(left=left, op=op, right=right) if table.footer.bounded(left) and table.footer.bounded(right):
                return _in_order(table, left, op, right)
            case _:
                return None
    except NotMeasured:
        return None


def _in_order(table: Table, left: str, op: str, right: str) -> str | None:
    """All of one column lies on one side of all of the other."""
    one, other = table.field(left), table.field(right)
    if not comparable(one, other) or op not in {"<", "<=", ">", ">="}:
        return None
    nearest = ("max", "min") if op.startswith("<") else ("min", "max")
    return f"coalesce({nearest[0]}({one.sql}) {op} {nearest[1]}({other.sql}), FALSE)"


def _combined(parts: Iterable[Outcomes], *, neutral: bool) -> Outcomes:
    """What AND (neutral is true) or OR (neutral is false) of the parts may come to, were they independent."""

    def both(one: Outcomes, other: Outcomes) -> Outcomes:
        return frozenset(_three_valued(a, b, neutral=neutral) for a, b in product(one, other))

    return reduce(both, parts, frozenset({neutral}))


def _three_valued(one: bool | None, other: bool | None, *, neutral: bool) -> bool | None:  # noqa: FBT001 - truth is what it is about
    if one is (not neutral) or other is (not neutral):
        return not neutral
    return None if one is None or other is None else neutral


def _joined(join: type[All] | type[Any], parts: Sequence[Predicate]) -> Predicate:
    return parts[0] if len(parts) == 1 else join(of=tuple(parts))
