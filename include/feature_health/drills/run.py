"""The drill of one fault: a lender breaks a job in a shadow, and everything that comes of it is measured.

Nothing real is touched, and of the shadow nothing is left.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from feature_health.drills.clocked import Clocked
from feature_health.drills.detection import PARTITIONS_MAX, detected, in_time
from feature_health.drills.gate import through_gate
from feature_health.drills.lender import FaultCard, FaultLibrary, Lender, Plant, Truth
from feature_health.drills.night import Night, clean_night, faulty_night, key_of, play, sha256_of, warm_up
from feature_health.drills.result import Drilled, Judged, Told
from feature_health.drills.shadow import MakeShadow, Shadow, fork, knowing, workspace
from feature_health.drills.watching import Corrupted, Watcher
from feature_health.drills.workers import Stage, built, workers
from feature_health.errors import CallerError, FeatureHealthError
from feature_health.ports import Platform
from feature_health.profiles.partition import PartitionId
from feature_health.steps import release

WARM_DAYS = 16
"""Checks that look back need fourteen accepted partitions."""


@dataclass(slots=True, kw_only=True)
class _Play:
    """What the acts of one drill share."""

    stage: Stage
    plant: Plant
    main: Shadow
    twin: Shadow
    watcher: Watcher
    clock: Clocked
    clean: list[Night] = field(default_factory=list)
    truths: list[Truth] = field(default_factory=list)
    nights: list[tuple[Judged, ...]] = field(default_factory=list)
    twins: list[tuple[Judged, ...]] = field(default_factory=list)


def drill(
    lender: Lender,
    library: FaultLibrary,
    make: MakeShadow,
    *,
    plant: Plant,
    warm_days: int = WARM_DAYS,
    processes: int = 0,
) -> Drilled:
    """What came of the plant on its first day, and on the next one when nothing was stopped on the first.

    Clean nights are built ahead in so many other `processes`, or in this one. Raises CallerError for a fault, scope or day that
    there is not. Whatever ends it, nothing is left behind.
    """
    card = library.card(plant.fault)
    days = days_before(lender, plant.first_day, warm_days)
    with workspace() as folder:
        stage = Stage.of(lender, library, make, folder)
        base = make(stage.shadows / "base")
        with workers(stage, processes) if processes else nullcontext() as hands:
            ahead = {day: hands.build(day) for day in days} if hands else {}
            held = warm_up(base, lender, (built(stage, day, ahead.get(day)) for day in days))
        main = knowing(fork(base, stage.shadows / "main", make), lender.calendars(plant))
        playing = _Play(
            stage=stage,
            plant=plant,
            main=main,
            twin=fork(base, stage.shadows / "twin", make),
            watcher=Watcher(main.platform, corrupted_by(card, library)),
            clock=Clocked(main.outbox),
        )
        return _drilled(card, playing, warm_days=len(days), warm_held=held)


def corrupted_by(card: FaultCard, library: FaultLibrary) -> Corrupted:
    """How corrupted rows are counted: what a decoy changes is as it should be, and none of it is."""
    return (lambda *_: 0) if card.decoy else library.corrupted_rows


def days_before(lender: Lender, day: date, count: int) -> tuple[date, ...]:
    """The `count` days before `day`, oldest first; raises CallerError when the lender cannot play them, or the day itself."""
    first, last = lender.days()
    if not first + timedelta(days=count) <= day <= last:
        raise CallerError(
            f"There is no drill on {day}: the lender's days are {first} to {last}, and the gate needs {count} of them before "
            f"as its history. Name a day from {first + timedelta(days=count)} to {last}."
        )
    return tuple(day - timedelta(days=n) for n in range(count, 0, -1))


def _drilled(card: FaultCard, playing: _Play, *, warm_days: int, warm_held: tuple[str, ...]) -> Drilled:
    told_before = len(playing.main.outbox.kept())
    with playing.watcher.looking():
        detection = None
        for number in range(PARTITIONS_MAX):
            day = playing.plant.first_day + timedelta(days=number)
            if detection is not None or day > playing.stage.lender.days()[1]:
                break
            _night(playing, day)
            detection = detected(playing.nights, playing.twins)
    timings, seen = playing.clock.timings(detection), playing.watcher.watched()
    corrupted = sum(seen.corrupted_rows.values())
    release_seconds, refused = _release(playing)
    nothing_happened = card.decoy and detection is None
    repaired, resolved, repair_seconds = (True, True, None) if nothing_happened else _repair(playing)
    truth = playing.truths[0]
    return Drilled(
        card=card,
        plant=playing.plant,
        day=playing.plant.first_day,
        truth=truth,
        caught=in_time(detection, truth, corrupted),
        detection=detection,
        timings=replace(timings, release=release_seconds, repair=repair_seconds),
        corrupted_rows_published=corrupted,
        watched=playing.watcher.watched(),
        nights=tuple(playing.nights),
        moments=playing.clock.moments(),
        messages=tuple(
            Told(channel=one.channel, title=one.title, text=one.text) for one in playing.main.outbox.kept()[told_before:]
        ),
        repaired=repaired,
        resolved=resolved,
        warm_days=warm_days,
        warm_held=warm_held,
        release_refused=refused,
    )


def _night(playing: _Play, day: date) -> None:
    clean = clean_night(playing.stage.lender, day, playing.stage.nights)
    faulty = faulty_night(playing.stage.lender, clean, playing.plant, playing.stage.folder / f"faulty-{day}")
    truth = playing.stage.library.truth(clean.candidates, faulty.candidates, playing.plant)
    playing.twins.append(play(playing.twin, playing.stage.lender, clean, run="twin"))
    playing.clean.append(clean)
    playing.truths.append(truth)
    playing.watcher.watch_for(clean_partitions(playing.main.platform, clean))
    suspects = {job for job in playing.stage.lender.jobs if job in truth.rows or job not in faulty.candidates}
    playing.clock.begin(suspects)
    judged = play(playing.main, playing.stage.lender, faulty, run="drill", after=playing.clock.after)
    playing.clock.judged(judged)
    playing.nights.append(judged)


def clean_partitions(on: Platform, clean: Night) -> Mapping[PartitionId, str]:
    """The night's partitions, each with the path of its clean candidate."""
    return {PartitionId(job=job, key=key_of(on, job, clean.day)): path for job, path in clean.candidates.items()}


