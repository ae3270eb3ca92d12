"""Which columns a file has, and of which types, before anybody has promised any. Writes nothing that stays."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from feature_health.contracts.contract import Column, ColumnType, Contract
from feature_health.contracts.keys import NOT_PARTITIONED
from feature_health.contracts.severity import Policy
from feature_health.errors import CallerError
from feature_health.ports import Engine
from feature_health.profiles.measure import Count
from feature_health.profiles.predicate import InSet, Not, present
from feature_health.profiles.profile import ObservedColumn, Profile
from feature_health.steps.stage import CONVERTED_SUFFIXES, PARQUET_SUFFIX, unknown_form

# Narrowest first. Dates stay texts, and only these words are truth values: so pandas reads such files, and suites mean that.
NUMBERS: tuple[ColumnType, ...] = ("integer", "decimal")
TRUTH = ("true", "false", "True", "False", "TRUE", "FALSE")
NO_CONTRACT = Contract(
    job="unknown",
    about="Nobody has promised anything yet.",
    owner="nobody",
    partition=NOT_PARTITIONED,
    key=(),
    columns=(),
    policy=Policy(tier=1),
    on_change={},
    rows=None,
    freshness=None,
    expectations=(),
)


def columns_of(file: Path, engine: Engine, *, guesses: Sequence[ColumnType] = NUMBERS) -> tuple[ObservedColumn, ...]:
    """The file's columns in its order; those of CSV and JSON lines by what all their values can be read as.

    Raises CallerError when the file cannot be read.
    """
    if not file.is_file():
        raise CallerError(f"Reading {file}: there is no such file. Check the path.")
    if file.suffix == PARQUET_SUFFIX:
        return _seen(engine, file.resolve()).columns
    if file.suffix not in CONVERTED_SUFFIXES:
        raise CallerError(f"Reading {file}: {unknown_form(file.name)}.")
    with tempfile.TemporaryDirectory(prefix="feature-health-") as scratch:
        return tuple(_guessed(file.resolve(), engine, Path(scratch) / "read.parquet", guesses))


def _guessed(file: Path, engine: Engine, parquet: Path, guesses: Sequence[ColumnType]) -> Iterator[ObservedColumn]:
    _converted(engine, file, NO_CONTRACT, parquet)
    texts = _seen(engine, parquet).columns
    types: dict[str, ColumnType] = dict.fromkeys(_truths(engine, parquet, texts), "boolean")
    for guess in guesses:
        left = tuple(Column(name=one.name, type=guess, null_ratio_max=1.0) for one in texts if one.name not in types)
        unparsed = _converted(engine, file, replace(NO_CONTRACT, columns=left), parquet)
        types |= {column.name: guess for column in left if not unparsed.get(column.name)}
    for column in texts:
        yield replace(column, type=types.get(column.name, "string"))


def _truths(engine: Engine, parquet: Path, texts: Sequence[ObservedColumn]) -> Iterator[str]:
    """The columns that hold words for true and false and nothing else, though not nothing at all."""
    others = {it.name: Count(where=Not(of=InSet(column=it.name, values=TRUTH))) for it in texts}
    values = {it.name: Count(where=present(it.name)) for it in texts}
    seen = engine.profile(parquet, (*others.values(), *values.values()), {})
    yield from (name for name, other in others.items() if seen[other] == 0 and seen[values[name]] > 0)


def _converted(engine: Engine, file: Path, contract: Contract, to: Path) -> dict[str, int]:
    conversion = engine.to_parquet(file, contract, to)
    if conversion.unreadable:
        raise CallerError(conversion.unreadable)
    return dict(conversion.unparsed)


def _seen(engine: Engine, parquet: Path) -> Profile:
    seen = engine.schema(parquet)
    if seen.unreadable is not None:
        raise CallerError(seen.unreadable)
    return seen
