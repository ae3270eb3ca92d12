"""Plants a fault: in a table of the world, in the SQL of a job, or in any Parquet file.

All three run the same query over the relation `clean` (and `previous` where the fault replays the day before); what was clean is
left untouched, so that both twins exist.
"""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `literal`
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from upath import UPath

from lending.errors import RoleMissing
from lending.faults import scopes
from lending.faults.changes import HELPERS, Bound, Change
from lending.faults.fault import Fault
from lending.faults.roles import BINDINGS, Columns, bind
from lending.faults.scopes import Scope
from lending.sql import connect, identifier, literal, write_parquet

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

_EVERYWHERE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """How many rows a file had and has, and how many of the clean ones the fault took."""

    rows_clean: int
    rows_faulty: int
    rows_taken: int


def plant_table(  # noqa: PLR0913 - what, where, when and how much, each named
    fault: Fault,
    clean: "pa.Table",
    *,
    day: date,
    previous: "pa.Table | None" = None,
    strength: int = 2,
    scope: Mapping[str, str] = _EVERYWHERE,
    seed: int = 1,
    first_day: date | None = None,
    roles: Mapping[str, Columns] | None = None,
) -> "pa.Table":
    """The faulty twin of a table of the world on `day`; the table itself when the fault has not begun or changes the world.

    Columns that the fault does not retype keep their types. Raises RoleMissing and ScopeImpossible.
    """
    plan = _plan(fault, strength=strength, scope=scope, seed=seed, first_day=first_day or day, day=day)
    if plan is None:
        return clean
    bound = plan.bound(roles or BINDINGS[fault.table], clean.column_names)
    with connect() as connection:
        connection.register("clean", clean)
        connection.register("previous", clean.slice(0, 0) if previous is None else previous)
        query = plan.query(bound, has_previous=previous is not None)
        before = connection.sql("FROM clean LIMIT 0").to_arrow_table().schema
        return _as_it_was(connection.sql(query).to_arrow_table(), before, clean.schema)


def plant_sql(
    fault: Fault,
    job_sql: str,
    *,
    day: date,
    strength: int = 2,
    scope: Mapping[str, str] = _EVERYWHERE,
    seed: int = 1,
    first_day: date | None = None,
    roles: Mapping[str, Columns] | None = None,
) -> str:
    """A job's SQL with the bug in it: its last SELECT wrapped, all that comes before as it was.

    Raises RoleMissing and ScopeImpossible; `roles` is needed for jobs other than those of the simulated lender.
    """
    plan = _plan(fault, strength=strength, scope=scope, seed=seed, first_day=first_day or day, day=day)
    if plan is None:
        return job_sql
    query = plan.query(plan.bound(roles or BINDINGS[fault.table], None), has_previous=False)
    before, select = _last_statement(job_sql)
    return f"{before}WITH clean AS (\n{select}\n)\n{query}\n"


def plant_file(  # noqa: PLR0913 - as plant_table
    fault: Fault,
    source: Path,
    to: Path,
    *,
    roles: Mapping[str, Columns],
    day: date,
    previous: Path | None = None,
    strength: int = 2,
    scope: Mapping[str, str] = _EVERYWHERE,
    seed: int = 1,
    first_day: date | None = None,
) -> Planted:
    """Write the faulty twin of any Parquet file to `to`, whole or not at all; `roles` says which of its columns are what.

    Raises RoleMissing and ScopeImpossible.
    """
    plan = _plan(fault, strength=strength, scope=scope, seed=seed, first_day=first_day or day, day=day)
    with connect() as connection:
        _open(connection, "clean", source)
        if previous is not None:
            _open(connection, "previous", previous)
        if plan is None:
            write_parquet(connection, "FROM clean", UPath(to))
            return Planted(rows_clean=_rows(connection, source), rows_faulty=_rows(connection, to), rows_taken=0)
        bound = plan.bound(roles, [name for name, *_ in connection.execute("DESCRIBE clean").fetchall()])
        write_parquet(connection, plan.query(bound, has_previous=previous is not None), UPath(to))
        [(taken,)] = connection.execute(f"SELECT count(*) FILTER (_hit) FROM ({plan.picked(bound)})").fetchall()
        return Planted(rows_clean=_rows(connection, source), rows_faulty=_rows(connection, to), rows_taken=taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A fault, what it does, to how many rows and which."""

    fault: Fault
    change: Change
    share: float
    size: float
    usual: Mapping[Scope, tuple[str, ...]]
    scope: Mapping[str, str]
    seed: int

    def bound(self, roles: Mapping[str, Columns], columns: Sequence[str] | None) -> Bound:
        """The fault's roles in one table; raises RoleMissing and ScopeImpossible."""
        found = bind(roles, columns, fault=self.fault.name, needs=self.fault.roles, targets=self.change.targets)
        scopes.checked(self.scope, self.fault.scopes, fault=self.fault.name, there=found.__contains__)
        return Bound(columns=found, size=self.size)

    def query(self, bound: Bound, *, has_previous: bool) -> str:
        """The fault as one query over `clean`, rows in their old order."""
        if self.fault.needs_previous and not has_previous:
            raise RoleMissing(f"{self.fault.name} replays the day before; give its table or file as `previous`.")
        changed = f"WITH picked AS ({self.picked(bound)}) {self.change.sql(bound)}"
        return f"SELECT * EXCLUDE ({', '.join(HELPERS)}) FROM ({changed}) ORDER BY _row"

    def picked(self, bound: Bound) -> str:
        """The clean rows, each with whether the fault takes it."""
        there = [name for name in self.usual if scopes.ROLE_OF[name] in bound.columns]
        usual: dict[str, str] = {name: scopes.usual(self.usual[name], self.seed) for name in there}
        conditions = [scopes.condition(name, value) for name, value in (usual | dict(self.scope)).items()]
        return self.fault.pick.sql(bound, scope=conditions, share=self.share, salt=f"{self.fault.name}|{self.seed}")


def _plan(fault: Fault, *, strength: int, scope: Mapping[str, str], seed: int, first_day: date, day: date) -> _Plan | None:
    """None when the fault has not begun by `day` or is a change of the world alone."""
    share = fault.share(strength, first_day=first_day, day=day)
    if fault.change is None or not share:
        return None
    of = fault.strength(strength)
    usual = {} if of.everywhere else fault.usual
    return _Plan(fault=fault, change=fault.change, share=share, size=of.size, usual=usual, scope=scope, seed=seed)


def _open(connection: "DuckDBPyConnection", name: str, path: Path) -> None:
    connection.execute(f"CREATE TEMP VIEW {identifier(name)} AS FROM read_parquet({literal(str(path))})")


def _rows(connection: "DuckDBPyConnection", path: Path) -> int:
    [(rows,)] = connection.execute(f"SELECT count(*) FROM read_parquet({literal(str(path))})").fetchall()
    return int(rows)


def _last_statement(text: str) -> tuple[str, str]:
    """What comes before a script's last statement, and that statement."""
    with connect() as connection:
        last = connection.extract_statements(text)[-1].query.strip()
    return text[: text.rindex(last)], last.rstrip(";")


def _as_it_was(changed: "pa.Table", before: "pa.Schema", clean: "pa.Schema") -> "pa.Table":
    """The table with the clean one's types wherever DuckDB read and wrote a column as the same type."""
    import pyarrow as pa

    fields = []
    for found in changed.schema:
        known = found.name in before.names and before.field(found.name).type == found.type
        fields.append(clean.field(found.name) if known else found)
    return changed.cast(pa.schema(fields))
