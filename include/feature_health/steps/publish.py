"""Make an accepted revision the one that decisioning reads: then repair what was built on its forerunner."""

from feature_health.checks.schema import promised_part
from feature_health.contracts.contract import Contract
from feature_health.errors import CallerError, StoreFailed
from feature_health.incidents.lifecycle import after_publish
from feature_health.ports import LedgerWriter, Platform
from feature_health.profiles.partition import RevisionId
from feature_health.profiles.profile import ObservedColumn
from feature_health.records import Staged
from feature_health.serving.publication import Publication
from feature_health.steps.divert import divert
from feature_health.steps.repair import repair_downstream
from feature_health.steps.stage import PARQUET_SUFFIX
from feature_health.verdicts.plan import Publish, plan


def publish(platform: Platform, id: RevisionId) -> Publication:
    """What is readable of the partition afterwards: this revision, or a newer one that was published meanwhile.

    Raises CallerError when the verdict does not allow it, StoreFailed when the staged file is not what was judged.
    """
    judgement = platform.ledger.judgement(id)
    action = plan(id, judgement.verdict) if judgement else None
    if not isinstance(action, Publish):
        raise CallerError(
            f"Publishing {id}: its verdict is {judgement.verdict.ruling if judgement else 'not there'}; judge it first."
        )
    check_intact(platform, id)
    file = promised_only(platform, id) if action.divert is None else divert(platform, action.divert, _promised(platform, id))
    with platform.ledger.transaction() as ledger:
        publication = make_readable(platform, ledger, id, file=file, diverted=action.divert.rows if action.divert else 0)
    repair_downstream(platform, id.partition)
    return publication


def promised_only(platform: Platform, id: RevisionId) -> Staged | None:
    """The file that decisioning reads where the delivery holds columns, or fields in them, that nobody promised; else None.

    What a vendor adds may be anything, personal data too, so it stays in the store until the contract names it.
    """
    revision, seen = platform.ledger.revision(id), platform.ledger.profile(id)
    if revision.parquet is None or seen is None:
        return None
    kept = _promised(platform, id)
    if kept == seen.columns:
        return None
    written = platform.store.beside(revision.parquet, PARQUET_SUFFIX)
    platform.engine.keep_columns(platform.store.local(revision.parquet), kept, written)
    return platform.store.seal(written)


def _promised(platform: Platform, id: RevisionId) -> tuple[ObservedColumn, ...]:
    """What the contract promises of the delivery's columns, in the delivery's order."""
    seen = platform.ledger.profile(id)
    return promised_part(platform.ledger.contract(platform.ledger.revision(id).contract_digest), seen.columns) if seen else ()


def make_readable(
    platform: Platform,
    ledger: LedgerWriter,
    id: RevisionId,
    *,
    file: Staged | None,
    released_by: str | None = None,
    diverted: int = 0,
) -> Publication:
    """Publish inside a transaction, together with what it means for the job's open incidents."""
    now, profile = platform.clock.now(), ledger.profile(id)
    rows = (profile.rows if profile else 0) - diverted
    publication = ledger.publish(id, rows=rows, at=now, released_by=released_by, file=file, diverted=diverted)
    contract: Contract = ledger.contract(ledger.revision(id).contract_digest)
    opened, since = ledger.open_incidents(id.job), publication.valid_from  # publishing again must not end what began since
    for incident in after_publish(opened, contract=contract, revision=id, at=since, released_by=released_by):
        ledger.save_incident(incident)
    return publication


def check_intact(platform: Platform, id: RevisionId) -> None:
    """Raise StoreFailed unless the delivery and what decisioning would read still have the bytes that were judged."""
    revision = platform.ledger.revision(id)
    for path, sha256 in {revision.delivery: revision.sha256, revision.parquet: revision.parquet_sha256}.items():
        if path is not None and sha256 is not None and not platform.store.intact(path, sha256):
            raise StoreFailed(
                f"Publishing {id}: the staged file {path} is gone or was changed after it was judged. "
                "Nothing was published; deliver the partition again."
            )
