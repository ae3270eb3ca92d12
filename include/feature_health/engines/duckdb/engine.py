"""The engine's port, implemented: opens what is there, takes all measures in few scans, and says why one could not be taken."""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `text`

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from feature_health.contracts.contract import Contract
from feature_health.engines.duckdb.connection import Resources, confined
from feature_health.engines.duckdb.conversion import keep_columns, to_parquet
from feature_health.engines.duckdb.failing_rows import failing_rows, told_rows, without_rows
from feature_health.engines.duckdb.measure_sql import Select, Sources, select, take
from feature_health.engines.duckdb.readable import why_not_parquet
from feature_health.engines.duckdb.reasons import reason
from feature_health.engines.duckdb.table import Table, open_table
from feature_health.errors import EngineFailed
from feature_health.profiles.measure import BinCounts, Count, Measure, Stat, each_once, name_of, relation_of
from feature_health.profiles.profile import NotMeasured, ObservedColumn, Profile
from feature_health.profiles.row_rule import RowRule
from feature_health.records import Conversion, Relation, RowsTold

_ROWS = Count()


class DuckDbEngine:
    """Takes measures of Parquet files, in memory and offline. `memory_limit` is such as "2GB"; None leaves both to DuckDB."""

    def __init__(self, threads: int | None = None, memory_limit: str | None = None) -> None:
        self._resources = Resources(threads=threads, memory_limit=memory_limit)

    @property
    def name(self) -> str:
        """Engine and version."""
        return f"duckdb {duckdb.__version__}"

    def to_parquet(self, delivery: Path, contract: Contract, to: Path) -> Conversion:
        """Write a CSV or JSON-lines delivery as Parquet at `to`, atomically; see the port."""
        return to_parquet(delivery, contract, to, self._resources)

    def keep_columns(self, staged: Path, columns: Sequence[ObservedColumn], to: Path) -> None:
        """Write a Parquet file with only these columns; see the port."""
        keep_columns(staged, columns, to, self._resources)

    def failing_rows(self, staged: Path, rules: Sequence[RowRule], key: Sequence[str], to: Path) -> RowsTold:
        """Write the keys of every row that fails one of the rules, with its reasons and masked values; see the port."""
        return failing_rows(staged, rules, key, to, self._resources)

    def without_rows(self, staged: Path, columns: Sequence[ObservedColumn], told: Path, checks: Collection[str], to: Path) -> int:
        """Write what is left of a Parquet file without its failing rows; see the port."""
        return without_rows(staged, columns, told, checks, to, self._resources)

    def told_rows(self, told: Path, limit: int) -> Sequence[Mapping[str, Any]]:
        """The first rows of what `failing_rows` wrote; see the port."""
        return told_rows(told, limit, self._resources)

    def profile(self, staged: Path, measures: Collection[Measure], others: Mapping[str, Relation | str | None]) -> Profile:
        """Observed schema and all measures of a Parquet file; see the port.

        None in `others` says that there is no such partition and need not be one: nothing can overlap with it.
        """
        if not staged.is_file():
            raise EngineFailed(f"Tried to measure {staged}, but there is no such file. Stage the delivery again.")
        if unreadable := why_not_parquet(staged):
            return Profile(engine=self.name, unreadable=unreadable)
        relations = {name: others[name] for name in sorted(_relations_of(measures)) if name in others}
        files = [path.resolve() for path in (staged, *(it.path for it in relations.values() if isinstance(it, Relation)))]
        with confined(self._resources, files) as connection:
            try:
                candidate = open_table(connection, files[0], name="candidate")
            except duckdb.Error as error:
                return Profile(engine=self.name, unreadable=_corrupt(staged, error))
            return _Measuring(connection, candidate, relations).profile(self.name, measures)


class _Measuring:
    """One candidate being measured: what was found so far, and the other partitions once they are needed."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, candidate: Table, relations: Mapping[str, Relation | str | None]
    ) -> None:
        self._connection = connection
        self._candidate = candidate
        self._relations = relations
        self._opened: dict[str, Table] = {}
        self._values: dict[str, Any] = {}
        self._unmeasured: dict[str, str] = {}

    def profile(self, engine: str, measures: Collection[Measure]) -> Profile:
        """The profile of the candidate with each measure in `values` or in `unmeasured`."""
        wanted = each_once((_ROWS, *measures))
        self._take_streaming(tuple(measure for measure in wanted if isinstance(measure, Count | Stat | BinCounts)))
        sources = Sources(connection=self._connection, candidate=self._candidate, other=self._other, known=self._values)
        for measure in wanted:
            if not isinstance(measure, Count | Stat | BinCounts):
                self._take_holistic(measure, sources)
        rows = name_of(_ROWS)
        if rows in self._unmeasured:
            return Profile(
                engine=engine, unreadable=f"Tried to count its rows: {self._unmeasured[rows]}. Deliver the file again."
            )
        return Profile(
            engine=engine,
            rows=self._values[rows],
            columns=self._candidate.observed(),
            values=self._values,
            unmeasured=self._unmeasured,
            read={name: it.sha256 for name, it in self._relations.items() if name in self._opened and isinstance(it, Relation)},
        )

    def _take_streaming(self, measures: Sequence[Count | Stat | BinCounts]) -> None:
        selects: list[tuple[Measure, Select]] = []
        for measure in measures:
            try:
                selects.append((measure, select(measure, self._candidate)))
            except NotMeasured as why:
                self._unmeasured[name_of(measure)] = str(why)
        self._query_together(selects)

    def _query_together(self, selects: Sequence[tuple[Measure, Select]]) -> None:
        """All in one query; when it fails, each half by itself, so that one bad expression costs only itself."""
        if not selects:
            return
        try:
            query = f"SELECT {', '.join(it.sql for _, it in selects)} FROM {self._candidate.view}"
            answer = self._connection.execute(query).fetchall()[0]
        except duckdb.Error as error:
            why = reason(error)
            if len(selects) == 1:
                self._unmeasured[name_of(selects[0][0])] = why
                return
            half = len(selects) // 2
            self._query_together(selects[:half])
            self._query_together(selects[half:])
            return
        for (measure, it), value in zip(selects, answer, strict=True):
            self._keep(measure, it, value)

    def _keep(self, measure: Measure, it: Select, value: object) -> None:
        try:
            self._values[name_of(measure)] = it.read(value)
        except NotMeasured as why:
            self._unmeasured[name_of(measure)] = str(why)

    def _take_holistic(self, measure: Measure, sources: Sources) -> None:
        try:
            self._values[name_of(measure)] = take(measure, sources)
        except NotMeasured as why:
            self._unmeasured[name_of(measure)] = str(why)
        except duckdb.Error as error:
            self._unmeasured[name_of(measure)] = reason(error)

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


def _relations_of(measures: Collection[Measure]) -> set[str]:
    """The names of the other partitions that the measures read."""
    return {name for measure in measures if (name := relation_of(measure)) is not None}


def _corrupt(staged: Path, error: duckdb.Error) -> str:
    return f"Tried to read {staged.name} as Parquet, but its description is damaged ({reason(error)}). Deliver the file again."
