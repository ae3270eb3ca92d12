"""`feature-health drill plant`: plant a fault in any Parquet file whose columns are told by role."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from feature_health.errors import CallerError
from lending.drill.given import told_as_misuse
from lending.faults import Fault, find, plant_file
from lending.faults.roles import BINDINGS, ROLES, Columns

if TYPE_CHECKING:
    from lending.faults import Planted


def roles_of(like: str | None, given: Mapping[str, str], file: Path) -> Mapping[str, Columns]:
    """Role -> column: those of the table that it is `like`, and over them the given ones; raises CallerError.

    A role that there is not, and a column that the file has not, are told with all that there are.
    """
    if like is not None and like not in BINDINGS:
        raise CallerError(f"--like {like!r}: roles are known of {', '.join(sorted(BINDINGS))}. Name one, or give --role.")
    if unknown := [role for role in given if role not in ROLES]:
        raise CallerError(f"There is no role {', '.join(unknown)}. Roles are:\n" + _listed(ROLES))
    columns = _columns(file)
    if absent := [f"{role}={column}" for role, column in given.items() if set(column.split(",")) - set(columns)]:
        raise CallerError(f"--role {', '.join(absent)}: {file} has no such column. It has: {', '.join(columns)}.")
    return {**(BINDINGS[like] if like else {}), **{role: tuple(column.split(",")) for role, column in given.items()}}


def plant(  # noqa: PLR0913 - a fault has as many sides
    fault: str,
    source: Path,
    to: Path,
    *,
    like: str | None,
    roles: Mapping[str, str],
    scope: Mapping[str, str],
    strength: int,
    seed: int,
    day: date,
    previous: Path | None,
) -> "Planted":
    """Write the file's faulty twin; raises CallerError for whatever cannot be, before anything is written."""
    import duckdb

    with told_as_misuse():
        found = _one(find(fault), fault)
        bound = roles_of(like, roles, source)
        if to.resolve() in {source.resolve(), previous.resolve() if previous else None}:
            raise CallerError(f"--to {to} is the clean file itself, which must stay. Name another file.")
        try:
            return plant_file(
                found, source, to, roles=bound, day=day, previous=previous, strength=strength, scope=scope, seed=seed
            )
        except duckdb.Error as error:
            raise CallerError(
                f"{fault} cannot be planted in {source}: {str(error).splitlines()[0]}. "
                "Bind columns of the kind that each role says."
            ) from error
        except OSError as error:
            raise CallerError(f"Writing {to}: {error.strerror}. Name another file.") from error


def record(fault: str, source: Path, to: Path, planted: "Planted") -> Mapping[str, object]:
    """What came of it, for machines."""
    return {"fault": fault, "file": str(source), "to": str(to), **asdict(planted)}


def _one(faults: Sequence[Fault], name: str) -> Fault:
    if len(faults) > 1:
        raise CallerError(f"{name}: a file takes one fault at a time; plant the second in what came of the first.")
    if faults[0].change is None:
        raise CallerError(f"{faults[0].name} ({faults[0].title}) changes the world, not rows: it cannot be planted in a file.")
    return faults[0]


def _columns(file: Path) -> list[str]:
    import duckdb

    if not file.is_file():
        raise CallerError(f"Reading {file}: there is no such file. Name a Parquet file.")
    try:
        with duckdb.connect() as connection:
            described = connection.execute("DESCRIBE FROM read_parquet(?)", [str(file)]).fetchall()
    except duckdb.Error as error:
        raise CallerError(f"Reading {file}: it is no Parquet file. Faults are planted in Parquet alone.") from error
    return [name for name, *_ in described]


def _listed(meanings: Mapping[str, str]) -> str:
    width = max(map(len, meanings))
    return "\n".join(f"  {name:<{width}}  {meaning}" for name, meaning in meanings.items())
