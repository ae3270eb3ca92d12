"""The commands that show what is so now: each as a table for people and as JSON for machines, and none of them writes."""

import json
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feature_health import wiring
from feature_health.settings import Settings
from feature_health.steps import check, judge, profile, quarantine, stage
from feature_health.steps.watch import HEARTBEAT
from tests.cli.command import call

DAY, NEXT = "2026-03-03", "2026-03-04"


@pytest.fixture(scope="session")
def troubled(home: Path, candidates: Mapping[tuple[str, str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home after one more delivery: yesterday's bureau answers as those of the next day, held."""
    copy = tmp_path_factory.mktemp("troubled") / "home"
    shutil.copytree(home, copy)
    platform = wiring.platform(Settings.of({"home": str(copy)}))
    stale = str(candidates["bureau_pull", DAY])
    id = stage.stage(platform, job="bureau_pull", key=NEXT, candidate=stale, as_of=None, run="test").id
    profile.profile(platform, id)
    check.schema_diff(platform, id)
    check.expectations(platform, id)
    judge.judge(platform, id)
    quarantine.quarantine(platform, id)
    return copy


def beaten(home: Path, to: Path, ago: timedelta) -> Path:
    """A copy of the home in which the watcher was last alive that long ago."""
    shutil.copytree(home, to)
    with wiring.ledger(Settings.of({"home": str(to)})).transaction() as ledger:
        ledger.beat(HEARTBEAT, datetime.now(UTC) - ago)
    return to


def test_status_of_a_healthy_home_says_what_is_missing(home: Path) -> None:
    """Nobody would see that nothing watches for partitions that never come."""
    answer = call("status", "--home", home)
    assert answer.code == 0
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in answer.out.splitlines()[1:]}
    assert lines == {
        "held": "no partition",
        "incidents": "none open",
        "readable": "5 partitions",
        "news": "all told",
        "watcher": "NEVER seen: nobody notices partitions that never come",
        "self-test": "NEVER seen: nobody knows whether the gate holds",
        "next": "unpause the DAG watch_arrivals in Airflow; unpause the DAG gate_self_test in Airflow",
    }


def test_status_of_a_troubled_home_says_what_to_do(troubled: Path) -> None:
    """A held partition would wait until somebody misses it."""
    answer = call("status", "--home", troubled)
    assert f"held       1: bureau_pull@{NEXT}#1" in answer.out
    assert "incidents  1: 1 (S1, bureau_pull: " in answer.out
    assert "news       1 not told yet" in answer.out
    assert "next       feature-health incidents, and their runbooks; feature-health release list; unpause" in answer.out
    machine = call("status", "--home", troubled, "--json").json
    assert machine == {
        "held": [f"bureau_pull@{NEXT}#1"],
        "open_incidents": [1],
        "readable_partitions": 5,
        "diverted": {},
        "undelivered": 1,
        "watch_arrivals": None,
        "watch_arrivals_missing": True,
        "gate_self_test": None,
        "gate_self_test_missing": True,
    }


@pytest.mark.parametrize(
    ("ago", "told", "missing"),
    [
        (timedelta(minutes=3), "watcher    last seen 3 min ago (", False),
        (timedelta(hours=5), "watcher    MISSING, last seen 5 h ago (", True),
        (timedelta(days=9), "watcher    MISSING, last seen 9 days ago (", True),
    ],
)
def test_status_knows_whether_the_watcher_lives(home: Path, tmp_path: Path, ago: timedelta, told: str, missing: bool) -> None:
    """A watcher that stopped would be taken for a day without late partitions."""
    watched = beaten(home, tmp_path / "home", ago)
    assert told in call("status", "--home", watched).out
    assert call("status", "--home", watched, "--json").json["watch_arrivals_missing"] is missing


def test_partitions_show_ruling_and_what_is_readable(troubled: Path) -> None:
    """Nobody could see from the command line what decisioning reads."""
    rows = call("partitions", "--home", troubled, "--job", "bureau_pull", "--json").json
    assert [(row["partition"]["key"], row["ruling"], row["held"], row["readable_revision"]) for row in rows] == [
        (NEXT, "quarantine", True, None),
        (DAY, "publish", False, 1),
    ]
    shown = call("partitions", "--home", troubled, "--job", "bureau_pull").out
    cells = [line.split()[:5] for line in shown.splitlines() if line.split()[:1] == ["bureau_pull"]]
    assert cells == [["bureau_pull", NEXT, "1", "held", "-"], ["bureau_pull", DAY, "1", "publish", "1"]]
    assert "none yet" in call("partitions", "--home", troubled, "--job", "nobody").out


@pytest.mark.parametrize("columns", ["100", "160"])
def test_names_and_numbers_are_never_cut(troubled: Path, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """A job's name that ends in dots cannot be copied into the next command."""
    monkeypatch.setenv("COLUMNS", columns)
    partitions, incidents = (call(command, "--home", troubled).out for command in ("partitions", "incidents"))
    for job in ("application_intake", "bureau_pull", "income_verification", "dti_join"):
        assert f" {job} " in partitions
    assert f" bureau_pull {NEXT} held" in incidents
    assert max(map(len, (partitions + incidents).splitlines())) <= int(columns)


def test_incidents_name_their_members(troubled: Path) -> None:
    """Nobody could see which partitions an incident is about."""
    assert "none yet" not in call("incidents", "--home", troubled).out
    (incident,) = call("incidents", "--home", troubled, "--json").json
    assert (incident["level"], incident["state"]) == ("S1", "open")
    assert {(member["job"], member["key"], member["role"]) for member in incident["members"]} >= {("bureau_pull", NEXT, "held")}


def test_published_says_what_decisioning_reads_and_read(troubled: Path) -> None:
    """An auditor could not ask what was readable at the time of a decision."""
    now = call("published", "bureau_pull", DAY, "--home", troubled)
    assert now.code == 0
    assert now.out.startswith(f"bureau_pull@{DAY}#1  bureau_pull/{DAY}/")
    assert call("published", "bureau_pull", DAY, "--home", troubled, "--json").json["rows"] > 3000
    before = call("published", "bureau_pull", DAY, "--at", "2020-01-01T00:00:00+00:00", "--home", troubled)
    assert (before.code, before.out) == (2, f"Nothing of bureau_pull {DAY} is readable at 2020-01-01T00:00:00+00:00.\n")
    held = call("published", "bureau_pull", NEXT, "--home", troubled, "--json")
    assert (held.code, held.json) == (2, None)
    assert call("published", "bureau_pull", DAY, "--at", "then", "--home", troubled).code == 1


def test_release_lists_what_is_held(troubled: Path, home: Path) -> None:
    """Nobody could see what waits for a decision."""
    assert f"bureau_pull@{NEXT}#1  held since " in call("release", "list", "--home", troubled).out
    assert call("release", "list", "--home", troubled, "--json").json == [{"revision": f"bureau_pull@{NEXT}#1", "requests": []}]
    assert call("release", "list", "--home", home).out == "Nothing waits in quarantine.\n"


def test_a_release_that_cannot_be_asked_is_refused_in_words(home: Path, tmp_path: Path) -> None:
    """Asking for a published partition would leave a request that nobody can grant."""
    copy = Path(shutil.copytree(home, tmp_path / "home"))
    answer = call("release", "request", "bureau_pull", DAY, "--reason", "It is right as it is", "--home", copy)
    assert answer.code == 1
    assert "bureau_pull" in answer.err


def test_a_release_that_airflow_cannot_hear_stays_in_the_ledger(troubled: Path, tmp_path: Path) -> None:
    """A person would ask twice, or think that they never asked."""
    copy = Path(shutil.copytree(troubled, tmp_path / "home"))
    answer = call("release", "request", "bureau_pull", NEXT, "--reason", "The bureau confirmed these answers", "--home", copy)
    assert answer.code == 1
    assert "Request 1 is in the ledger, but the run in which a person decides could not be started" in answer.err
    (held,) = call("release", "list", "--home", copy, "--json").json
    assert [(asked["id"], asked["state"]) for asked in held["requests"]] == [(1, "asked")]


def test_contracts_are_linted(tmp_path: Path) -> None:
    """A contract with faults would be found out by the night's run."""
    clean = call("contract", "lint")
    assert clean.code == 0, clean.out
    assert clean.out.endswith(" 0 faults.\n")
    (faulty := tmp_path / "faulty.yaml").write_text("job: faulty\nabuot: x\n")
    answer = call("contract", "lint", faulty)
    assert answer.code == 2
    assert "faulty.yaml:2: abuot: found 'abuot'; did you mean 'about'?" in answer.out
    assert {"file", "line", "where"} <= set(call("contract", "lint", faulty, "--json").json[0])
    assert call("contract", "schema").json["$schema"]


def test_the_ledger_is_verified(troubled: Path) -> None:
    """A changed past would be believed."""
    answer = call("ledger", "verify", "--home", troubled)
    assert (answer.code, answer.out) == (0, "Every entry is as it was written.\n")


@pytest.mark.parametrize(
    "arguments",
    [("status",), ("partitions",), ("incidents",), ("published", "bureau_pull", DAY), ("release", "list"), ("ledger", "verify")],
)
def test_looking_changes_nothing(home: Path, traces: Callable[[], object], arguments: tuple[str, ...]) -> None:
    """A command that only shows would write in production."""
    before = traces()
    assert call(*arguments, "--home", home).code == 0
    assert traces() == before


@pytest.mark.parametrize("arguments", [("status",), ("partitions", "--json"), ("ledger", "verify"), ("release", "list")])
def test_a_home_that_is_none_is_told(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """A mistyped home would look like a home where all is well."""
    for home, told in ((tmp_path / "gone", "there is no such folder"), (tmp_path, "there is none. Check the home")):
        answer = call(*arguments, "--home", home)
        assert answer.code == 1
        assert told in answer.err
        assert "--json" not in arguments or "error" in json.loads(answer.out)
    assert list(tmp_path.iterdir()) == []
