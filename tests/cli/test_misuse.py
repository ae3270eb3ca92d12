"""Called wrongly: exit 1, a sentence that helps on standard error, JSON for whoever asked for JSON, and never a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from feature_health.cli import check as check_command
from tests.cli.command import CONTRACT, KEY, call, check, start
from tests.cli.conftest import Write


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("../../etc", "'../../etc' is not of the form YYYY-MM-DD, such as 2026-06-02"),
        ("2026-6-2", "'2026-6-2' is not of the form"),
        ("", "(none) is not of the form"),
        ("x" * 10_000, "… (10,000 characters) is not of the form"),
        ("2026-02-30", "names no day of the calendar"),
        ("2026-06", "is not of the form YYYY-MM-DD"),
        ("2026-06-02\n", "is not of the form"),
        ("\N{FULLWIDTH DIGIT TWO}026-06-02", "is not of the form"),
        ("9999-12-31", "lies outside the years 1900 to 2999"),
        ("0001-01-01", "lies outside the years 1900 to 2999"),
    ],
)
def test_a_key_that_is_not_canonical_is_refused(write: Write, key: str, told: str) -> None:
    """A key becomes a path and a name in the ledger: two spellings of one day would be two partitions."""
    answer = check(write(), key=key)
    assert answer.code == 1
    assert told in answer.err
    assert len(answer.err) < 300
    assert answer.json == {"error": answer.err.rstrip("\n")}


def test_an_unknown_job_is_told_with_the_nearest(write: Write) -> None:
    """A slip of the finger would send people to look through the folder."""
    answer = call("check", write(), "--job", "bureu_pull", "--partition", KEY)
    assert (answer.code, answer.out) == (1, "")
    assert "Did you mean 'bureau_pull'?" in answer.err


@pytest.mark.parametrize("arguments", [(), ("--job", "bureau_pull", "--contract", CONTRACT)])
def test_one_contract_must_be_named_and_not_two(write: Write, arguments: tuple[object, ...]) -> None:
    """One of two contracts would be ignored in silence."""
    answer = call("check", write(), *arguments)
    assert answer.code == 1
    assert answer.err == "Say by which contract to judge: either --job JOB or --contract PATH.\n"


def test_every_fault_of_a_contract_is_told_with_its_line(write: Write, tmp_path: Path) -> None:
    """Great Expectations drops an unknown type in silence: a check that nobody runs would vouch for the data."""
    contract = tmp_path / "faulty.yaml"
    text = CONTRACT.read_text().replace("about: A small", "abuot: A small").replace("type: integer", "type: intger")
    text = text.replace("expect_share_to_be_between", "expect_share_to_be_betwen").replace("max_value: 850", "max_valeu: 850")
    contract.write_text(text)
    answer = call("check", write(), "--contract", contract, "--partition", KEY)
    assert answer.code == 1
    for line, told in (
        (2, "did you mean 'about'?"),
        (11, "did you mean 'integer'?"),
        (18, "did you mean 'max_value'?"),
        (20, "did you mean 'expect_share_to_be_between'?"),
    ):
        assert any(f"faulty.yaml:{line}: " in fault and told in fault for fault in answer.err.splitlines()), (told, answer.err)


@pytest.mark.parametrize(
    "content", [None, b"", b"\xff\xfe\x00", b"- a\n- list\n", b"job: [", b"&a [*a]", b"!!python/object:os.system {}"]
)
def test_what_is_no_contract_is_told_so(write: Write, tmp_path: Path, content: bytes | None) -> None:
    """A damaged contract would end in a traceback, or promise nothing."""
    contract = tmp_path / "contract.yaml"
    if content is not None:
        contract.write_bytes(content)
    answer = call("check", write(), "--contract", contract, "--partition", KEY, "--json")
    assert answer.code == 1
    assert "contract.yaml" in answer.json["error"]


@pytest.mark.parametrize("as_of", ["yesterday", "2026-13-01", "0001-01-01", "", "x" * 10_000])
def test_a_time_that_is_none_is_refused(write: Write, as_of: str) -> None:
    """A mistyped time would judge age by today."""
    answer = check(write(), "--as-of", as_of)
    assert answer.code == 1
    assert "is no ISO time; write it like 2026-06-03T01:30:00-04:00" in answer.err
    assert len(answer.err) < 200


def test_a_home_that_is_not_there_is_told(write: Write) -> None:
    """A mistyped home would be made."""
    answer = call("check", write(), "--contract", CONTRACT, "--partition", KEY, "--home", "/no/such/home")
    assert answer.code == 1
    assert "there is no such folder. Make one with `feature-health up`" in answer.err


@pytest.mark.parametrize(
    "arguments", [("check",), ("check", "x", "--frobnicate"), ("frobnicate",), ("partitions", "--limit", "0"), ()]
)
def test_misuse_exits_with_one(arguments: tuple[str, ...]) -> None:
    """Typer's own 2 would say that a partition was held."""
    answer = call(*arguments)
    assert answer.code == 1
    assert "Usage: feature-health" in answer.err + answer.out


def test_misuse_of_the_installed_command_is_told_in_json_too(outside_environment: dict[str, str]) -> None:
    """A script that reads JSON would fail on nothing, far from the reason."""
    answer = start("check", "--json", environment=outside_environment)
    assert answer.code == 1
    assert json.loads(answer.out) == {"error": "Missing argument 'file'."}
    assert "Missing argument" in answer.err


def test_a_fault_of_ours_is_a_sentence_and_exit_one(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person would get a traceback, and a script an exit code that it takes for a ruling."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(check_command, "_check", broken)
    answer = check(write())
    assert answer.code == 1
    assert answer.json["error"].startswith("We failed: ZeroDivisionError: division by zero. Set FEATURE_HEALTH_TRACEBACK=1")


@pytest.mark.parametrize(
    "command",
    [
        "", "check", "status", "partitions", "incidents", "published", "release", "release request", "release list",
        "contract", "contract lint", "contract schema", "ledger", "ledger migrate", "ledger verify", "up", "down", "demo",
    ],
)  # fmt: skip
def test_every_command_explains_itself(command: str) -> None:
    """Nobody could find out how to call it."""
    answer = call(*command.split(), "--help")
    assert answer.code == 0
    if command not in {"", "release", "contract", "ledger"}:
        assert "Example" in answer.out
        assert f"feature-health {command}" in answer.out.replace("\n", " ")


def test_ctrl_c_in_a_query_ends_as_ctrl_c_does() -> None:
    """Whoever stops a long measurement would be asked to report it, and a script would take it for broken."""
    program = """
import os, signal, sys, threading
import duckdb
from feature_health.cli import check, main

def endless(*_):
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    duckdb.connect().execute("SELECT max(a.range * b.range % 7) FROM range(10000000) a, range(10000000) b").fetchall()

check._check = endless
sys.argv = ["feature-health", "check", "a.csv", "--job", "bureau_pull", "--partition", "2026-06-02"]
main.main()
"""
    ended = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert "We failed" not in ended.stderr
    assert "Traceback" not in ended.stderr
