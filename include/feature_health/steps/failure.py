"""Report that we failed ourselves, through the same incidents and outbox as bad data, marked as what it is."""

from feature_health.incidents.incident import Incident
from feature_health.incidents.lifecycle import after_failure
from feature_health.ports import Platform


def report(platform: Platform, *, job: str, key: str | None, task: str, error: str) -> Incident:
    """The platform incident for this job and task, opened or extended. `error` is the exception's class, never its data."""
    with platform.ledger.transaction() as ledger:
        incident = after_failure(
            ledger.open_incidents(job), job=job, key=key or "(no key)", task=task, error=error, at=platform.clock.now()
        )
        return ledger.save_incident(incident)
