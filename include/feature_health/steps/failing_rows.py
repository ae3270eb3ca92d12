"""Tell the failing rows of a verdict one by one, beside the revision in the store: keys, reasons and masks, all of them.

The verdict was written before and does not depend on it.
"""

from collections.abc import Sequence

from feature_health.checks.row_rules import broken, row_rules
from feature_health.contracts.contract import Contract
from feature_health.errors import CallerError
from feature_health.ports import LedgerReader, Platform
from feature_health.profiles.partition import RevisionId
from feature_health.profiles.row_rule import RowRule
from feature_health.records import FailingRows, Judgement
from feature_health.steps.stage import PARQUET_SUFFIX


def failing_rows(platform: Platform, id: RevisionId) -> FailingRows | None:
    """Where they lie and how many fail each check; None when no check that failed can be told by its rows.

    Running it twice writes them once. Raises CallerError when there is no verdict, EngineFailed or StoreFailed when we failed.
    """
    judgement = platform.ledger.judgement(id)
    if judgement is None:
        raise CallerError(f"Telling the failing rows of {id}: it has no verdict that says which they are; judge it first.")
    kept = platform.ledger.failing_rows(id)
    return kept if kept is not None else _tell(platform, judgement)


def rules_broken(ledger: LedgerReader, judgement: Judgement) -> Sequence[RowRule]:
    """The row-level checks that the verdict says are violated, in the order of its contract."""
    contract: Contract = ledger.contract(judgement.contract_digest)
    return broken(row_rules(contract, contract.partition.period(judgement.revision.key)), judgement.verdict.findings)


def _tell(platform: Platform, judgement: Judgement) -> FailingRows | None:
    id = judgement.revision
    parquet, rules = platform.ledger.revision(id).parquet, rules_broken(platform.ledger, judgement)
    if parquet is None or not rules:
        return None
    key = platform.ledger.contract(judgement.contract_digest).key
    written = platform.store.beside(parquet, PARQUET_SUFFIX)
    try:
        told = platform.engine.failing_rows(platform.store.local(parquet), rules, key, written)
        file = platform.store.seal(written)
    finally:
        written.unlink(missing_ok=True)  # what was sealed bears another name; half a list of keys must not lie about
    with platform.ledger.transaction() as ledger:
        return ledger.save_failing_rows(id, run=judgement.run, file=file, told=told, at=platform.clock.now())
