"""Look at partitions that nobody has promised anything of, and propose what could be promised. Writes nothing that stays."""

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from feature_health.checks.suggest import Partition, Suggestion, first_measures, second_measures, suggest, unmeasured
from feature_health.contracts.contract import Column, ColumnType
from feature_health.contracts.keys import PartitionScheme
from feature_health.errors import CallerError, KeyRefused
from feature_health.ports import Engine
from feature_health.profiles.measure import Measure
from feature_health.profiles.profile import ObservedColumn
from feature_health.steps.columns_of import NO_CONTRACT, NUMBERS, columns_of
from feature_health.steps.stage import PARQUET_SUFFIX

GUESSES: tuple[ColumnType, ...] = (*NUMBERS, "date", "timestamp")
Told = Callable[[], None]


def suggest_contract(files: Sequence[Path], engine: Engine, told: Told = lambda: None) -> Suggestion:
    """What all the files, each a partition, keep. `told` is called after each look at a file, of which there are three each.

    Raises CallerError that names everything that is wrong with the files.
    """
    schemas = _schemas(files, engine, told)
    shared = _shared(schemas)
    if not shared:
        raise CallerError("No column stands in all of these files with one type. Name files of one and the same job.")
    with tempfile.TemporaryDirectory(prefix="feature-health-") as scratch:
        opened = [_parquet(file, shared, engine, Path(scratch) / f"{n}.parquet") for n, file in enumerate(files)]
        first = [_look(engine, *it, first_measures(shared), told) for it in zip(files, opened, strict=True)]
        _refuse_empty(files, first)
        without = unmeasured(shared, first)
        shared = tuple(column for column in shared if column.name not in without)
        if not shared:
            raise CallerError(f"No column could be measured: {'; '.join(f'{name}: {it}' for name, it in without.items())}.")
        second = [_look(engine, *it, second_measures(shared, first), told) for it in zip(files, opened, strict=True)]
    partitions = [_together(a, b) for a, b in zip(first, second, strict=True)]
    suggestion = suggest(shared, partitions)
    unread = tuple(f"{name} was left out: {because}" for name, because in without.items())
    return replace(
        suggestion, remarks=(*_left_out([*(column.name for column in shared), *without], schemas), *unread, *suggestion.remarks)
    )


def _schemas(files: Sequence[Path], engine: Engine, told: Told) -> list[tuple[ObservedColumn, ...]]:
    named = Counter(map(key_in_name, files))
    wrong = [f"{key} is the name of {count} files" for key, count in named.items() if key and count > 1]
    found = []
    for file in files:
        try:
            found.append(columns_of(file, engine, guesses=GUESSES))
        except CallerError as error:
            wrong.append(str(error))
        told()
    if wrong:
        raise CallerError("\n".join(wrong))
    return found


def key_in_name(file: Path) -> str | None:
    """The day or month that the file is named after, if it is."""
    stem = file.name.partition(".")[0]
    for by in ("day", "month"):
        try:
            PartitionScheme(by=by, timezone="UTC", ready_by=NO_CONTRACT.partition.ready_by).first_day(stem)
        except KeyRefused:
            continue
        return stem
    return None


def _shared(schemas: Sequence[Sequence[ObservedColumn]]) -> tuple[ObservedColumn, ...]:
    """The columns that every file has with one type, in the first one's order; whole numbers there may be fractions elsewhere."""
    types = [{column.name: column.type for column in schema} for schema in schemas]
    found = []
    for column in schemas[0]:
        named = {one.get(column.name) for one in types}
        if named == {"integer", "decimal"}:
            found.append(replace(column, type="decimal"))
        elif named == {column.type} and column.type is not None:
            found.append(column)
    return tuple(found)


def _left_out(known: Sequence[str], schemas: Sequence[Sequence[ObservedColumn]]) -> tuple[str, ...]:
    others = dict.fromkeys(column.name for schema in schemas for column in schema if column.name not in known)
    return tuple(f"{name} is not in all of the files, or not with one type, and was left out" for name in others)


def _parquet(file: Path, columns: Sequence[ObservedColumn], engine: Engine, to: Path) -> Path:
    if file.suffix == PARQUET_SUFFIX:
        return file.resolve()
    promised = tuple(Column(name=one.name, type=one.type or "string", null_ratio_max=1.0) for one in columns)
    engine.to_parquet(file.resolve(), replace(NO_CONTRACT, columns=promised), to)
    return to


def _look(engine: Engine, file: Path, parquet: Path, measures: Sequence[Measure], told: Told) -> Partition:
    seen = engine.profile(parquet, measures, {})
    if seen.unreadable is not None:
        raise CallerError(seen.unreadable)
    told()
    return Partition(key=key_in_name(file), profile=seen)


def _refuse_empty(files: Sequence[Path], partitions: Sequence[Partition]) -> None:
    empty = [str(file) for file, one in zip(files, partitions, strict=True) if one.profile.rows == 0]
    if empty:
        raise CallerError(f"There are no rows in {', '.join(empty)}: nothing can be learned from nothing. Leave it out.")


def _together(first: Partition, second: Partition) -> Partition:
    values = {**first.profile.values, **second.profile.values}
    return replace(first, profile=replace(first.profile, values=values))
