"""A past verdict is computed again from the ledger alone: no file, no contract folder, no clock."""

import shutil
from dataclasses import replace
from pathlib import Path

from feature_health.checks.examine import GROUP, run_expectations
from feature_health.checks.load import FolderContracts
from feature_health.checks.schema_diff import GROUP as SCHEMA_GROUP
from feature_health.checks.schema_diff import judge_schema
from feature_health.contracts.shared import PROJECT_CONTRACTS
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
        sha256=revision.sha256,
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


LOOKING_BACK = """
  - expect_table_row_count_to_match_history: {history_min: 10}
  - expect_delivery_not_seen_before: {}
"""


def _looking_back(folder: Path) -> FolderContracts:
    """The lender's contracts, of which the bureau's looks back."""
    shutil.copytree(lender.CONTRACTS, folder)
    shutil.copyfile(PROJECT_CONTRACTS / "defaults.yaml", folder / "defaults.yaml")
    with (folder / "bureau.yaml").open("a") as contract:
        contract.write(LOOKING_BACK)
    return FolderContracts(folder)


def test_what_history_decided_is_decided_again_after_history_was_corrected(tmp_path: Path) -> None:
    """A day held for its few rows could not be explained once the days before it were delivered anew."""
    on = replace(lender.platform(tmp_path), contracts=_looking_back(tmp_path / "contracts"))
    days = [f"2026-06-{day:02}" for day in range(2, 15)]
    for n, key in enumerate(days):
        walk(on, "bureau", key, candidate(tmp_path, "bureau", key, rows=200 + n, bad=n == 1))
    halved = walk(on, "bureau", "2026-06-15", candidate(tmp_path, "bureau", "2026-06-15", rows=90))
    [finding] = [it for it in halved.verdict.findings if it.kind == "violation"]
    assert finding.check == "expect_table_row_count_to_match_history"
    assert finding.evidence["history"] == len(days) - 1  # what is in quarantine teaches nothing
    walk(on, "bureau", days[0], candidate(tmp_path, "bureau", days[0], rows=900))
    walk(on, "bureau", days[1], candidate(tmp_path, "bureau", days[1], rows=900))

    for key in (days[0], *days[2:], "2026-06-15"):
        judgement = on.ledger.latest_judged(PartitionId(job="bureau", key=key))
        assert judgement is not None
        assert _again(on, "bureau", key) == judgement.verdict, key


def test_a_file_of_another_day_is_held(tmp_path: Path) -> None:
    """Last week's answers delivered again have perfect shares, ranges and keys."""
    on = replace(lender.platform(tmp_path), contracts=_looking_back(tmp_path / "contracts"))
    files = [candidate(tmp_path, "bureau", key, salt=n) for n, key in enumerate(KEYS)]
    assert all(walk(on, "bureau", key, file).verdict.ruling.may_publish for key, file in zip(KEYS, files, strict=True))
    replayed = walk(on, "bureau", "2026-06-05", files[1])
    assert [it.check for it in replayed.verdict.findings if it.kind == "violation"] == ["expect_delivery_not_seen_before"]


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
