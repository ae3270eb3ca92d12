"""Asks the ledger what one page needs; the questions grow with jobs, not with history. Must not know how it is shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from feature_health.incidents.incident import Incident
from feature_health.ports import Clock, Contracts, LedgerReader
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.records import PartitionRow
from feature_health.serving.publication import Publication
from feature_health.steps.watch import HEARTBEAT

_AFTER_EVERY_KEY = "9999-12-31"  # digits sort alike in every collation, which "~" does not


class Sources(Protocol):
    """What the pages ask. A whole Platform is one, but pages need neither store nor engine, and so need not load them."""

    @property
    def ledger(self) -> LedgerReader:
        """What happened."""
        ...

    @property
    def contracts(self) -> Contracts:
        """Which jobs there are."""
        ...

    @property
    def clock(self) -> Clock:
        """What ages are counted from."""
        ...


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


def ask(sources: Sources, *, keys_max: int) -> Answers:
    """The answers for `keys_max` partitions a job; raises LedgerFailed."""
    ledger = sources.ledger
    incidents = ledger.open_incidents()
    held = frozenset(judgement.revision for judgement in ledger.held())
    jobs = _jobs(sources.contracts, incidents, held)
    return Answers(
        now=sources.clock.now(),
        jobs=jobs,
        rows=tuple(row for job in jobs for row in ledger.partitions(job, keys_max)),
        incidents=incidents,
        held=held,
        newest_readable=tuple(found for job in jobs if (found := _newest_readable(ledger, job)) is not None),
        heartbeat=ledger.heartbeat(HEARTBEAT),
        undelivered=ledger.undelivered(),
    )


def _jobs(contracts: Contracts, incidents: tuple[Incident, ...], held: frozenset[RevisionId]) -> tuple[str, ...]:
    """A job whose contract was taken away still shows while something of it is wrong."""
    wrong = {member.job for incident in incidents for member in incident.members} | {revision.job for revision in held}
    return tuple(sorted({*contracts.jobs(), *wrong}))


def _newest_readable(ledger: LedgerReader, job: str) -> Publication | None:
    return ledger.previous_published(PartitionId(job=job, key=_AFTER_EVERY_KEY))
