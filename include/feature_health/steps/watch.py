"""Notice partitions that never came. Lateness is judged against an `as_of` that is handed in."""

from datetime import datetime, timedelta

from feature_health.contracts.contract import Contract
from feature_health.incidents.incident import Incident
from feature_health.incidents.lifecycle import NO_KEY, after_judgement, after_late
from feature_health.ports import LedgerReader, LedgerWriter, Platform
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.steps.history import has_partition

HEARTBEAT = "watch_arrivals"
HEARTBEAT_AGE_MAX = timedelta(hours=1)
"""Older than this, nobody watches: the watcher looks four times an hour."""

HALF_WRITTEN_AGE_MAX = timedelta(days=1)
"""What was being written longer ago than this belongs to a process that died."""


def watch(platform: Platform, *, as_of: datetime, since: datetime) -> tuple[Incident, ...]:
    """Open or extend an incident for each partition due in `since < deadline <= as_of` that has no verdict; leaves a heartbeat.

    A day on which the contract's calendar expects no rows has no partition. A join whose input is held or late belongs to that
    input's incident. Jobs are looked at inputs first, so that it exists.
    """
    contracts = sorted(
        (platform.contracts.current(job) for job in platform.contracts.jobs()), key=lambda it: (bool(it.inputs), it.job)
    )
    found: list[Incident] = []
    platform.store.sweep(older_than=as_of - HALF_WRITTEN_AGE_MAX)
    with platform.ledger.transaction() as ledger:
        for contract in contracts:
            for key in contract.partition.keys_due(after=since, until=as_of):
                expected = has_partition(platform.calendars, contract, key)
                if expected and ledger.latest_judged(PartitionId(job=contract.job, key=key)) is None:
                    found.extend(_late(platform, ledger, contract, key))
        now = platform.clock.now()
        ledger.beat(HEARTBEAT, now)
        for incident in after_judgement(ledger.open_incidents(HEARTBEAT), job=HEARTBEAT, key=NO_KEY, at=now):
            ledger.save_incident(incident)  # the watcher works again
    return tuple(found)


def _late(platform: Platform, ledger: LedgerWriter, contract: Contract, key: str) -> tuple[Incident, ...]:
    before = ledger.open_incidents()
    incident = after_late(
        before,
        contract=contract,
        key=key,
        deadline=contract.partition.deadline(key),
        at=platform.clock.now(),
        waits_for=_unreadable_inputs(ledger, contract, key),
    )
    if incident is None or incident in before:
        return ()
    return (ledger.save_incident(incident),)


def _unreadable_inputs(ledger: LedgerReader, contract: Contract, key: str) -> tuple[PartitionId | RevisionId, ...]:
    """The inputs that the job waits for: the held revision where there is one, otherwise the partition that never came."""
    missing = [one for one in (PartitionId(job=job, key=key) for job in contract.inputs) if ledger.published(one) is None]
    judged = [(one, ledger.latest_judged(one)) for one in missing]
    return tuple(judgement.revision if judgement and judgement.held else one for one, judgement in judged)
