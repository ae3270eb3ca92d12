"""`feature-health check`: what it rules, how it exits, what its JSON holds, and that it only reads."""

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pytest

from feature_health.checks.examine import across_partitions
from feature_health.checks.load import FolderContracts
from feature_health.contracts.shared import PROJECT_CONTRACTS
from tests.cli.command import CONTRACT, KEY, call, check, start
from tests.cli.conftest import Write

DAY = "2026-03-04"
Candidates = Mapping[tuple[str, str], Path]


def test_a_good_file_may_be_published(write: Write) -> None:
    """A lender's script would stop a good delivery."""
    answer = check(write())
    assert answer.code == 0, answer.out
    assert (answer.json["ruling"], answer.json["findings"], answer.json["rows"]) == ("publish", [], 10)


def test_a_bad_file_would_be_held(write: Write) -> None:
    """A lender's script would go on with a bad delivery."""
    answer = check(write(sql="SELECT * REPLACE (9000 AS score) FROM good"))
    assert answer.code == 2
    assert answer.json["ruling"] == "quarantine"
    assert answer.reasons == "10 of 10 values of score are outside 300 to 850"


def test_a_contract_without_partitions_judges_a_file_for_what_it_holds(write: Write, tmp_path: Path) -> None:
    """Whoever has one file and a list of expectations would have to invent a partition, a key and a row count."""
    contract = tmp_path / "alone.yaml"
    contract.write_text(
        "job: alone\nabout: One file.\nowner: me\ntier: 1\n"
        "columns: {application_id: {type: string}, score: {type: integer, nulls: 0.2}}\non_change: {added: allow}\n"
        "expectations:\n  - expect_column_values_to_be_between: {column: score, min_value: 300, max_value: 850}\n"
    )
    answer = call("check", write(), "--contract", contract, "--json")
    assert (answer.code, answer.json["ruling"], answer.json["partition"]) == (0, "publish", None), answer.reasons
    assert [one["success"] for one in answer.json["expectations"]] == [True]
    refused = call("check", write(), "--contract", contract, "--partition", KEY)
    assert refused.code == 1
    assert "says nothing of partitions" in refused.err
    empty = call("check", write(sql="SELECT * FROM good WHERE false"), "--contract", contract, "--json")
    assert (empty.code, empty.json["findings"][0]["check"]) == (2, "rows.empty")


def test_json_tells_every_expectation(write: Write) -> None:
    """Whoever reads the JSON could not see which expectation was met, with what value."""
    expectations = check(write(sql="SELECT * REPLACE (9000 AS score) FROM good")).json["expectations"]
    assert [set(one) for one in expectations] == [{"type", "kwargs", "success", "observed", "severity", "engine"}] * 4
    score, income = expectations[0], expectations[1]
    assert score["type"] == "expect_column_values_to_be_between"
    assert score["kwargs"] == {"column": "score", "min_value": 300, "max_value": 850}
    assert (score["success"], income["success"]) == (False, True)
    assert expectations[2]["observed"] == pytest.approx(0.1)


def test_alone_names_what_it_left_out(write: Write) -> None:
    """An incomplete check would pass for a complete one."""
    answer = check(write()).json
    assert answer["incomplete"] is True
    assert answer["left_out"] == ["expect_overlap_with_previous_to_be_at_most:application_id"]


def test_without_a_home_checks_over_other_partitions_block(write: Write) -> None:
    """A delivery of yesterday's rows would pass where nobody can know them."""
    answer = call("check", write(), "--contract", CONTRACT, "--partition", KEY, "--json")
    assert answer.code == 2
    assert (answer.json["incomplete"], answer.json["left_out"]) == (False, [])
    assert [finding["kind"] for finding in answer.json["findings"]] == ["unable"]
    assert "no home was given (--home)" in answer.reasons


