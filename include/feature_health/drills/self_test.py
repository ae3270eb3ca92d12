"""The gate's self-test: candidates that it must hold, one for each way in which a gate could open, and one that it must publish.

They go through the real steps, on a ledger, store and outbox of their own. A canary that gets through is an incident of ours.
"""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from feature_health.drills.canaries import CANARIES, Canary, Yard
from feature_health.drills.heartbeat import HEARTBEAT
from feature_health.incidents.incident import Incident
from feature_health.incidents.lifecycle import NO_KEY, after_judgement, after_self_test
from feature_health.ports import Platform

Came = Literal["published", "held", "noticed", "unnoticed"]
MakeYard = Callable[[Path], Yard]
"""A yard in an empty folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One canary: what came of it, and why, in a sentence."""

    canary: Canary
    came: Came
    because: str

    @property
    def as_it_should(self) -> bool:
        """Whether that is what must come of it."""
        return self.came == self.canary.must


def self_test(make_yard: MakeYard, canaries: Iterable[Canary] = CANARIES) -> tuple[Tested, ...]:
    """What came of each canary, each in a yard of its own that is gone afterwards, so that none leans on another."""
    with tempfile.TemporaryDirectory(prefix="feature-health-self-test-") as folder:
        return tuple(_tested(canary, make_yard(Path(tempfile.mkdtemp(dir=folder)))) for canary in canaries)


def _tested(canary: Canary, yard: Yard) -> Tested:
    if canary.must == "noticed":
        found = canary.push(yard)
        return Tested(canary=canary, came="noticed" if found else "unnoticed", because=found or "no incident was opened")
    said = canary.push(yard)
    readable = yard.platform.ledger.published(yard.partition) is not None
    return Tested(canary=canary, came="published" if readable else "held", because=said)


def report(platform: Platform, tested: Iterable[Tested]) -> tuple[Incident, ...]:
    """Leave a heartbeat in the real ledger, and open, extend or resolve the incident that the gate is open."""
    wrong = {one.canary.name: f"{one.canary.about} was {one.came}" for one in tested if not one.as_it_should}
    now: datetime = platform.clock.now()
    with platform.ledger.transaction() as ledger:
        before = ledger.open_incidents(HEARTBEAT)
        if wrong:
            changed: tuple[Incident, ...] = (after_self_test(before, job=HEARTBEAT, wrong=wrong, at=now),)
        else:
            changed = after_judgement(before, job=HEARTBEAT, key=NO_KEY, at=now)
            ledger.beat(HEARTBEAT, now)  # a gate that is open has no good self-test, however often one runs
        return tuple(ledger.save_incident(incident) for incident in changed if incident not in before)
