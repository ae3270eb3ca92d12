"""A partition of which a few rows fail: they are held back with their reasons, the rest is read, and nothing is lost."""

import multiprocessing
import signal
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from feature_health.checks.diversion import Diversion
from feature_health.contracts.severity import Ruling
from feature_health.errors import EngineFailed, ReleaseRefused
from feature_health.ports import Platform
from feature_health.profiles.partition import PartitionId
from feature_health.records import Judgement
from feature_health.serving.publication import Publication
from feature_health.steps import publish, release, stage
from feature_health.steps.judge import verdict_of
from tests.steps.cards import ROWS, delivered, platform
from tests.steps.lender import STEPS, walk, walk_step

KEY = "2026-06-02"
CARDS = PartitionId(job="cards", key=KEY)
BALANCE = "expect_column_values_to_be_between:balance"
FORM = "expect_column_values_to_match_regex:account_id"


@pytest.fixture
def on(tmp_path: Path) -> Platform:
    """A platform in an empty home."""
    return platform(tmp_path)


def read(on: Platform, publication: Publication | None) -> list[str]:
    """The accounts that decisioning reads."""
    assert publication is not None
    path = on.store.local(publication.path)
    accounts: list[str] = pq.read_table(path)["account_id"].to_pylist()
    return accounts


def lacking(accounts: list[str]) -> set[int]:
    """The accounts that are not among them."""
    return set(range(ROWS)) - {int(account) for account in accounts}


def diverted(on: Platform, file: str) -> tuple[Judgement, Publication | None]:
    """The way of the partition, and what is readable then."""
    return walk(on, "cards", KEY, file), on.ledger.published(CARDS)


def test_a_few_failing_rows_are_held_back_and_the_rest_is_read(on: Platform, tmp_path: Path) -> None:
    """One wrong balance would keep a thousand applicants waiting, or be read like the others."""
    judgement, publication = diverted(on, delivered(tmp_path))
    assert judgement.verdict.ruling is Ruling.PUBLISH_WITH_WARNINGS
    assert publication is not None
    assert (publication.rows, publication.diverted) == (990, 10)
    assert lacking(read(on, publication)) == set(range(7, ROWS, 100))
    assert on.store.intact(publication.path, publication.sha256)
    assert (on.ledger.held(), on.ledger.open_incidents()) == ((), ())
    [row] = on.ledger.partitions()
    assert row.diverted == 10


def test_the_diverted_rows_lie_beside_with_their_reasons(on: Platform, tmp_path: Path) -> None:
    """Rows that are only left out are lost: nobody could mend them, or say whose they were."""
    file = delivered(tmp_path, more=", 'x' AS added")
    judgement, publication = diverted(on, file)
    told = on.ledger.failing_rows(judgement.revision)
    assert told is not None
    assert (told.rows, told.counts) == (10, {BALANCE: 10})
    keys = {int(row["key"]["account_id"]) for row in on.engine.told_rows(on.store.local(told.path), 99)}
    assert keys == lacking(read(on, publication))
    revision = on.ledger.revision(judgement.revision)
    assert on.store.local(revision.delivery).read_bytes() == Path(file).read_bytes()
    assert publication is not None
    assert pq.read_schema(on.store.local(publication.path)).names == ["account_id", "state", "balance"]


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        ("i % 40 = 7", "not diverted: 25 of 1,000 rows (2.5 %) would have to be diverted"),
        ("i % 12 = 9 AND i < 150", "not diverted: 12 of the 12 rows that fail are of state WY"),
    ],
)
def test_too_many_rows_or_rows_of_one_state_hold_the_whole(on: Platform, tmp_path: Path, wrong: str, because: str) -> None:
    """A lost feed or a state's outage would be published as if its people had never applied."""
    judgement, publication = diverted(on, delivered(tmp_path, wrong=wrong))
    assert judgement.held
    assert publication is None
    assert any(finding.because.startswith(because) for finding in judgement.verdict.findings)
    [incident] = on.ledger.open_incidents()
    assert incident.causes == {BALANCE}
    assert because in incident.members[0].because


def test_what_may_not_be_diverted_holds_the_whole(on: Platform, tmp_path: Path) -> None:
    """An owner's word that a check is about the whole delivery would count for nothing."""
    file = tmp_path / "abroad.parquet"
    duckdb.sql(f"COPY (SELECT * REPLACE (if(account_id = '5', 'ZZ', state) AS state) FROM '{delivered(tmp_path)}') TO '{file}'")
    judgement, publication = diverted(on, str(file))
    assert judgement.held
    assert publication is None
    assert judgement.verdict.diverted is None


def test_a_row_that_fails_two_checks_is_one_row(on: Platform, tmp_path: Path) -> None:
    """More rows would be held back than fail, or the counts not add up to the delivery."""
    file = tmp_path / "both.parquet"
    form = "if(account_id IN ('7', '9'), 'x' || account_id, account_id) AS account_id"
    duckdb.sql(f"COPY (SELECT * REPLACE ({form}) FROM '{delivered(tmp_path)}') TO '{file}'")
    judgement, publication = diverted(on, str(file))
    assert publication is not None
    assert (publication.rows, publication.diverted) == (989, 11)
    told = on.ledger.failing_rows(judgement.revision)
    assert told is not None
    assert (told.rows, told.counts) == (11, {BALANCE: 10, FORM: 2})


