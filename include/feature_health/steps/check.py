"""Hold the profile against the contract, one group of checks at a time, and keep what each group found."""

from feature_health.checks.examine import run_expectations
from feature_health.checks.finding import CheckRun
from feature_health.checks.schema_diff import judge_schema
from feature_health.contracts.contract import Contract
from feature_health.errors import LedgerFailed
from feature_health.ports import Platform
from feature_health.profiles.partition import RevisionId
from feature_health.profiles.profile import Profile
from feature_health.records import Revision
from feature_health.steps.history import history_before, previous_readable, volume


def schema_diff(platform: Platform, id: RevisionId) -> CheckRun:
    """What became of the promised columns."""
    _, contract, seen = _loaded(platform, id)
    return _kept(platform, id, judge_schema(contract, seen, previous_readable(platform.ledger, id.partition)))


def expectations(platform: Platform, id: RevisionId) -> CheckRun:
    """What became of every promised limit."""
    revision, contract, seen = _loaded(platform, id)
    run = run_expectations(
        contract,
        seen,
        as_of=revision.as_of,
        volume=volume(platform.calendars, contract, id.key),
        period=contract.partition.period(id.key),
        history=history_before(platform.ledger, platform.calendars, contract, id.partition),
        sha256=revision.sha256,
    )
    return _kept(platform, id, run)


def _loaded(platform: Platform, id: RevisionId) -> tuple[Revision, Contract, Profile]:
    revision = platform.ledger.revision(id)
    seen = platform.ledger.profile(id)
    if seen is None:
        raise LedgerFailed(f"Checking {id}: its profile is not in the ledger. Clear the task `profile` of this run to take it.")
    return revision, platform.ledger.contract(revision.contract_digest), seen


def _kept(platform: Platform, id: RevisionId, run: CheckRun) -> CheckRun:
    with platform.ledger.transaction() as ledger:
        ledger.save_check_run(id, run, platform.clock.now())
    return run
