"""A night beside its clean twin: only what can come to another verdict is judged again, everything else is taken as the twin's.

A partition comes to the same verdict when its bytes, all that its checks read of other jobs, and its own past are the twin's.
"""

from collections.abc import Sequence

from feature_health.drills.detection import detected
from feature_health.drills.lender import Lender
from feature_health.drills.night import Night, key_of, look_for, play_job, sha256_of
from feature_health.drills.result import Judged
from feature_health.drills.shadow import Shadow
from feature_health.ports import Platform
from feature_health.profiles.partition import PartitionId
from feature_health.steps.profile import jobs_read

RUN = "matrix"


def is_same(night: Night, clean: Night, job: str) -> bool:
    """Whether the job's candidate has exactly the bytes of the clean one, or neither night has one."""
    mine, other = night.candidates.get(job), clean.candidates.get(job)
    if mine is None or other is None:
        return mine is other
    return mine == other or sha256_of(mine) == sha256_of(other)


class Changed:
    """Plays nights one after another in a shadow that was forked just before the first job that differs.

    Once a night's fault was stopped, jobs whose bytes are the twin's are not judged: they cannot hold a corrupted row. `whole`
    judges everything, for a decoy may change what the lender expects and not one row.
    """

    def __init__(self, shadow: Shadow, lender: Lender, *, whole: bool = False) -> None:
        self.lender = lender
        self._shadow = shadow
        self._whole = whole
        self._differ: set[str] = set()
        self._clean: Night | None = None
        self._left: list[str] = []

    def play(self, night: Night, clean: Night, twin: Sequence[Judged]) -> tuple[Judged, ...]:
        """What became of each job, in the lender's order."""
        twins, found = {one.job: one for one in twin}, dict[str, Judged]()
        earlier, self._differ, self._left, self._clean = self._differ, set(), [], clean
        rebuilt, missing, stopped = set[str](), list[str](), False
        for job in self.lender.jobs:
            same = is_same(night, clean, job) and job not in earlier
            if not self._whole and same and (stopped or not self._reads(job) & self._differ):
                found[job] = twins[job]
                self._left.append(job)
                continue
            self._catch_up(job)
            judged = play_job(self._shadow, self.lender, night, job, rebuilt=rebuilt, run=RUN)
            if judged is None:
                missing.append(job)
                self._differ.add(job)
                continue
            found[job] = judged
            if _readable(judged) != _readable(twins[job]):
                self._differ.add(job)
            stopped = stopped or detected([[judged]], [[twins[job]]]) is not None
        found.update(look_for(self._shadow.platform, missing, night.day))
        return tuple(found[job] for job in self.lender.jobs)

    def finish(self) -> None:
        """Judge what was taken as the twin's after all: it is the next night's past."""
        for job in self._left:
            self._judge(job)
        self._left = []

    def _reads(self, job: str) -> set[str]:
        contract = self._on.contracts.current(job)
        return {*contract.inputs, *jobs_read(contract)}

    def _catch_up(self, job: str) -> None:
        """Judge what the job reads and was taken as the twin's."""
        reads = self._reads(job)
        for other in [one for one in self._left if one in reads]:
            self._catch_up(other)
            self._judge(other)

    def _judge(self, job: str) -> None:
        clean = self._clean
        if clean is not None and not self._is_judged(clean, job):
            play_job(self._shadow, self.lender, clean, job, rebuilt=set(), run=RUN)

    def _is_judged(self, clean: Night, job: str) -> bool:
        key = key_of(self._on, job, clean.day)
        return self._on.ledger.latest_judged(PartitionId(job=job, key=key)) is not None

    @property
    def _on(self) -> Platform:
        return self._shadow.platform


def _readable(one: Judged) -> tuple[str | None, int] | None:
    """What decisioning can read of the partition: None for nothing, else the delivery and how many rows it lacks."""
    return (one.sha256, one.diverted) if one.published_path is not None else None
