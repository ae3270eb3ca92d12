"""What came of a drill, as values that JSON can hold. Knows neither how it was played nor how it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from feature_health.contracts.severity import Ruling
from feature_health.drills.lender import FaultCard, Plant, Truth

What = Literal["arrived", "waits", "never_came", "held", "diverted", "published", "told", "repaired", "resolved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A check that objected: how, whether that alone holds the partition, which failures it is for, and its sentence."""

    check: str
    kind: str
    severity: str
    holds: bool
    failures: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One partition of one night as the gate ruled on it, in `seconds` from staging to publication or quarantine.

    `ruling` is None for a job that had nothing to judge: it `waits` for its inputs, or it never came. `sha256` is the delivery's,
    `published_path` is where the readable file lies, None when the partition is not readable. `fired` are its findings but notes.
    """

    job: str
    key: str
    revision: int | None
    ruling: Ruling | None
    waits: bool = False
    diverted: int = 0
    rows: int = 0
    sha256: str | None = None
    published_path: str | None = None
    fired: tuple[Fired, ...] = ()
    seconds: float = 0.0

    @property
    def held(self) -> bool:
        """Whether the gate stopped the partition."""
        return self.ruling is Ruling.QUARANTINE

    @property
    def stops(self) -> bool:
        """Whether something of it was kept from decisioning: all, some rows, or because nothing came."""
        return self.held or self.diverted > 0 or (self.ruling is None and not self.waits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """Where a fault was first stopped: in the `partition`-th one since it began (1 is the same day), by which job and checks."""

    partition: int
    key: str
    job: str
    how: Literal["held", "diverted", "never_came"]
    checks: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened, `seconds` after the first faulty candidate lay there. `detail` is a sentence or empty."""

    seconds: float
    what: What
    job: str
    key: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Seconds: `detect` to `message` since the night's first faulty candidate lay there, `release` and `repair` since each began.

    None for what did not happen. `quarantine` is until the partition or its bad rows are held back, `release` is a person's
    approval until the partition is readable, in a fork of its own; `repair` is the corrected delivery until everything is
    readable again and no incident is open.
    """

    detect: float | None = None
    quarantine: float | None = None
    message: float | None = None
    release: float | None = None
    repair: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What a reader saw who looked all the time: `looks` times, at `files` different readable files of the drill's nights.

    `corrupted_rows` are those that it could read which the clean twin does not have, by partition; `unjudged` are files that were
    readable without a verdict or a person that let them. Both are empty when the gate holds.
    """

    looks: int
    files: int
    corrupted_rows: Mapping[str, int]
    unjudged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message as it would have been posted."""

    channel: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """One fault on one day, and everything that came of it.

    `caught` is whether it was stopped in time: on the same day and before any corrupted row was readable when its impact is S1,
    otherwise within two partitions; of a decoy, whether it was wrongly stopped. `nights` are the judgements by day, `moments`
    what happened in its order. `warm_held` are clean partitions that the gate held while it made its history of `warm_days`.
    """

    card: FaultCard
    plant: Plant
    day: date
    truth: Truth
    caught: bool
    detection: Detection | None
    timings: Timings
    corrupted_rows_published: int
    watched: Watched
    nights: tuple[tuple[Judged, ...], ...]
    moments: tuple[Moment, ...]
    messages: tuple[Told, ...]
    repaired: bool
    resolved: bool
    warm_days: int
    warm_held: tuple[str, ...] = ()
    release_refused: str | None = None
