"""A night of a lender's jobs through the gate: in their order, a join only when all that it reads is readable."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from feature_health.drills.gate import WAITS, After, never_came, nothing_after, through_gate
from feature_health.drills.lender import Lender, Plant
from feature_health.drills.result import Judged
from feature_health.drills.shadow import Shadow
from feature_health.ports import Platform
from feature_health.profiles.partition import PartitionId
from feature_health.serving.publication import Publication

MADE = "made.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """The candidates of a day (job -> path), what was planted in it, and the folder in which they lie."""

    day: date
    candidates: Mapping[str, str]
    folder: Path
    plant: Plant | None = None


def clean_night(lender: Lender, day: date, folder: Path) -> Night:
    """The day's clean night, built once below `folder` for all processes that ask for it."""
    kept = folder / day.isoformat()
    if not (kept / MADE).exists():
        building = Path(tempfile.mkdtemp(dir=folder, prefix="building-"))
        made = lender.night(day, plant=None, folder=building)
        relative = {job: str(Path(path).relative_to(building)) for job, path in made.items()}
        (building / MADE).write_text(json.dumps(relative), encoding="utf-8")
        try:
            building.rename(kept)
        except OSError:  # another process was faster; its night is the same
            shutil.rmtree(building)
    paths: Mapping[str, str] = json.loads((kept / MADE).read_text(encoding="utf-8"))
    return Night(day=day, candidates={job: str(kept / path) for job, path in paths.items()}, folder=kept)


def faulty_night(lender: Lender, clean: Night, plant: Plant, folder: Path) -> Night:
    """The same day's night with the plant in it, built in `folder`."""
    folder.mkdir(parents=True)
    made = lender.night(clean.day, plant=plant, folder=folder, clean=clean.candidates)
    return Night(day=clean.day, candidates=made, folder=folder, plant=plant)


def play(
    shadow: Shadow,
    lender: Lender,
    night: Night,
    *,
    run: str,
    after: After = nothing_after,
    before: Callable[[str], None] = lambda _: None,
) -> tuple[Judged, ...]:
    """What became of each job, in the lender's order. What nobody delivered is looked for when all others are judged.

    `before` is told of each job before its turn.
    """
    found, rebuilt, missing = dict[str, Judged](), set[str](), list[str]()
    for job in lender.jobs:
        before(job)
        judged = play_job(shadow, lender, night, job, rebuilt=rebuilt, run=run, after=after)
        if judged is None:
            missing.append(job)
        else:
            found[job] = judged
    found.update(look_for(shadow.platform, missing, night.day, after=after))
    return tuple(found[job] for job in lender.jobs)


def play_job(
    shadow: Shadow, lender: Lender, night: Night, job: str, *, rebuilt: set[str], run: str, after: After = nothing_after
) -> Judged | None:
    """What became of one job whose inputs had their turn; None when nobody delivered it.

    A join is built again, and then named in `rebuilt`, where rows of its inputs were held back or these were built again.
    """
    on = shadow.platform
    key = key_of(on, job, night.day)
    inputs = _readable(on, job, key)
    if inputs is None:
        after(WAITS, job, key)
        return Judged(job=job, key=key, revision=None, ruling=None, waits=True)
    candidate = night.candidates.get(job)
    if any(name in rebuilt or one.diverted for name, one in inputs.items()):
        rebuilt.add(job)
        candidate = _rebuild(shadow, lender, job, night, inputs)
    return None if candidate is None else through_gate(on, job, key, candidate, run=run, after=after)


def look_for(on: Platform, missing: Sequence[str], day: date, *, after: After = nothing_after) -> Mapping[str, Judged]:
    """The jobs that nobody delivered on the day, as they are noticed."""
    found: dict[str, Judged] = {}
    for key in dict.fromkeys(key_of(on, job, day) for job in missing):
        of_key = [job for job in missing if key_of(on, job, day) == key]
        found.update({one.job: one for one in never_came(on, of_key, key, after=after)})
    return found


def key_of(on: Platform, job: str, day: date) -> str:
    """The key of the job's partition in which the day lies."""
    return on.contracts.current(job).partition.key_of(day)


def sha256_of(path: str) -> str:
    """sha256 of a file's contents."""
    with Path(path).open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _readable(on: Platform, job: str, key: str) -> Mapping[str, Publication] | None:
    """What is readable of each input; None while the join has to wait for one."""
    found = {name: on.ledger.published(PartitionId(job=name, key=key)) for name in on.contracts.current(job).inputs}
    readable = {name: one for name, one in found.items() if one is not None}
    return readable if len(readable) == len(found) else None


def _rebuild(shadow: Shadow, lender: Lender, job: str, night: Night, inputs: Mapping[str, Publication]) -> str | None:
    """The join over what is left of its inputs; each time in a folder of its own."""
    folder = Path(tempfile.mkdtemp(dir=shadow.folder, prefix=f"{job}-again-"))
    paths = {name: str(shadow.platform.store.local(one.path)) for name, one in inputs.items()}
    return lender.rebuild(job, night.day, inputs=paths, plant=night.plant, folder=folder)


def warm_up(shadow: Shadow, lender: Lender, nights: Iterable[Night]) -> tuple[str, ...]:
    """Make history: let clean nights through the gate, oldest first. Returns the partitions that it held all the same."""
    return tuple(
        f"{one.job} {one.key}: {one.fired[0].because if one.fired else ''}"
        for night in nights
        for one in play(shadow, lender, night, run="warm-up")
        if one.stops
    )
