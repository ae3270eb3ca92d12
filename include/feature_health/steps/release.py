"""A person's decision about a held revision: asked for with a reason, decided with a reason, both in the ledger."""

from feature_health.errors import ReleaseRefused
from feature_health.ports import LedgerReader, Platform
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.records import Judgement, ReleaseRequest
from feature_health.steps.publish import check_intact, make_readable, promised_only
from feature_health.steps.repair import announce

REASON_CHARS_MIN = 10
REASON_CHARS_MAX = 2000


def ask(platform: Platform, *, job: str, key: str, revision: int | None, by: str, because: str) -> ReleaseRequest:
    """A new request to publish a held revision (the newest one unless `revision` says which).

    While one is open, that one is returned. Raises KeyRefused, or ReleaseRefused when the reason is none, the revision is not
    held, or a newer one was judged.
    """
    platform.contracts.current(job).partition.first_day(key)
    reason = checked_reason(because)
    with platform.ledger.transaction() as ledger:
        newest = ledger.latest_judged(PartitionId(job=job, key=key))
        if newest is None:
            raise ReleaseRefused(
                f"Releasing {job} {key}: no revision of it was ever judged. `feature-health partitions` lists what there is."
            )
        id = RevisionId(job=job, key=key, number=revision or newest.revision.number)
        _check_releasable(ledger, id)
        open_already = [one for one in ledger.release_requests(id) if one.state == "asked"]
        if open_already:
            return open_already[-1]
        return ledger.ask_release(id, by=by, because=reason, at=platform.clock.now())


def decide(platform: Platform, request: int, *, approve: bool, by: str, because: str) -> ReleaseRequest:
    """The request with its decision; approval publishes in the same transaction, then what waits for the partition may run.

    A decision without a reason is written as refused and changes nothing readable. A decided request is returned as it stands.
    """
    asked = platform.ledger.release_request(request)
    if asked is None:
        raise ReleaseRefused(
            f"Deciding about release request {request}: there is no such request. `feature-health release list` lists them."
        )
    if asked.state == "asked":
        asked = _decide(platform, asked, approve=approve, by=by, because=because)
    if asked.state == "approved":
        announce(platform, asked.revision.partition)
    return asked


def checked_reason(because: str) -> str:
    """The reason without white space around it; raises ReleaseRefused when it is not one."""
    reason = " ".join(because.split())
    if not REASON_CHARS_MIN <= len(reason) <= REASON_CHARS_MAX or len(set(reason)) < 4:
        raise ReleaseRefused(
            f"The reason given has {len(reason)} characters; say in {REASON_CHARS_MIN} to {REASON_CHARS_MAX} why, "
            "so that an auditor can follow it."
        )
    return reason


def _decide(platform: Platform, asked: ReleaseRequest, *, approve: bool, by: str, because: str) -> ReleaseRequest:
    file = None
    if approve:
        check_intact(platform, asked.revision)
        file = promised_only(platform, asked.revision)
    with platform.ledger.transaction() as ledger:
        now = platform.clock.now()
        try:
            reason = checked_reason(because)
            if approve:
                _check_releasable(ledger, asked.revision)
        except ReleaseRefused as error:
            return ledger.decide_release(asked.id, state="refused", by=by, because=str(error), at=now)
        if not approve:
            return ledger.decide_release(asked.id, state="rejected", by=by, because=reason, at=now)
        make_readable(platform, ledger, asked.revision, file=file, released_by=by)
        return ledger.decide_release(asked.id, state="approved", by=by, because=reason, at=now)


def _check_releasable(ledger: LedgerReader, id: RevisionId) -> None:
    judgement = ledger.judgement(id)
    newest: Judgement | None = ledger.latest_judged(id.partition)
    if newest is not None and newest.revision.number > id.number:
        raise ReleaseRefused(
            f"Releasing {id}: revision {newest.revision.number} was judged since ({newest.verdict.ruling}). "
            "Release that one, or deliver the partition anew."
        )
    if judgement is not None and judgement.held and judgement.run != ledger.revision(id).run:
        raise ReleaseRefused(f"Releasing {id}: it is being judged again in run {ledger.revision(id).run}. Wait for that verdict.")
    if judgement is None or not judgement.held:
        raise ReleaseRefused(f"Releasing {id}: it does not wait in quarantine. `feature-health release list` shows what does.")
