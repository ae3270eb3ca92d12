"""What came of nights in an Airflow, as its ledger tells it: rulings, and when each thing happened. Starts nothing."""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from feature_health.drills.gate import judged_of, never_came
from feature_health.drills.night import key_of
from feature_health.drills.result import Detection, Judged, Moment, Timings, Told, What
from feature_health.ports import Platform
from feature_health.profiles.partition import PartitionId
from lending.demo.report import forms_told
from lending.drill.lender import JOBS

CHANNEL = "#drill"
_STOPS = frozenset({"held", "diverted", "never_came"})


@dataclass(slots=True, kw_only=True)
class Seen:
    """Looks at the ledger of a home and remembers when it saw what; the ledger's own times are taken where it has them.

    `late` are the ports by which a partition that never came is noticed, as the watcher would.
    """

    on: Platform
    late: Platform
    candidates: Path
    suspects: list[Collection[str]] = field(default_factory=list)
    began: list[float] = field(default_factory=list)
    found: list[tuple[float, What, str, str, str]] = field(default_factory=list)
    revisions: dict[tuple[str, str], tuple[int, bool]] = field(default_factory=dict)
    told: dict[int, datetime] = field(default_factory=dict)
    decided: dict[tuple[str, str], float] = field(default_factory=dict)
    is_repair: bool = False

    def begin(self, suspects: Collection[str]) -> None:
        """A night begins, in which these jobs' candidates are not the clean twin's."""
        self.suspects.append(suspects)

    def repairing(self) -> None:
        """What is published from now on is a repair."""
        self.is_repair = True

    def readable(self, jobs: Iterable[str], key: str) -> bool:
        """Whether all these jobs' partitions are readable."""
        return all(self.on.ledger.published(PartitionId(job=job, key=key)) is not None for job in jobs)

    def look(self) -> None:
        """Note which incidents people have been told of since the last look."""
        if self.on.ledger.undelivered():
            return
        for incident in self.on.ledger.incidents():
            if self.told.get(incident.id) != incident.updated_at:
                self.told[incident.id] = incident.updated_at
                headline = f"{'RESOLVED' if incident.state == 'resolved' else 'OPEN'} {incident.title}"
                self.found.append((time.time(), "told", incident.job, incident.members[-1].key, headline))

    def night(self, day: date) -> tuple[Judged, ...]:
        """What became of each job of the day."""
        judged = tuple(self._judged(job, key_of(self.on, job, day)) for job in JOBS)
        if not self.is_repair:
            arrived = [at for at, what, job, *_ in self.found if what == "arrived" and job in self.suspects[-1]]
            self.began.append(min(arrived, default=time.time()))
        return judged

    def resolved(self) -> None:
        """Nothing is open any more."""
        _, _, job, key, _ = self.found[-1]
        self.found.append((time.time(), "resolved", job, key, "no incident is open"))

    def timings(self, detection: Detection | None, *, repair: float | None) -> Timings:
        """How long things took from the first faulty candidate of the night in which the fault was detected."""
        if detection is None:
            return Timings(repair=repair)
        began = self.began[detection.partition - 1]
        where = (detection.job, detection.key)
        stopped = [at for at, what, job, key, _ in self.found if what in _STOPS and (job, key) == where]
        told = [at for at, what, *_ in self.found if what == "told" and at >= began]
        return Timings(
            detect=min(self.decided[where], *stopped) - began if where in self.decided and stopped else None,
            quarantine=min(stopped) - began if stopped and detection.how != "never_came" else None,
            message=min(told) - began if told else None,
            repair=repair,
        )

    def moments(self) -> tuple[Moment, ...]:
        """Everything in its order, from the first night's first faulty candidate."""
        zero = self.began[0]
        return tuple(
            Moment(seconds=round(at - zero, 3), what=what, job=job, key=key, detail=detail)
            for at, what, job, key, detail in sorted(self.found, key=lambda one: one[0])
        )

    def _judged(self, job: str, key: str) -> Judged:
        ledger = self.on.ledger
        staged = ledger.latest_revision(PartitionId(job=job, key=key))
        judgement = ledger.judgement(staged.id) if staged else None
        if staged is None or judgement is None:
            return self._nothing(job, key)
        publication = ledger.published(PartitionId(job=job, key=key))
        mine = publication if publication and publication.revision == staged.id else None
        ended = mine.valid_from if mine else judgement.held_since or judgement.decided_at
        one = judged_of(self.on, staged, judgement, (ended - staged.staged_at).total_seconds())
        self.decided.setdefault((job, key), judgement.decided_at.timestamp())
        before = self.revisions.get((job, key))
        if before is None or before[0] != staged.id.number:
            self.found.append((self._arrived(job, key, staged.staged_at), "arrived", job, key, ""))
        if before != (staged.id.number, one.held):
            self.revisions[job, key] = (staged.id.number, one.held)
            self._note(one, at=ended.timestamp())
        return one

    def _nothing(self, job: str, key: str) -> Judged:
        if not self.readable(JOBS[job], key):
            self.found.append((time.time(), "waits", job, key, ""))
            return Judged(job=job, key=key, revision=None, ruling=None, waits=True)
        (late,) = never_came(self.late, [job], key)
        self.found.append((time.time(), "never_came", job, key, late.fired[0].because))
        self.decided[job, key] = time.time()
        return late

    def _arrived(self, job: str, key: str, staged_at: datetime) -> float:
        """When the candidate lay there, by the file's own time."""
        file = self.candidates / job / f"{key}.parquet"
        return min(file.stat().st_mtime, staged_at.timestamp()) if file.exists() else staged_at.timestamp()

    def _note(self, one: Judged, *, at: float) -> None:
        what: What = "held" if one.held else "diverted" if one.diverted else "repaired" if self.is_repair else "published"
        because = next((fired.because for fired in one.fired if fired.holds or one.diverted), "") if one.stops else ""
        self.found.append((at, what, one.job, one.key, because))


def messages_of(on: Platform) -> tuple[Told, ...]:
    """Each incident's message as it opened and as it ended, oldest first."""
    from feature_health.incidents.message import as_text
    from feature_health.notifiers.briefing import Briefing

    briefing = Briefing(contracts=on.contracts, ledger=on.ledger, base_url="http://drill.invalid", channel=CHANNEL)
    forms = (form for incident in reversed(on.ledger.incidents()) for form in forms_told(incident))
    messages = ((briefing.channel(form), briefing.message(form)) for form in forms)
    return tuple(Told(channel=channel, title=message.title, text=as_text(message)) for channel, message in messages)
