"""When each thing of a drill happened, by a clock that only goes forward. Decides nothing."""

import time
from collections.abc import Collection, Iterable

from feature_health.drills.gate import ARRIVED, LATE, WAITS
from feature_health.drills.result import Detection, Judged, Moment, Timings, What
from feature_health.notifiers.recording import RecordingNotifier

_Step = tuple[str, str, str]


class Clocked:
    """Hears of every step of the gate; `outbox` tells which of them had news for people."""

    def __init__(self, outbox: RecordingNotifier) -> None:
        self._outbox = outbox
        self._told = len(outbox.kept())
        self._at: dict[_Step, float] = {}
        self._found: list[tuple[float, What, str, str, str]] = []
        self._began: list[float] = []
        self._suspects: Collection[str] = ()
        self._waiting_for_suspect = False

    @staticmethod
    def now() -> float:
        """Seconds, of no particular beginning."""
        return time.perf_counter()

    def begin(self, suspects: Collection[str]) -> None:
        """A night begins; its time counts from the first candidate of one of these jobs, or from now if none arrives."""
        self._suspects = suspects
        self._began.append(self.now())
        self._waiting_for_suspect = True

    def after(self, step: str, job: str, key: str) -> None:
        """Note when the step was over."""
        now = self.now()
        self._at[step, job, key] = now
        if step == ARRIVED:
            self._found.append((now, "arrived", job, key, ""))
            if self._waiting_for_suspect and job in self._suspects:
                self._began[-1], self._waiting_for_suspect = now, False
        if step == "deliver":
            self._tell(now, job, key)

    def judged(self, night: Iterable[Judged], *, repair: bool = False) -> None:
        """What the steps came to; with that a night is over."""
        self._waiting_for_suspect = False
        for one in night:
            what, step = _came_to(one, repair=repair)
            at = self._at.get((step, one.job, one.key), self.now())
            because = next((fired.because for fired in one.fired if fired.holds or one.diverted), "")
            self._found.append((at, what, one.job, one.key, because if one.stops else ""))

    def resolved(self, job: str, key: str) -> None:
        """Nothing is open any more."""
        self._found.append((self.now(), "resolved", job, key, "no incident is open"))

    def timings(self, detection: Detection | None) -> Timings:
        """How long things took from the first faulty candidate of the night in which the fault was detected, so far."""
        if detection is None:
            return Timings()
        began = self._began[detection.partition - 1]
        stopped = {"held": "quarantine", "diverted": "publish", "never_came": None}[detection.how]
        seen = "verdict" if detection.how != "never_came" else LATE
        told = [at for at, what, *_ in self._found if what == "told" and at >= began]
        where = detection.job, detection.key
        return Timings(
            detect=self._at[seen, *where] - began,
            quarantine=self._at[stopped, *where] - began if stopped else None,
            message=min(told) - began if told else None,
        )

    def moments(self) -> tuple[Moment, ...]:
        """Everything in its order, from the first night's first faulty candidate."""
        zero = self._began[0]
        return tuple(
            Moment(seconds=round(at - zero, 4), what=what, job=job, key=key, detail=detail)
            for at, what, job, key, detail in sorted(self._found, key=lambda found: found[0])
        )

    def _tell(self, at: float, job: str, key: str) -> None:
        kept = self._outbox.kept()
        for message in kept[self._told :]:
            self._found.append((at, "told", job, key, message.title))
        self._told = len(kept)


def _came_to(one: Judged, *, repair: bool) -> tuple[What, str]:
    if one.ruling is None:
        return ("waits", WAITS) if one.waits else ("never_came", LATE)
    if one.held:
        return "held", "quarantine"
    if one.diverted:
        return "diverted", "publish"
    return ("repaired" if repair else "published"), "publish"