def test_the_home_is_read_and_nothing_in_it_changes(home: Path, candidates: Candidates, traces: Callable[[], object]) -> None:
    """A dry run would leave files, or a changed ledger, in production."""
    before = traces()
    answer = call("check", candidates["bureau_pull", DAY], "--job", "bureau_pull", "--home", home, "--json")
    assert answer.code == 0, answer.reasons
    assert (answer.json["incomplete"], answer.json["partition"]) == (False, DAY)
    across = {one["type"]: one for one in answer.json["expectations"]}
    assert across["expect_join_coverage_to_be_at_least"]["success"] is True
    assert across["expect_overlap_with_previous_to_be_at_most"]["success"] is True
    assert traces() == before


def test_yesterdays_file_again_is_held_by_what_the_home_knows(home: Path, candidates: Candidates) -> None:
    """The same answers delivered again look perfect by themselves."""
    stale = candidates["bureau_pull", "2026-03-03"]
    answer = call("check", stale, "--job", "bureau_pull", "--partition", DAY, "--home", home, "--json")
    assert answer.code == 2
    assert "business_date of " in answer.reasons
    assert "payload_sha256" in answer.reasons


def test_what_changed_since_the_homes_partition_is_told(home: Path, candidates: Candidates, tmp_path: Path) -> None:
    """A dry run would pass without a warning what the gate then publishes with one."""
    file = tmp_path / f"{DAY}.parquet"
    duckdb.sql(
        f"COPY (SELECT * REPLACE (score_value::SMALLINT AS score_value) FROM '{candidates['bureau_pull', DAY]}') TO '{file}'"
    )
    answer = call("check", file, "--job", "bureau_pull", "--home", home, "--json")
    assert answer.json["ruling"] == "publish_with_warnings"
    warned = [finding["because"] for finding in answer.json["findings"] if finding["severity"] != "note"]
    assert warned == ["score_value was INTEGER in 2026-03-03 (revision 1) and is SMALLINT now (narrowed)"]


def test_without_a_home_checks_that_look_back_block(write: Write, tmp_path: Path) -> None:
    """A history that nobody could read would pass for a job's first days, on which it is too early to judge."""
    overlap = "expect_overlap_with_previous_to_be_at_most: {column: application_id, max_value: 0.1, for: [B2]}"
    contract = tmp_path / "pulls.yaml"
    contract.write_text(Path(CONTRACT).read_text().replace(overlap, "expect_table_row_count_to_match_history: {}"))
    answer = call("check", write(), "--contract", contract, "--partition", KEY, "--json")
    assert answer.code == 2
    assert [finding["kind"] for finding in answer.json["findings"]] == ["unable"]
    assert "no home was given (--home)" in answer.reasons


def test_with_a_home_alone_still_leaves_out(home: Path, candidates: Candidates, traces: Callable[[], object]) -> None:
    """--alone would be ignored in silence."""
    before = traces()
    answer = call("check", candidates["bureau_pull", DAY], "--job", "bureau_pull", "--home", home, "--alone", "--json")
    assert answer.code == 0
    contract = FolderContracts(PROJECT_CONTRACTS).current("bureau_pull")
    assert set(answer.json["left_out"]) == across_partitions(contract) != set()
    assert traces() == before


def test_a_home_without_a_ledger_is_our_failure_and_gets_none(write: Write, tmp_path: Path) -> None:
    """A mistyped home would become an empty ledger, in which nothing ever repeats."""
    (empty := tmp_path / "empty").mkdir()
    answer = call("check", write(), "--contract", CONTRACT, "--partition", KEY, "--home", empty)
    assert answer.code == 1
    assert "there is none. Check the home" in answer.err
    assert list(empty.iterdir()) == []


def test_age_is_judged_at_the_partitions_own_deadline(write: Write) -> None:
    """The same file would pass today and be held next week."""
    assert check(write()).json["as_of"] == "2026-06-03T05:00:00-04:00"


@pytest.mark.parametrize(
    ("as_of", "code", "told"),
    [
        ("2026-06-04T03:00:00-04:00", 2, "promised at most 30 h"),
        ("2026-06-02T20:00:00-04:00", 2, "it lies in the future"),
        ("2026-06-03T06:00:00+00:00", 0, ""),
    ],
)
def test_another_time_can_be_named(write: Write, as_of: str, code: int, told: str) -> None:
    """Nobody could ask what the gate would have said at another hour."""
    answer = check(write(), "--as-of", as_of)
    assert answer.code == code
    assert told in answer.reasons
    assert answer.json["as_of"] == as_of


