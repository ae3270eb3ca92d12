"""Asks the ledger what one page needs; the questions grow with jobs, not with history. Must not know how it is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from feature_health.drills.heartbeat import HEARTBEAT as SELF_TEST
from feature_health.errors import ContractInvalid, JobUnknown
from feature_health.incidents.incident import Incident
from feature_health.ports import Clock, Contracts, LedgerReader
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.records import Judgement, PartitionRow, ReleaseRequest
from feature_health.serving.publication import Publication
from feature_health.steps.watch import HEARTBEAT

HELD_MAX = 20
"""Of so many held revisions, the newest, a page tells release requests and failing rows: each is a question of its own."""

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

    `jobs` are those with a contract and those of which something is wrong, by name. `held` is oldest first; `asked` are the
    undecided release requests of its newest `HELD_MAX`, `failing` how many rows of these fail a check, where they were told.
    `inputs` are those of the joins that the page speaks of, as the contracts in force say.
    """

    now: datetime
    jobs: tuple[str, ...]
    rows: tuple[PartitionRow, ...]
    incidents: tuple[Incident, ...]
    held: tuple[Judgement, ...]
    asked: tuple[ReleaseRequest, ...]
    failing: Mapping[RevisionId, int]
    inputs: Mapping[str, tuple[str, ...]]
    newest_readable: tuple[Publication, ...]
    heartbeat: datetime | None
    tested: datetime | None
    undelivered: int

    @property
    def held_revisions(self) -> frozenset[RevisionId]:
        """What waits in quarantine, by its name alone."""
        return frozenset(judgement.revision for judgement in self.held)


def ask(sources: Sources, *, keys_max: int) -> Answers:
    """The answers for `keys_max` partitions a job; raises LedgerFailed."""
    ledger = sources.ledger
    incidents = ledger.open_incidents()
    held = ledger.held()
    jobs = _jobs(sources.contracts, incidents, held)
    rows = tuple(row for job in jobs for row in ledger.partitions(job, keys_max))
    return Answers(
        now=sources.clock.now(),
        jobs=jobs,
        rows=rows,
        incidents=incidents,
        held=held,
        asked=tuple(_asked(ledger, held)),
        failing=_failing(ledger, held),
        inputs=_inputs(sources.contracts, _spoken_of(jobs, rows, incidents)),
        newest_readable=tuple(found for job in jobs if (found := _newest_readable(ledger, job)) is not None),
        heartbeat=ledger.heartbeat(HEARTBEAT),
        tested=ledger.heartbeat(SELF_TEST),
        undelivered=ledger.undelivered(),
    )


def _jobs(contracts: Contracts, incidents: tuple[Incident, ...], held: tuple[Judgement, ...]) -> tuple[str, ...]:
    """A job whose contract was taken away still shows while something of it is wrong."""
    wrong = {member.job for incident in incidents for member in incident.members} | {judgement.revision.job for judgement in held}
    return tuple(sorted({*contracts.jobs(), *wrong}))


def _asked(ledger: LedgerReader, held: tuple[Judgement, ...]) -> Iterable[ReleaseRequest]:
    for judgement in held[-HELD_MAX:]:
        yield from (request for request in ledger.release_requests(judgement.revision) if request.state == "asked")


def _failing(ledger: LedgerReader, held: tuple[Judgement, ...]) -> Mapping[RevisionId, int]:
    told = (ledger.failing_rows(judgement.revision) for judgement in held[-HELD_MAX:])
    return {each.revision: each.rows for each in told if each}


def _spoken_of(jobs: Iterable[str], rows: tuple[PartitionRow, ...], incidents: tuple[Incident, ...]) -> frozenset[str]:
    """The jobs whose inputs matter: not judged for a key of which another job has nothing readable, or bad themselves."""
    judged = {(row.partition.job, row.partition.key) for row in rows}
    trouble = {member.key for incident in incidents for member in incident.members}
    keys = trouble | {row.partition.key for row in rows if row.readable_revision is None}
    waiting = {job for job in jobs if any((job, key) not in judged for key in keys)}
    return frozenset(waiting | {incident.job for incident in incidents})


def _inputs(contracts: Contracts, jobs: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    return {job: inputs for job in jobs if (inputs := _inputs_of(contracts, job))}


def _inputs_of(contracts: Contracts, job: str) -> tuple[str, ...]:
    try:
        return contracts.current(job).inputs
    except (ContractInvalid, JobUnknown):  # the page shows what happened all the same; the job's own run says what is wrong
        return ()


def _newest_readable(ledger: LedgerReader, job: str) -> Publication | None:
    return ledger.previous_published(PartitionId(job=job, key=_AFTER_EVERY_KEY))
