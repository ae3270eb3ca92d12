"""The failing rows of a verdict, told beside the revision: all of them, once, and never at the verdict's cost."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from feature_health.checks.load import FolderContracts
from feature_health.errors import CallerError, EngineFailed
from feature_health.ports import Platform
from feature_health.steps import stage
from feature_health.steps.failing_rows import failing_rows
from tests.steps import lender
from tests.steps.lender import candidate, walk

KEY = "2026-06-02"
SCORE = "expect_column_values_to_be_between:score"


@pytest.fixture
def on(tmp_path: Path) -> Platform:
    """A platform in an empty home."""
    return lender.platform(tmp_path)


def damaged(folder: Path, rows: int = 900) -> str:
    """A delivery of which 300 rows have scores that cannot be, one of them twice and one without a key."""
    file = folder / "damaged.parquet"
    key = f"CASE i WHEN 0 THEN '{KEY}-1' WHEN 4 THEN NULL ELSE '{KEY}-' || i END AS application_id"
    score = "CASE WHEN i % 3 = 0 THEN 9000 + i ELSE 600 END AS score"
    duckdb.sql(f"COPY (SELECT {key}, {score} FROM range({rows}) t(i)) TO '{file}' (FORMAT parquet)")
    return str(file)


def test_every_failing_row_is_told_with_all_its_reasons(on: Platform, tmp_path: Path) -> None:
    """Great Expectations tells twenty; whoever mends a vendor's file needs every application in it."""
    id = walk(on, "bureau", KEY, damaged(tmp_path)).revision
    told = failing_rows(on, id)
    assert told is not None
    assert (told.rows, told.counts, told.untold) == (302, {"key.present": 1, "key.unique": 2, SCORE: 300}, {})
    assert on.store.intact(told.path, told.sha256)
    first, second, *_ = on.engine.told_rows(on.store.local(told.path), 5)
    assert (first["key"]["application_id"], first["failed"]) == (f"{KEY}-1", ["key.unique", SCORE])
    assert (second["row"], second["failed"], second["masked"]["score"]) == (1, ["key.unique"], None)


def test_telling_twice_writes_once(on: Platform, tmp_path: Path) -> None:
    """A retried task would leave two files of personal data, of which one is known to nobody."""
    id = walk(on, "bureau", KEY, damaged(tmp_path)).revision
    told, files = failing_rows(on, id), set((tmp_path / "store").rglob("*"))
    assert failing_rows(replace(on, engine=None), id) == told  # type: ignore[arg-type]  # nobody need look again
    assert set((tmp_path / "store").rglob("*")) == files


def test_what_a_killed_task_left_behind_is_taken_up(on: Platform, tmp_path: Path) -> None:
    """A kill between file and ledger would leave a second file; the same rows must make the same bytes."""
    id = walk(on, "bureau", KEY, damaged(tmp_path)).revision

    class Killed(Exception):
        """The process ends here."""

    class Dying:
        def __getattr__(self, name: str) -> object:
            if name == "transaction":
                raise Killed
            return getattr(on.ledger, name)

    with pytest.raises(Killed):
        failing_rows(replace(on, ledger=Dying()), id)  # type: ignore[arg-type]
    files = set((tmp_path / "store").rglob("*.parquet"))
    assert failing_rows(on, id) is not None
    assert set((tmp_path / "store").rglob("*.parquet")) == files


def test_a_failure_of_ours_costs_neither_hold_nor_incident(on: Platform, tmp_path: Path) -> None:
    """A full disk would let a bad partition through, or let it wait untold."""
    judgement = walk(on, "bureau", KEY, damaged(tmp_path))

    class Full:
        def failing_rows(self, *given: Path) -> None:
            given[-1].write_text("half a list of keys")
            raise EngineFailed("Tried to write, but the disk is full.")

    with pytest.raises(EngineFailed):
        failing_rows(replace(on, engine=Full()), judgement.revision)  # type: ignore[arg-type]
    assert not list((tmp_path / "store").rglob(".writing-*"))
    assert on.ledger.judgement(judgement.revision) == judgement
    assert judgement.held
    assert len(on.ledger.open_incidents()) == 1
    assert on.ledger.failing_rows(judgement.revision) is None


def test_where_no_row_fails_nothing_is_written(on: Platform, tmp_path: Path) -> None:
    """An empty file beside every good partition would say nothing and cost a scan."""
    good = walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY)).revision
    few = walk(on, "intake", KEY, candidate(tmp_path, "intake", KEY, rows=2)).revision
    assert (failing_rows(on, good), failing_rows(on, few)) == (None, None)


def test_without_a_verdict_there_are_no_reasons(on: Platform, tmp_path: Path) -> None:
    """Rows would be accused before anybody judged them."""
    id = stage.stage(on, job="bureau", key=KEY, candidate=damaged(tmp_path), as_of=None, run="run-1").id
    with pytest.raises(CallerError, match="no verdict"):
        failing_rows(on, id)


def _loans(folder: Path) -> str:
    """A delivery in which some rows fail each check of the contract but the last, which many may fail."""
    file = folder / "loans.parquet"
    columns = (
        "if(i % 90 = 1, NULL, if(i < 4, 'same', 'loan ' || i)) AS loan_id",
        f"if(i % 80 = 2, DATE '2026-05-30', DATE '{KEY}') AS business_date",
        "['A', 'B', 'C', 'D'][1 + if(i % 50 = 3, 3, i % 3)] AS grade",
        "if(i % 40 = 4, NULL, if(i % 70 = 5, 5000, i)) AS amount",
        "if(i % 60 = 6, 9999, i // 2) AS paid",
        "if(i % 33 = 7, 1, i - i // 2) AS left",
    )
    rows = "(SELECT * FROM range(700) UNION ALL SELECT * FROM range(9)) t(i)"
    duckdb.sql(f"COPY (SELECT {', '.join(columns)} FROM {rows}) TO '{file}' (FORMAT parquet)")
    return str(file)


def test_every_check_that_a_row_can_fail_tells_as_many_as_it_found(on: Platform, tmp_path: Path) -> None:
    """A check would hold a partition by 700 rows, and the list beside it name 12 of them, or none."""
    on = replace(on, contracts=FolderContracts(Path(__file__).parent / "telling"))
    judgement = walk(on, "loans", KEY, _loans(tmp_path))
    told = failing_rows(on, judgement.revision)
    assert told is not None
    names = ("null_count", "duplicate_count", "outside_count", "undeclared_count", "unexpected_count", "held_count")
    found = {
        finding.check: next(finding.evidence[name] for name in names if name in finding.evidence)
        for finding in judgement.verdict.findings
    }
    assert len(found) == 10
    assert (told.counts, told.untold) == (found, {})