def _release(playing: _Play) -> tuple[float | None, str | None]:
    """How long a person's release of the first held partition took, in a fork of its own, or why it was refused."""
    held = next((one for night in playing.nights for one in night if one.held), None)
    if held is None:
        return None, None
    on = fork(playing.main, playing.stage.shadows / "released", playing.stage.make).platform
    began = playing.clock.now()
    try:
        asked = release.ask(
            on,
            job=held.job,
            key=held.key,
            revision=held.revision,
            by="drill: analyst",
            because="drill: is it as the vendor says?",
        )
        decided = release.decide(
            on, asked.id, approve=True, by="drill: head of credit", because="drill: the vendor confirms these values"
        )
    except FeatureHealthError as error:
        return None, str(error)
    if decided.state != "approved":
        return None, decided.decided_because
    return playing.clock.now() - began, None


def _repair(playing: _Play) -> tuple[bool, bool, float | None]:
    """Deliver the clean candidates: whether all is readable as it should be, no incident is open, and how long it took."""
    on, began = playing.main.platform, playing.clock.now()
    wrong = [(night, job) for night in playing.clean for job in playing.stage.lender.jobs if not is_clean(on, night, job)]
    if not wrong:
        return True, not on.ledger.open_incidents(), None
    with playing.watcher.looking():
        for night, job in wrong:
            key = key_of(on, job, night.day)
            judged = through_gate(on, job, key, night.candidates[job], run="repair", after=playing.clock.after)
            playing.clock.judged([judged], repair=True)
    seconds = playing.clock.now() - began
    repaired = all(is_clean(on, night, job) for night, job in wrong)
    resolved = not on.ledger.open_incidents()
    if resolved:
        night, job = wrong[-1]
        playing.clock.resolved(job, key_of(on, job, night.day))
    return repaired, resolved, seconds if repaired and resolved else None


def is_clean(on: Platform, night: Night, job: str) -> bool:
    """Whether what is readable is the whole clean candidate; a job that never delivers on a clean night is as it should be."""
    if job not in night.candidates:
        return True
    publication = on.ledger.published(PartitionId(job=job, key=key_of(on, job, night.day)))
    if publication is None or publication.diverted:
        return False
    return on.ledger.revision(publication.revision).sha256 == sha256_of(night.candidates[job])
