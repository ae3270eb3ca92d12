"""Report that we failed ourselves, through the same incidents and outbox as bad data, marked as what it is."""

from feature_health.incidents.incident import Incident
from feature_health.incidents.lifecycle import NO_KEY, after_failure
from feature_health.ports import Platform


def report(platform: Platform, *, job: str, key: str | None, task: str, error: str) -> Incident:
    """The platform incident for this job and task, opened or extended. `error` is the exception's class, never its data."""
    with platform.ledger.transaction() as ledger:
        before = ledger.open_incidents(job)
        incident = after_failure(before, job=job, key=key or NO_KEY, task=task, error=error, at=platform.clock.now())
        return incident if incident in before else ledger.save_incident(incident)
