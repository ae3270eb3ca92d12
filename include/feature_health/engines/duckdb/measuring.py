"""One candidate being measured: each measure by the cheapest way that gives the same answer as plain SQL over all rows.

In this order: what the file's footer proves; columns of few values, counted by value; one shared scan for everything that
streams; and one query for each measure that must hold values, with a proof first where there is a cheaper one. Why so: ADR 4.
"""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `text`

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import duckdb

from feature_health.engines.duckdb.by_value import (
    BY_VALUE_TOGETHER,
    count_by_value,
    select_by_value,
    take_by_value,
    worth_counting,
)
from feature_health.engines.duckdb.columns_read import columns_named, columns_read
from feature_health.engines.duckdb.footer import Facts
from feature_health.engines.duckdb.footer_proof import UNPROVEN, prove
from feature_health.engines.duckdb.measure_sql import Select, Sources, select, take
from feature_health.engines.duckdb.predicate_sql import render
from feature_health.engines.duckdb.readable import why_not_parquet
from feature_health.engines.duckdb.reasons import reason
from feature_health.engines.duckdb.table import Table, open_table
from feature_health.engines.duckdb.unique import PROVERS
from feature_health.profiles.measure import BinCounts, Count, Measure, QuantileSketch, Stat, each_once, name_of
from feature_health.profiles.predicate import present
from feature_health.profiles.profile import NotMeasured, Profile
from feature_health.records import Relation

_ROWS = Count()
_SEEN = "seen: "  # before the names of our own measures, so that they are not taken for others'
_STREAMING = (Count, Stat, BinCounts)


class FooterWrong(Exception):
    """What a file's footer says is not what its rows are, or its rows cannot be read."""


