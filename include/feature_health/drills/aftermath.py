"""What a nightly drill leaves in the real ledger: a heartbeat, or the incident that a fault got through. Nothing of its data."""

from feature_health.drills.report import outcome
from feature_health.drills.result import Drilled
from feature_health.incidents.incident import Incident
from feature_health.incidents.lifecycle import NO_KEY, after_judgement, after_self_test
from feature_health.ports import Platform

NIGHTLY = "detection_drill"


def report(platform: Platform, drilled: Drilled) -> tuple[Incident, ...]:
    """Open or extend the incident that a fault of impact S1 got through; or end it, for the next good drill does."""
    now = platform.clock.now()
    with platform.ledger.transaction() as ledger:
        before = ledger.open_incidents(NIGHTLY)
        if got_through(drilled):
            wrong = {drilled.card.name: in_words(drilled)}
            changed: tuple[Incident, ...] = (after_self_test(before, job=NIGHTLY, wrong=wrong, at=now, what="fault"),)
        else:
            changed = after_judgement(before, job=NIGHTLY, key=NO_KEY, at=now)
            ledger.beat(NIGHTLY, now)
        return tuple(ledger.save_incident(incident) for incident in changed if incident not in before)


def got_through(drilled: Drilled) -> bool:
    """Whether a fault that must be stopped was not, or something of it could be read without a verdict."""
    missed = drilled.truth.impact == "S1" and not drilled.caught and not drilled.card.decoy
    return missed or bool(drilled.watched.unjudged)


def in_words(drilled: Drilled) -> str:
    """The drill in a sentence or two: what was planted and where, what came of it, what it would have done."""
    card, truth = drilled.card, drilled.truth
    planted = f"{card.name} ({card.title}) at strength {drilled.plant.strength} on {drilled.day}"
    would = f"Without the gate {truth.flipped} of {truth.decisions} decisions would have come out otherwise ({truth.impact})"
    return f"{planted}. {outcome(drilled)} {would}."
