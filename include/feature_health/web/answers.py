"""Asks the ledger what one page needs; the number of questions grows with jobs, not with history. Must not know how it is shown."""

from dataclasses import dataclass
from datetime import datetime

from feature_health.incidents.incident import Incident
from feature_health.ports import LedgerReader, PartitionRow, Platform
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.serving.publication import Publication
from feature_health.steps.watch import HEARTBEAT

_AFTER_EVERY_KEY = "9999-12-31"  # digits sort alike in every collation, which "~" does not


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the ledger says at `now`: per job at most the asked number of newest partitions, and the newest one that is readable.

    `jobs` are those with a contract and those of which something is wrong, by name.
    """

    now: datetime
    jobs: tuple[str, ...]
    rows: tuple[PartitionRow, ...]
    incidents: tuple[Incident, ...]
    held: frozenset[RevisionId]
    newest_readable: tuple[Publication, ...]
    heartbeat: datetime | None
    undelivered: int


def ask(platform: Platform, *, keys_max: int) -> Answers:
    """The answers for `keys_max` partitions a job; raises LedgerFailed."""
    ledger = platform.ledger
    incidents = ledger.open_incidents()
    held = frozenset(judgement.revision for judgement in ledger.held())
    jobs = _jobs(platform, incidents, held)
    return Answers(
        now=platform.clock.now(),
        jobs=jobs,
        rows=tuple(row for job in jobs for row in ledger.partitions(job, keys_max)),
        incidents=incidents,
        held=held,
        newest_readable=tuple(found for job in jobs if (found := _newest_readable(ledger, job)) is not None),
        heartbeat=ledger.heartbeat(HEARTBEAT),
        undelivered=ledger.undelivered(),
    )


def _jobs(platform: Platform, incidents: tuple[Incident, ...], held: frozenset[RevisionId]) -> tuple[str, ...]:
    """A job whose contract was taken away still shows while something of it is wrong."""
    wrong = {member.job for incident in incidents for member in incident.members} | {revision.job for revision in held}
    return tuple(sorted({*platform.contracts.jobs(), *wrong}))


def _newest_readable(ledger: LedgerReader, job: str) -> Publication | None:
    return ledger.previous_published(PartitionId(job=job, key=_AFTER_EVERY_KEY))
