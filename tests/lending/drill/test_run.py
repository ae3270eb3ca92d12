"""`feature-health drill run` and `drill matrix` over a small lender: caught, let through, told, and without a trace."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from feature_health.drills.shadow import WORKSPACE
from feature_health.ledger.migrate import migrate
from tests.cli.command import COMMAND, Answer, call, start
from tests.cli.test_weight import HEAVY, loaded
from tests.lending.drill.conftest import APPLICATIONS, DAY


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of temporary files of the test's own: others may drill on this machine too."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A live home with an empty ledger."""
    home = tmp_path_factory.mktemp("live")
    migrate(f"sqlite:///{home}/ledger.db")
    (home / "store").mkdir()
    return home


def traces(home: Path) -> Mapping[str, tuple[int, bytes]]:
    """Everything in the home but its drills' reports: when it was changed, and its bytes."""
    files = [path for path in home.rglob("*") if path.is_file() and "drills" not in path.relative_to(home).parts]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def workspaces() -> set[str]:
    """What drills have in the folder of temporary files."""
    return {path.name for path in Path(tempfile.gettempdir()).glob(f"{WORKSPACE}*")}


def run(home: Path, contracts: Path, *arguments: object) -> Answer:
    """`drill run` of the small lender with one night of history."""
    small = ("--contracts", contracts, "--applications", APPLICATIONS, "--warm-up", 1, "--day", DAY)
    return call("drill", "run", *arguments, *small, "--home", home)


def test_a_fault_is_stopped_told_and_nothing_live_is_touched(home: Path, small_contracts: Path) -> None:
    """A vendor's fault would reach decisioning, nobody would be told what came of it, or the live ledger would be touched."""
    before = traces(home)
    answer = run(home, small_contracts, "B1")
    assert answer.code == 0, answer.err + answer.out
    folder = home / "drills" / f"B1-2-{DAY}"
    for told in (
        f"B1  A bureau does not answer  strength 2, from {DAY} on",
        "Rows unlike the clean twin's: bureau_pull ",
        f"Caught: bureau_pull {DAY} was held on the same day",
        "no corrupted row, nothing without a verdict",
        "Timeline",
        f"Report: {folder}/drill.md",
    ):
        assert told in answer.out
    assert {path.name for path in folder.iterdir()} == {"drill.md", "drill.json", "timeline.svg"}
    drilled = json.loads((folder / "drill.json").read_text())
    assert (drilled["detection"]["job"], drilled["detection"]["partition"]) == ("bureau_pull", 1)
    assert drilled["truth"]["flipped"] > 0
    assert drilled["corrupted_rows_published"] == 0
    assert drilled["repaired"] is drilled["resolved"] is True
    assert traces(home) == before
    assert not workspaces()


def test_a_bug_is_stopped_a_decoy_passes_and_all_of_it_is_kept(home: Path, small_contracts: Path) -> None:
    """Our own bugs would get through, good data would be held, or nobody could see what each check is worth."""
    before = traces(home)
    small = ("--contracts", small_contracts, "--applications", APPLICATIONS, "--warm-up", 1, "--processes", 1)
    answer = call("drill", "matrix", "--faults", "D2,decoy_row_order,d2", "--strengths", 3, *small, "--home", home)
    assert "recall of S1" in answer.out
    kept = json.loads((home / "drills" / "matrix.json").read_text())
    # Of so few rows a clean partition may be held by limits that were made for five thousand.
    assert answer.code == (2 if kept["summary"]["false_quarantines"] else 0), answer.err + answer.out
    bug, decoy = kept["cells"]
    assert (bug["fault"], bug["strength"], bug["caught"], bug["caught_job"]) == ("D2", 3, True, "dti_join")
    assert (decoy["fault"], decoy["partitions"], decoy["error"]) == ("decoy_row_order", None, None)
    assert (kept["summary"]["recall_s1"], kept["summary"]["n_s1"]) == (1.0, 1)
    assert kept["summary"]["n_clean"] > 0
    assert kept["split"]["name"] == "writing"
    assert traces(home) == before
    assert call("checks", "--home", home).code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run", "B77"), "There is no fault B77; did you mean B7?"),
        (("run", "B1+B1"), "combine two different faults, such as B1+I2"),
        (("run", "B1", "--scope", "bureau=XYZ"), "B1 cannot be confined so:\n  - bureau=XYZ: there is no bureau XYZ\n"),
        (("run", "B1", "--scope", "EXP"), "--scope 'EXP' is no NAME=VALUE; write it like --scope bureau=EXP."),
        (("run", "B1", "--day", "2031-01-01"), "There is no drill on 2031-01-01: the lender's days are 2025-01-01 to 2027-12-31"),
        (("run", "B1", "--day", "2025-01-05"), "Name a day from 2025-01-17 to 2027-12-31."),
        (("run", "B1", "--day", "yesterday"), "--day 'yesterday' is no day; write it like 2026-04-15."),
        (("run", "B1", "--airflow", "--day", "2031-01-01"), "There is no drill on 2031-01-01"),
        (("run", "B1", "--contracts", "/no/such"), "there is no such folder"),
        (("matrix", "--faults", "B1,B77"), "There is no fault B77; did you mean B7?"),
        (("matrix", "--strengths", "1,4"), "--strengths '1,4': a fault has the strengths 1, 2 and 3"),
        (("matrix", "--strengths", ","), "--strengths ',': a fault has the strengths 1, 2 and 3"),
    ],
)
def test_misuse_is_told_at_once_with_what_there_is(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    """Somebody would wait minutes for a traceback."""
    answer = call("drill", *arguments, "--home", tmp_path / "absent", "--json")
    assert answer.code == 1
    assert told in answer.err
    assert answer.json == {"error": answer.err.rstrip("\n")}
    assert not (tmp_path / "absent").exists()


@pytest.mark.parametrize("arguments", [("run", "B1"), ("matrix", "--faults", "B1", "--processes", "1")])
def test_ctrl_c_leaves_nothing(
    home: Path, small_contracts: Path, outside_environment: dict[str, str], arguments: tuple[str, ...]
) -> None:
    """A drill that somebody had enough of would fill the disk, or leave half of itself in the live home."""
    before = traces(home)
    small = ("--contracts", small_contracts, "--applications", APPLICATIONS, "--home", home)
    command = [str(COMMAND), "drill", *arguments, *map(str, small)]
    environment = {**outside_environment, "TMPDIR": tempfile.gettempdir()}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    end = time.monotonic() + 60
    while not workspaces() and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(1.0)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told  # as of any program that Ctrl-C ended
    assert "Traceback" not in told
    assert not workspaces()
    assert traces(home) == before


def test_every_command_explains_itself(outside_environment: dict[str, str]) -> None:
    """Nobody could find out how to call it, or that it exists."""
    assert " drill " in start("--help", environment=outside_environment).out
    for command in ("list", "run", "matrix", "plant"):
        answer = call("drill", command, "--help")
        assert answer.code == 0
        assert f"feature-health drill {command}" in answer.out.replace("\n", " ")


@pytest.mark.parametrize("command", ["list", "run", "matrix", "plant"])
def test_help_loads_no_engine(command: str, outside_environment: dict[str, str]) -> None:
    """Reading how to call a drill would take seconds."""
    assert not loaded("drill", command, "--help", environment=outside_environment) & (HEAVY | {"sqlalchemy", "duckdb"})
