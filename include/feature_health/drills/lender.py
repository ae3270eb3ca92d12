"""What a drill needs of a lender: nights of its jobs, clean or with a fault planted, and the truth of what a fault did.

The platform knows no lender; one is handed in. Both ports go to worker processes, so whatever fills them can be pickled.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, Protocol

from feature_health.ports import Calendar

Impact = Literal["S1", "S2", "S3"]
STRENGTHS = (1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A fault put into a lender's nights from `first_day` on. `seed` draws the rows that are taken, `scope` confines them."""

    fault: str
    first_day: date
    strength: int = 2
    seed: int = 1
    scope: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultCard:
    """A fault, or two at once (`parts`), in a lender's words. A `decoy` only looks like one and must not stop anything.

    `strengths` are three sentences, mildest first; `scopes` say what it can be confined to, and to which values; `job` is where
    it shows first.
    """

    name: str
    title: str
    story: str
    strengths: tuple[str, ...]
    scopes: Mapping[str, tuple[str, ...]]
    decoy: bool
    job: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a fault did to a night, computed by comparing it with its clean twin.

    `rows` counts, per job, the rows of the candidate that are not those of the clean twin, and `keys_sha256` is a digest of their
    sorted keys; jobs without any are left out. Of `decisions` that would have been made, `flipped` come out otherwise. `breach`
    names the rule that is broken whatever the number of decisions.
    """

    rows: Mapping[str, int]
    decisions: int
    flipped: int
    at_stake_usd: float
    impact: Impact
    breach: str | None = None
    keys_sha256: Mapping[str, str] = field(default_factory=dict)


class Lender(Protocol):
    """A lender whose nights can be played anywhere. What its jobs read of each other is in their contracts' `inputs`."""

    @property
    def jobs(self) -> tuple[str, ...]:
        """All jobs, each after those that it reads."""
        ...

    def days(self) -> tuple[date, date]:
        """The first and the last day that can be played."""
        ...

    def calendars(self, plant: Plant | None = None) -> Mapping[str, Calendar]:
        """Calendars by the names that contracts give them, with what the lender has planned; a decoy may be such a plan."""
        ...

    def night(self, day: date, *, plant: Plant | None, folder: Path, clean: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """Job -> path of its candidate for the day, every one built over the candidates before it with no gate in between.

        Everything is written below `folder`. `clean` are the candidates of the same night without the plant, where known: those
        that the plant cannot touch may be returned as they are. A job that refuses to deliver is left out.
        Raises CallerError for a plant that there is not, or a day outside `days`.
        """
        ...

    def rebuild(self, job: str, day: date, *, inputs: Mapping[str, str], plant: Plant | None, folder: Path) -> str | None:
        """Path of a job's candidate over what was published of its inputs (job -> path); None when it refuses to deliver."""
        ...


class FaultLibrary(Protocol):
    """The faults of a lender's world, and what each of them really did."""

    def cards(self) -> tuple[FaultCard, ...]:
        """All of them, decoys too."""
        ...

    def card(self, name: str) -> FaultCard:
        """One by name, or two at once such as "B1+I2"; raises CallerError that lists what there is."""
        ...

    def truth(self, clean: Mapping[str, str], faulty: Mapping[str, str], plant: Plant) -> Truth:
        """What the plant did to a night, from the candidates of both twins."""
        ...

    def corrupted_rows(self, job: str, clean: str, published: str) -> int:
        """How many rows of a published file the clean twin's candidate has not as they are; rows that it lacks do not count."""
        ...
