"""`feature-health rows`, and what the other commands say of rows that were diverted; keys only for who asks."""

import json
from pathlib import Path

import duckdb
import pytest

from feature_health.steps.failing_rows import failing_rows
from tests.cli.command import call
from tests.steps import cards, lender

KEY = "2026-06-02"
SCORE = "expect_column_values_to_be_between:score"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a held partition of which two rows fail, and one that is good."""
    home = tmp_path_factory.mktemp("rows")
    on = lender.platform(home)
    file = home / "damaged.parquet"
    score = "CASE WHEN i < 2 THEN 9999 ELSE 600 END AS score"
    duckdb.sql(f"COPY (SELECT 'secret-' || i AS application_id, {score} FROM range(9) t(i)) TO '{file}' (FORMAT parquet)")
    failing_rows(on, lender.walk(on, "bureau", KEY, str(file)).revision)
    lender.walk(on, "intake", KEY, lender.candidate(home, "intake", KEY))
    return home


def test_counts_and_the_place_but_no_keys(home: Path) -> None:
    """A terminal's scrollback and a screenshot would hold what only the store may."""
    answer = call("rows", "bureau", KEY, "--home", home)
    assert answer.code == 0
    first, counted, place, digest = answer.out.splitlines()
    assert first == f"bureau@{KEY}#1  2 rows fail"
    assert counted.split() == ["2", SCORE]
    path = Path(place.rpartition(": ")[2])
    assert path.is_relative_to(home / "store")
    assert path.stem == digest.removeprefix("sha256 ")
    assert "secret" not in answer.out


def test_keys_are_shown_to_who_asks(home: Path) -> None:
    """Whoever has to call the vendor would need a database client for five application ids."""
    answer = call("rows", "bureau", KEY, "--keys", 1, "--home", home)
    [row] = [line for line in answer.out.splitlines() if line.startswith("  row ")]
    assert row.startswith("  row 0  application_id secret-0  score number(4) ")
    assert row.endswith(f"fails {SCORE}")
    assert "9999" not in answer.out


def test_the_same_for_machines(home: Path) -> None:
    """A script could not hand the file on to the vendor."""
    answer = call("rows", "bureau", KEY, "--json", "--keys", 5, "--home", home)
    record = json.loads(answer.out)
    assert (record["revision"], record["rows"], record["counts"]) == (f"bureau@{KEY}#1", 2, {SCORE: 2})
    assert [row["key"]["application_id"] for row in record["keys"]] == ["secret-0", "secret-1"]


@pytest.mark.parametrize(("job", "told"), [("intake", f"no failing rows of intake@{KEY}#1"), ("joined", "was never judged")])
def test_nothing_to_show_is_said(home: Path, job: str, told: str) -> None:
    """An empty answer would look like a broken command."""
    answer = call("rows", job, KEY, "--home", home)
    assert answer.code == 2
    assert told in answer.out
    assert call("rows", job, KEY, "--json", "--home", home).json is None


@pytest.fixture(scope="module")
def diverting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a published partition of which ten rows were diverted."""
    home = tmp_path_factory.mktemp("diverting")
    lender.walk(cards.platform(home), "cards", KEY, cards.delivered(home))
    return home


def test_every_view_says_how_many_rows_were_diverted(diverting: Path) -> None:
    """Rows would be missing from what decisioning reads, and only who knows the file would notice."""
    assert f"diverted   1: cards@{KEY}#1 (10 rows)" in call("status", "--home", diverting).out
    assert call("status", "--home", diverting, "--json").json["diverted"] == {f"cards@{KEY}#1": 10}
    assert "10 rows diverted; 10 of 1,000 values of balance" in call("partitions", "--home", diverting).out
    assert call("published", "cards", KEY, "--home", diverting).out.rstrip().endswith("without 10 diverted rows")
    assert call("rows", "cards", KEY, "--home", diverting).out.startswith(f"cards@{KEY}#1  10 rows fail")


def test_a_dry_run_says_what_would_be_diverted(tmp_path: Path) -> None:
    """A vendor who checks a file before sending it would think that all of it will be read."""
    answer = call("check", cards.delivered(tmp_path), "--contract", cards.CONTRACT, "--partition", KEY)
    assert answer.code == 0
    assert "10 of 1,000 rows would be diverted with their reasons, the rest be published." in answer.out
    machine = call("check", cards.delivered(tmp_path), "--contract", cards.CONTRACT, "--partition", KEY, "--json").json
    assert (machine["diverted"]["rows"], machine["diverted"]["of"]) == (10, 1000)
    answer = call("check", cards.delivered(tmp_path, wrong="i < 60"), "--contract", cards.CONTRACT, "--partition", KEY, "--all")
    assert answer.code == 2
    assert "not diverted: 60 of 1,000 rows (6 %) would have to be diverted, promised: at most 2 %" in answer.out