def test_a_corrected_delivery_replaces_the_rest(on: Platform, tmp_path: Path) -> None:
    """Rows once held back would never be read again."""
    diverted(on, delivered(tmp_path))
    walk(on, "cards", KEY, delivered(tmp_path, wrong="false", name="corrected"), run="run-2")
    publication = on.ledger.published(CARDS)
    assert publication is not None
    assert (publication.revision.number, publication.rows, publication.diverted) == (2, ROWS, 0)


def test_a_diverted_partition_is_not_held_and_so_not_released(on: Platform, tmp_path: Path) -> None:
    """A click would make rows readable that nobody corrected."""
    diverted(on, delivered(tmp_path))
    with pytest.raises(ReleaseRefused, match="does not wait in quarantine"):
        release.ask(on, job="cards", key=KEY, revision=None, by="ada", because="the balances are right after all")


def test_publishing_twice_equals_publishing_once(on: Platform, tmp_path: Path) -> None:
    """A retried task would write another file, or count the diverted rows twice."""
    judgement, publication = diverted(on, delivered(tmp_path))
    files = set((tmp_path / "store").rglob("*.parquet"))
    assert publish.publish(on, judgement.revision) == publication
    assert set((tmp_path / "store").rglob("*.parquet")) == files


def test_what_was_diverted_is_decided_again_from_the_ledger_alone(on: Platform, tmp_path: Path) -> None:
    """An auditor could not recompute why these people were left out and the others were not."""
    judgement, _ = diverted(on, delivered(tmp_path))
    contract, seen = on.ledger.contract(judgement.contract_digest), on.ledger.profile(judgement.revision)
    assert seen is not None
    assert verdict_of(contract, seen, on.ledger.check_runs(judgement.revision)) == judgement.verdict
    assert judgement.verdict.diverted == Diversion(checks=(BALANCE,), rows=10, of=ROWS)


def test_other_rows_than_were_counted_are_not_published(on: Platform, tmp_path: Path) -> None:
    """Rows that passed would be held back, or rows that fail be read, and the record say otherwise."""

    class Miscounting:
        def __getattr__(self, name: str) -> object:
            return (lambda *_: ROWS - 9) if name == "without_rows" else getattr(on.engine, name)

    with pytest.raises(EngineFailed, match="Nothing was published"):
        walk(replace(on, engine=Miscounting()), "cards", KEY, delivered(tmp_path))  # type: ignore[arg-type]
    assert on.ledger.published(CARDS) is None


KILLS = 4
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.steps.lender", "feature_health.engines.duckdb", "feature_health.ledger.sql"])


def _publish(home: Path, key: str) -> None:
    on = platform(home)
    latest = on.ledger.latest_revision(PartitionId(job="cards", key=key))
    assert latest is not None
    walk_step(on, "publish_or_quarantine", latest.id)


def _seconds(home: Path, key: str, kill_after: float | None) -> tuple[float, int | None]:
    began, process = time.monotonic(), PROCESSES.Process(target=_publish, args=(home, key))
    process.start()
    if kill_after is not None:
        time.sleep(kill_after)
        process.kill()
    process.join()
    return time.monotonic() - began, process.exitcode


@pytest.mark.journey
def test_a_kill_while_diverting_leaves_nothing_half_readable(on: Platform, tmp_path: Path) -> None:
    """A machine may lose power between the two files; half a partition would be read as a whole one."""
    keys = [f"2026-06-{1 + n:02}" for n in range(KILLS + 2)]
    for key in keys:
        file = delivered(tmp_path, name=f"cards-{key}", more=f", '{key}' AS day")
        id = stage.stage(on, job="cards", key=key, candidate=file, as_of=None, run="run-1").id
        for step in STEPS[1:5]:
            walk_step(on, step, id)
    _seconds(tmp_path, keys[0], None)  # the server is still loading while the first one waits for it
    undisturbed, _ = _seconds(tmp_path, keys[1], None)
    landed = 0
    for n, key in enumerate(keys[2:]):
        landed += _seconds(tmp_path, key, undisturbed * (n + 1) / (KILLS + 1))[1] == -signal.SIGKILL
        found = on.ledger.published(PartitionId(job="cards", key=key))
        assert found is None or len(read(on, found)) == 990
        assert _seconds(tmp_path, key, None)[1] == 0
        found = on.ledger.published(PartitionId(job="cards", key=key))
        assert found is not None
        assert (len(read(on, found)), found.diverted) == (990, 10)
    assert landed >= KILLS // 2, "most kills came too late to hit anything"
    assert on.ledger.verify() is None  # type: ignore[attr-defined]  # the SQL ledger's own proof