def test_a_file_named_after_its_key_needs_no_partition(write: Write) -> None:
    """Checking the candidates that the gate saw would need their keys typed again."""
    answer = call("check", write(f"{KEY}.parquet"), "--contract", CONTRACT, "--alone", "--json")
    assert (answer.code, answer.json["partition"]) == (0, KEY)


def test_without_a_key_nothing_is_fit_to_be_published(write: Write) -> None:
    """Another day's file would pass where nobody said which day is meant."""
    answer = call("check", write(), "--contract", CONTRACT, "--alone", "--json")
    assert answer.code == 2
    assert "nobody said which partition this file is" in answer.reasons


def test_people_read_the_ruling_first_and_what_to_do_last(write: Write, tmp_path: Path) -> None:
    """A person would have to search for what to do."""
    held = call("check", write(sql="SELECT * EXCLUDE (score) FROM good"), "--contract", CONTRACT, "--partition", KEY, "--alone")
    lines = held.out.splitlines()
    assert lines[0] == f"pulls {KEY}  10 rows  WOULD BE HELD"
    told = "breaking schema change: score (integer) is promised but not in the delivery (so 2 checks could not run)"
    assert lines[1] == f"  block violation  {told}"
    assert lines[-2] == "  Next: have it corrected and delivered again."
    assert lines[-1].endswith(f'feature-health release request pulls {KEY} --reason "…"')
    gone = call("check", tmp_path / "gone.csv", "--contract", CONTRACT, "--partition", KEY, "--alone")
    assert "ask for the delivery again" in gone.out.splitlines()[-1]
    good = call("check", write(), "--contract", CONTRACT, "--partition", KEY, "--alone")
    assert good.out.splitlines()[0] == f"pulls {KEY}  10 rows  MAY BE PUBLISHED"
    assert good.out.splitlines()[-1] == "  Next: judge the rest too, with --home."


def test_a_warning_may_be_published(write: Write) -> None:
    """A column more than promised would stop the lender."""
    answer = check(write(sql="SELECT *, 1 AS shoe_size FROM good"))
    assert (answer.code, answer.json["ruling"]) == (0, "publish_with_warnings")
    assert answer.reasons == "shoe_size (integer) is in the delivery but not in the contract"


def test_the_installed_command_exits_with_the_ruling(write: Write, outside_environment: dict[str, str], tmp_path: Path) -> None:
    """A script reads the exit code of the process, not of a function; contracts are found from any folder."""
    good = start("check", write(), "--contract", CONTRACT, "--partition", KEY, "--alone", environment=outside_environment)
    assert (good.code, good.err) == (0, ""), good
    assert "\x1b" not in good.out
    held = start("check", "gone", "--job", "bureau_pull", "--partition", KEY, environment=outside_environment, cwd=tmp_path)
    assert (held.code, held.err) == (2, ""), held


def test_a_copy_of_a_home_whose_writer_died_is_read_whole(home: Path, candidates: Candidates, tmp_path: Path) -> None:
    """A ledger whose newest commits still lie in its WAL would be read without them, or changed by reading."""
    copy = tmp_path / "home"
    shutil.copytree(home, copy)
    dead = sqlite3.connect(copy / "ledger.db", isolation_level=None)
    dead.execute("PRAGMA wal_autocheckpoint=0")
    dead.execute("CREATE TABLE left_in_wal (a)")
    crashed = tmp_path / "crashed"
    shutil.copytree(copy, crashed, ignore=shutil.ignore_patterns("*-shm"))
    dead.close()
    before = {path: path.read_bytes() for path in crashed.rglob("*") if path.is_file()}
    assert any(path.name == "ledger.db-wal" for path in before)
    answer = call("check", candidates["bureau_pull", DAY], "--job", "bureau_pull", "--home", crashed)
    assert answer.code == 0, answer.out
    assert {path: path.read_bytes() for path in crashed.rglob("*") if path.is_file()} == before
