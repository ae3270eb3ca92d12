"""The engine's port, implemented: opens what is there, takes all measures in few scans, and says why one could not be taken."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from feature_health.contracts.contract import Contract
from feature_health.engines.duckdb.connection import Resources, confined
from feature_health.engines.duckdb.conversion import keep_columns, to_parquet
from feature_health.engines.duckdb.failing_rows import failing_rows, told_rows, without_rows
from feature_health.engines.duckdb.measuring import FooterWrong, Measuring
from feature_health.engines.duckdb.readable import why_not_parquet
from feature_health.engines.duckdb.reasons import reason
from feature_health.engines.duckdb.sample import sample
from feature_health.engines.duckdb.table import columns_in, open_table, rows_told
from feature_health.errors import EngineFailed
from feature_health.profiles.measure import Measure, relation_of
from feature_health.profiles.profile import ObservedColumn, Profile
from feature_health.profiles.row_rule import RowRule
from feature_health.records import Conversion, Relation, RowsTold


class DuckDbEngine:
    """Takes measures of Parquet files, in memory and offline. `memory_limit` is such as "2GB"; None leaves both to DuckDB."""

    def __init__(
        self, threads: int | None = None, memory_limit: str | None = None, time_limit_seconds: float | None = None
    ) -> None:
        self._resources = Resources(threads=threads, memory_limit=memory_limit, time_limit_seconds=time_limit_seconds)

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

    def sample(self, staged: Path, count: int, seed: str, to: Path) -> None:
        """Write some rows drawn at random; see the port."""
        sample(staged, count, seed, to, self._resources)

    def told_rows(self, told: Path, limit: int) -> Sequence[Mapping[str, Any]]:
        """The first rows of what `failing_rows` wrote; see the port."""
        return told_rows(told, limit, self._resources)

    def schema(self, staged: Path) -> Profile:
        """Columns and number of rows as the file's footer says; see the port."""
        if (unreadable := _closed(staged)) is not None:
            return Profile(engine=self.name, unreadable=unreadable)
        with confined(self._resources, [staged.resolve()]) as connection:
            try:
                columns, rows = columns_in(connection, staged.resolve()), rows_told(connection, staged.resolve())
            except duckdb.Error as error:
                return Profile(engine=self.name, unreadable=_corrupt(staged, error))
        return Profile(engine=self.name, rows=rows, columns=columns)

    def profile(self, staged: Path, measures: Collection[Measure], others: Mapping[str, Relation | str | None]) -> Profile:
        """Observed schema and all measures of a Parquet file; see the port.

        None in `others` says that there is no such partition and need not be one: nothing can overlap with it.
        """
        if (unreadable := _closed(staged)) is not None:
            return Profile(engine=self.name, unreadable=unreadable)
        relations = {name: others[name] for name in sorted(_relations_of(measures)) if name in others}
        files = [path.resolve() for path in (staged, *(it.path for it in relations.values() if isinstance(it, Relation)))]
        with confined(self._resources, files) as connection:
            try:
                candidate = open_table(connection, files[0], name="candidate", believed=bool(measures))
            except duckdb.Error as error:
                return Profile(engine=self.name, unreadable=_corrupt(staged, error))
            try:
                return Measuring(connection, candidate, relations).profile(self.name, measures)
            except FooterWrong:
                try:
                    candidate = open_table(connection, files[0], name="candidate", believed=False)
                except duckdb.Error as error:  # out of time
                    return Profile(engine=self.name, unreadable=_corrupt(staged, error))
                return Measuring(connection, candidate, relations).profile(self.name, measures)


def _relations_of(measures: Collection[Measure]) -> set[str]:
    """The names of the other partitions that the measures read."""
    return {name for measure in measures if (name := relation_of(measure)) is not None}


def _closed(staged: Path) -> str | None:
    """Why the file cannot be Parquet, None when it may be; raises EngineFailed when there is none."""
    if not staged.is_file():
        raise EngineFailed(f"Tried to measure {staged}, but there is no such file. Stage the delivery again.")
    return why_not_parquet(staged)


def _corrupt(staged: Path, error: duckdb.Error) -> str:
    return f"Tried to read {staged.name} as Parquet, but its description is damaged ({reason(error)}). Deliver the file again."
