"""One cell of the matrix: a fault of one strength on one day, in a fork of its own, beside a clean twin that is judged."""

import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from feature_health.drills.changed import Changed, is_same
from feature_health.drills.detection import beyond, detected, in_time
from feature_health.drills.lender import FaultCard, FaultLibrary, Impact, Lender, Plant, Truth
from feature_health.drills.night import Night, faulty_night
from feature_health.drills.result import Detection, Judged
from feature_health.drills.shadow import MakeShadow, fork, knowing
from feature_health.errors import FeatureHealthError


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """A check that objected to a partition; `holds` says whether that alone held it."""

    job: str
    key: str
    check: str
    holds: bool
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What came of one fault of one strength on one day.

    `rows` are those that it changed, by job (empty: it had no effect on that day), `partitions` is in which partition it was
    first stopped (None: in none). `objections` are those of the faulty nights but not of their clean twins. `judged` and `held`
    name the partitions that differed from their clean twin's and were judged, and those of them that were held. `error` is why
    there is no result.
    """

    fault: str
    strength: int
    day: date
    seed: int
    decoy: bool
    impact: Impact | None = None
    breach: str | None = None
    rows: Mapping[str, int]
    decisions: int = 0
    flipped: int = 0
    at_stake_usd: float = 0.0
    caught: bool = False
    partitions: int | None = None
    how: str | None = None
    caught_job: str | None = None
    caught_by: tuple[str, ...] = ()
    because: str = ""
    corrupted_rows_published: int = 0
    objections: tuple[Objection, ...] = ()
    judged: tuple[tuple[str, str], ...] = ()
    held: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a worker needs to play a cell: shadows to fork, and clean nights from the day on with what the gate said of them.

    `before` are shadows of the first night just before each job's turn, the jobs before it being those of the clean twin.
    """

    card: FaultCard
    plant: Plant
    before: Mapping[str, Path]
    clean: tuple[Night, ...]
    twins: tuple[tuple[Judged, ...], ...]


@dataclass(slots=True, kw_only=True)
class _Played:
    truth: Truth
    nights: list[tuple[Judged, ...]] = field(default_factory=list)
    corrupted_rows: int = 0


def play_cell(task: Task, lender: Lender, library: FaultLibrary, make: MakeShadow, folder: Path) -> Cell:
    """The cell; what it wrote is gone afterwards. A fault that cannot be planted there is a cell with an `error`."""
    began = time.perf_counter()
    scratch = Path(tempfile.mkdtemp(dir=folder, prefix="cell-"))
    try:
        cell = _cell(task, _played(task, lender, library, make, scratch))
    except FeatureHealthError as error:
        cell = replace(_empty(task), error=str(error))
    except Exception as error:  # noqa: BLE001 - a lender's own failure must not cost the cells that came to a result
        cell = replace(_empty(task), error=f"{type(error).__name__}: {error}")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return replace(cell, seconds=round(time.perf_counter() - began, 3))


def _empty(task: Task) -> Cell:
    plant = task.plant
    return Cell(
        fault=plant.fault,
        strength=plant.strength,
        day=plant.first_day,
        seed=plant.seed,
        decoy=task.card.decoy,
        rows={},
    )


def _played(task: Task, lender: Lender, library: FaultLibrary, make: MakeShadow, scratch: Path) -> _Played:
    """The nights until the fault was stopped; a second one only where it has impact and nothing stopped the first."""
    clean = task.clean[0]
    faulty = faulty_night(lender, clean, task.plant, scratch / clean.day.isoformat())
    played = _Played(truth=library.truth(clean.candidates, faulty.candidates, task.plant))
    first = next((job for job in lender.jobs if task.card.decoy or not is_same(faulty, clean, job)), None)
    if first is None:
        played.nights.append(task.twins[0])
        return played
    base = task.before[lender.jobs[0] if task.card.decoy else first]
    shadow = knowing(fork(make(base), base.parent / scratch.name, make), lender.calendars(task.plant))
    try:
        _play_nights(task, Changed(shadow, lender, whole=task.card.decoy), faulty, library, played, scratch)
    finally:
        shutil.rmtree(shadow.folder, ignore_errors=True)
    return played


def _play_nights(task: Task, changed: Changed, faulty: Night, library: FaultLibrary, played: _Played, scratch: Path) -> None:
    for number, (clean, twin) in enumerate(zip(task.clean, task.twins, strict=True)):
        if number:
            changed.finish()
            faulty = faulty_night(changed.lender, clean, task.plant, scratch / clean.day.isoformat())
        night = changed.play(faulty, clean, twin)
        played.nights.append(night)
        played.corrupted_rows += 0 if task.card.decoy else _corrupted(library, clean, night, twin)
        if not _goes_on(task, played):
            return


def _goes_on(task: Task, played: _Played) -> bool:
    if task.card.decoy or played.truth.impact == "S3":
        return False
    return detected(played.nights, task.twins[: len(played.nights)]) is None


def _corrupted(library: FaultLibrary, clean: Night, night: Sequence[Judged], twin: Sequence[Judged]) -> int:
    """Corrupted rows that were readable at the end of the night; the very bytes of the clean twin hold none."""
    same = {one.job: one.sha256 for one in twin}
    return sum(
        library.corrupted_rows(one.job, clean.candidates[one.job], one.published_path)
        for one in night
        if one.published_path is not None and one.job in clean.candidates and one.sha256 != same[one.job]
    )


def _cell(task: Task, played: _Played) -> Cell:
    truth, twins = played.truth, task.twins[: len(played.nights)]
    found: Detection | None = detected(played.nights, twins)
    pairs = [
        (one, beside)
        for night, twin in zip(played.nights, twins, strict=True)
        for one, beside in zip(night, twin, strict=True)
        if one.ruling is not None and one.sha256 != beside.sha256
    ]
    return replace(
        _empty(task),
        impact=truth.impact,
        breach=truth.breach,
        rows=dict(truth.rows),
        decisions=truth.decisions,
        flipped=truth.flipped,
        at_stake_usd=truth.at_stake_usd,
        caught=in_time(found, truth, played.corrupted_rows),
        partitions=found.partition if found else None,
        how=found.how if found else None,
        caught_job=found.job if found else None,
        caught_by=found.checks if found else (),
        because=found.because if found else "",
        corrupted_rows_published=played.corrupted_rows,
        objections=_objections(played.nights, twins),
        judged=tuple((one.job, one.key) for one, _ in pairs),
        held=tuple((one.job, one.key) for one, _ in pairs if one.held),
    )


def _objections(nights: Sequence[Sequence[Judged]], twins: Sequence[Sequence[Judged]]) -> tuple[Objection, ...]:
    return tuple(
        Objection(job=one.job, key=one.key, check=fired.check, holds=fired.holds, failures=fired.failures)
        for night, twin in zip(nights, twins, strict=True)
        for one, beside in zip(night, twin, strict=True)
        for fired in beyond(one, beside)
    )