class Measuring:
    """What was found so far, and the other partitions once they are needed."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, candidate: Table, relations: Mapping[str, Relation | str | None]
    ) -> None:
        self._connection = connection
        self._candidate = candidate
        self._relations = relations
        self._opened: dict[str, Table] = {}
        self._values: dict[str, Any] = {}
        self._unmeasured: dict[str, str] = {}
        self._asked: dict[str, list[str]] = {}
        self._read: set[str] = set()
        self._broken = False

    def profile(self, engine: str, measures: Collection[Measure]) -> Profile:
        """The profile of the candidate with each measure in `values` or in `unmeasured`; raises FooterWrong."""
        wanted = each_once((_ROWS, *measures))
        self._take_rest(wanted, self._take_by_value(self._take_from_footer(wanted)))
        if self._broken and self._candidate.footer.facts:
            raise FooterWrong
        rows = name_of(_ROWS)
        if rows in self._unmeasured:
            return Profile(
                engine=engine, unreadable=f"Tried to count its rows: {self._unmeasured[rows]}. Deliver the file again."
            )
        names = [name_of(measure) for measure in wanted]
        return Profile(
            engine=engine,
            rows=self._values[rows],
            columns=self._candidate.observed(),
            values={name: self._values[name] for name in names if name in self._values},
            unmeasured={name: self._unmeasured[name] for name in names if name in self._unmeasured},
            read={name: it.sha256 for name, it in self._relations.items() if name in self._opened and isinstance(it, Relation)},
        )

    # ── the ways, each of which leaves some measures to the next ─────────────────────────────────────────────────────────

    def _take_from_footer(self, measures: Sequence[Measure]) -> Sequence[Measure]:
        proofs = prove(self._connection, self._candidate, measures)
        left: dict[str, Measure] = {}
        for measure in measures:
            if (why := self._why_not(measure)) is not None:
                self._unmeasured[name_of(measure)] = why
                continue
            simple = proofs.reduced(measure)
            self._asked.setdefault(name_of(simple), []).append(name_of(measure))
            if (answer := proofs.answer(simple)) is not UNPROVEN:
                self._keep(simple, answer)
            else:
                left[name_of(simple)] = simple
        return self._take_ends(tuple(left.values()))

    def _take_ends(self, measures: Sequence[Measure]) -> Sequence[Measure]:
        """Least and greatest values of whole columns: those of the ends are those of all rows."""
        footer = self._candidate.footer
        at_ends = [
            it
            for it in measures
            if isinstance(it, Stat) and it.name in {"min", "max"} and it.where is None and footer.bounded(it.column)
        ]
        self._select_all(at_ends, self._candidate.at_ends(), select)
        return [it for it in measures if it not in at_ends]

    def _take_by_value(self, measures: Sequence[Measure]) -> Sequence[Measure]:
        taken: set[str] = set()
        for column, them in worth_counting(measures, self._candidate).items():
            try:
                values = count_by_value(self._connection, self._candidate, column)
            except duckdb.Error:  # whatever is wrong with the column, the plain way will say
                continue
            self._read.add(column)
            taken.update(name_of(measure) for measure in them)
            self._select_all([it for it in them if isinstance(it, BY_VALUE_TOGETHER)], values, select_by_value)
            for measure in them:
                if not isinstance(measure, BY_VALUE_TOGETHER):
                    self._take(measure, partial(take_by_value, measure, values, self._connection))
        return [measure for measure in measures if name_of(measure) not in taken]

    def _take_rest(self, wanted: Sequence[Measure], measures: Sequence[Measure]) -> None:
        unread = self._unread(wanted, measures)
        for one in unread:
            self._asked.setdefault(name_of(one), []).append(_SEEN + name_of(one))
        shared = (it for it in measures if isinstance(it, _STREAMING))
        self._select_all(each_once((*shared, *unread)), self._candidate, select)
        if not all(_as_told(self._values.get(_SEEN + name_of(one)), facts, self._candidate) for one, facts in unread.items()):
            raise FooterWrong
        # A sample is small, so its quantiles may be taken together: at a million rows in half the time of one by one.
        sampled = replace(self._candidate, view=self._candidate.sample)
        self._select_all([it for it in measures if isinstance(it, QuantileSketch)], sampled, select)
        sources = Sources(connection=self._connection, candidate=self._candidate, other=self._other, known=self._values)
        for measure in measures:
            if not isinstance(measure, (*_STREAMING, QuantileSketch)):
                self._take(measure, partial(PROVERS.get(type(measure), take), measure, sources))

    def _unread(self, wanted: Sequence[Measure], left: Sequence[Measure]) -> Mapping[Count, Facts]:
        """Of every wanted column that no other query reads whole: count what is there, and what the footer says of it.

        Thus no page is passed unread, and what was proven from the footer stands only if its counts are true.
        """
        footer = self._candidate.footer
        read = self._read | {column for measure in left for column in columns_read(measure, footer)}
        unread = {column for measure in wanted for column in columns_named(measure)} - read
        return {Count(where=present(name)): facts for name, facts in footer.facts.items() if name in unread}

    # ── asking and keeping ───────────────────────────────────────────────────────────────────────────────────────────────

    def _why_not(self, measure: Measure) -> str | None:
        """Why the measure's condition cannot be said of this file, which a proof must not hide."""
        try:
            if (where := getattr(measure, "where", None)) is not None:
                render(where, self._candidate)
        except NotMeasured as why:
            return str(why)
        return None

    def _select_all(self, measures: Iterable[Any], table: Table, how: Callable[[Any, Table], Select]) -> None:
        selects: list[tuple[Measure, Select]] = []
        for measure in measures:
            try:
                selects.append((measure, how(measure, table)))
            except NotMeasured as why:
                self._refuse(measure, str(why))
        self._query_together(selects, table)

    def _query_together(self, selects: Sequence[tuple[Measure, Select]], table: Table) -> None:
        """All in one query; when it fails, each half by itself, so that one bad expression costs only itself."""
        if not selects:
            return
        try:
            answer = self._connection.execute(f"SELECT {', '.join(it.sql for _, it in selects)} FROM {table.view}").fetchall()[0]
        except duckdb.Error as error:
            if len(selects) == 1:
                self._fail(selects[0][0], error)
                return
            half = len(selects) // 2
            self._query_together(selects[:half], table)
            self._query_together(selects[half:], table)
            return
        for (measure, it), value in zip(selects, answer, strict=True):
            self._take(measure, partial(it.read, value))

    def _take(self, measure: Measure, way: Callable[[], Any]) -> None:
        try:
            self._keep(measure, way())
        except NotMeasured as why:
            self._refuse(measure, str(why))
        except duckdb.Error as error:
            self._fail(measure, error)

    def _fail(self, measure: Measure, error: duckdb.Error) -> None:
        """A query that went wrong over the rows: perhaps because they cannot be read, and then nothing of them may be proven."""
        self._broken |= not isinstance(error, duckdb.BinderException | duckdb.ParserException | duckdb.CatalogException)
        self._refuse(measure, reason(error))

    def _keep(self, measure: Measure, value: object) -> None:
        self._values |= dict.fromkeys(self._asked[name_of(measure)], value)

    def _refuse(self, measure: Measure, why: str) -> None:
        self._unmeasured |= dict.fromkeys(self._asked[name_of(measure)], why)

    # ── other partitions ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _other(self, name: str) -> Table | None:
        """Another partition's table, opened once; None when there is none and need be none. Raises NotMeasured."""
        if name not in self._relations:
            raise NotMeasured(f"no partition of {name} was handed in")
        relation = self._relations[name]
        if relation is None:
            return None
        if isinstance(relation, str):
            raise NotMeasured(relation)
        if name not in self._opened:
            self._opened[name] = self._open(name, relation)
        return self._opened[name]

    def _open(self, name: str, relation: Relation) -> Table:
        if (unreadable := why_not_parquet(relation.path)) is not None:
            raise NotMeasured(f"the partition of {name} that it is compared with is unreadable: {unreadable}")
        return open_table(self._connection, relation.path.resolve(), name=f"partition of {name}")


def _as_told(count: int | None, facts: Facts, table: Table) -> bool:
    """Whether so many values are there as the footer says; NaN, which it may not tell, is not counted as one."""
    there = table.footer.rows - facts.nulls
    return count is not None and (count == there or (count < there and not facts.nan_free))
