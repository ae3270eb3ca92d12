"""A past verdict is computed again from the ledger alone: no file, no contract folder, no clock."""

from pathlib import Path

from feature_health.checks.examine import GROUP, run_expectations
from feature_health.checks.schema_diff import GROUP as SCHEMA_GROUP
from feature_health.checks.schema_diff import judge_schema
from feature_health.ports import Platform
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.steps.history import history_again, previous_again, volume
from feature_health.steps.judge import verdict_of
from feature_health.verdicts.verdict import Verdict
from tests.steps import lender
from tests.steps.lender import candidate, walk

KEYS = ("2026-06-02", "2026-06-03", "2026-06-04")


def _again(on: Platform, job: str, key: str) -> Verdict:
    revision = on.ledger.latest_revision(PartitionId(job=job, key=key))
    assert revision is not None
    contract, seen = on.ledger.contract(revision.contract_digest), on.ledger.profile(revision.id)
    assert seen is not None
    before = next(run for run in on.ledger.check_runs(revision.id) if run.group == GROUP)
    history = history_again(on.ledger, on.calendars, contract, before.history)
    assert history.digest == before.history_digest
    expectations = run_expectations(
        contract,
        seen,
        as_of=revision.as_of,
        volume=volume(on.calendars, contract, key),
        period=contract.partition.period(key),
        history=history,
    )
    compared = next(run for run in on.ledger.check_runs(revision.id) if run.group == SCHEMA_GROUP)
    previous = next((previous_again(on.ledger, RevisionId.parse(name)) for name in compared.history), None)
    return verdict_of(contract, seen, (judge_schema(contract, seen, previous), expectations))


def test_replaying_the_ledger_gives_the_same_verdicts(tmp_path: Path) -> None:
    """An auditor who cannot recompute a verdict has only our word for it."""
    on = lender.platform(tmp_path)
    for n, key in enumerate(KEYS):
        walk(on, "intake", key, candidate(tmp_path, "intake", key))
        walk(on, "bureau", key, candidate(tmp_path, "bureau", key, bad=n == 1))
        walk(on, "joined", key, candidate(tmp_path, "joined", key))
    for file in (tmp_path / "store").rglob("*.parquet"):
        file.unlink()

    for row in on.ledger.partitions():
        judgement = on.ledger.latest_judged(row.partition)
        assert judgement is not None
        assert _again(on, row.partition.job, row.partition.key) == judgement.verdict, row.partition
    assert len(on.ledger.partitions()) == 3 * len(KEYS)


def test_a_result_of_another_contract_does_not_count(tmp_path: Path) -> None:
    """A stale result passing for a fresh one would let an unchecked partition through."""
    on = lender.platform(tmp_path)
    judgement = walk(on, "bureau", KEYS[0], candidate(tmp_path, "bureau", KEYS[0]))
    revision = on.ledger.revision(judgement.revision)
    runs, seen = on.ledger.check_runs(revision.id), on.ledger.profile(revision.id)
    assert seen is not None

    other = on.contracts.current("intake")
    verdict = verdict_of(other, seen, runs)
    assert not verdict.ruling.may_publish
    assert {finding.kind for finding in verdict.findings} == {"unable"}
