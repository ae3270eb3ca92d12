"""What came before a partition: accepted ones of its job, as judging looks back at them, and the calendar by which they count.

Quarantined data never gets in, nor what a person released against a verdict: a fault must not teach that it is normal.
"""

from collections.abc import Iterable, Mapping

from feature_health.checks.examine import window_needed
from feature_health.checks.schema_diff import Previous
from feature_health.contracts.contract import Contract
from feature_health.errors import CallerError, KeyRefused, LedgerFailed
from feature_health.ports import Calendar, LedgerReader
from feature_health.profiles.history import NO_HISTORY, History, Past
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.records import Accepted


def history_before(
    ledger: LedgerReader, calendars: Mapping[str, Calendar], contract: Contract, partition: PartitionId
) -> History:
    """As many accepted partitions before this one as the contract's checks look back at; raises LedgerFailed."""
    window = window_needed(contract)
    return _history(calendars, contract, ledger.history(partition, limit=window)) if window else NO_HISTORY


def history_again(
    ledger: LedgerReader, calendars: Mapping[str, Calendar], contract: Contract, revisions: Iterable[str]
) -> History:
    """The history of exactly these revisions, as a past check named them; raises LedgerFailed when a profile is gone."""
    if not window_needed(contract):
        return NO_HISTORY
    return _history(calendars, contract, (_accepted(ledger, RevisionId.parse(revision)) for revision in revisions))


def previous_readable(ledger: LedgerReader, partition: PartitionId) -> Previous | None:
    """What decisioning reads of the newest partition before this one, released ones too; None when there is none."""
    publication = ledger.previous_published(partition)
    return previous_again(ledger, publication.revision) if publication else None


def previous_again(ledger: LedgerReader, id: RevisionId) -> Previous:
    """The revision as a schema is compared with it; raises LedgerFailed when its profile is gone."""
    contract = ledger.contract(ledger.revision(id).contract_digest)
    return Previous(revision=id, contract=contract, columns=_accepted(ledger, id).profile.columns)


def volume(calendars: Mapping[str, Calendar], contract: Contract, key: str) -> tuple[float, str]:
    """How many rows the partition's day should have relative to an ordinary one, and why; raises CallerError."""
    name = contract.rows.calendar if contract.rows else None
    if name is None:
        return (1.0, "")
    if name not in calendars:
        known = ", ".join(sorted(calendars)) or "none"
        raise CallerError(f"The contract of {contract.job} counts rows by the calendar {name!r}; installed calendars: {known}.")
    day = contract.partition.first_day(key)
    try:
        return calendars[name](day)
    except ValueError as error:
        raise CallerError(f"The calendar {name!r}, by which the rows of {contract.job} count, cannot answer: {error}") from error


def has_partition(calendars: Mapping[str, Calendar], contract: Contract, key: str) -> bool:
    """Whether the calendar by which rows are counted expects any on the partition's day; yes where none can say."""
    name = contract.rows.calendar if contract.rows else None
    if name not in calendars:
        return True
    try:
        return volume(calendars, contract, key)[0] > 0
    except CallerError:  # judging will say what is wrong with the calendar
        return True


def _history(calendars: Mapping[str, Calendar], contract: Contract, accepted: Iterable[Accepted]) -> History:
    return History.of(
        Past(
            revision=it.revision,
            sha256=it.sha256,
            first_day=contract.partition.first_day(it.revision.key),
            profile=it.profile,
            volume=volume(calendars, contract, it.revision.key)[0],
        )
        for it in accepted
        if _named_alike(contract, it.revision.key)
    )


def _named_alike(contract: Contract, key: str) -> bool:
    """Whether the partition is cut as the contract cuts them now: a month is no history of days."""
    try:
        contract.partition.first_day(key)
    except KeyRefused:
        return False
    return True


def _accepted(ledger: LedgerReader, id: RevisionId) -> Accepted:
    profile = ledger.profile(id)
    if profile is None:
        raise LedgerFailed(
            f"Judging {id} into a history again: its profile is not in the ledger. Check that this is the right one."
        )
    return Accepted(revision=id, sha256=ledger.revision(id).sha256, profile=profile)
