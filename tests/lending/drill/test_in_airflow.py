"""The drill through the real DAGs: an Airflow of its own holds the fault, is repaired, and is gone afterwards."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from feature_health.cli import processes
from feature_health.drills.shadow import WORKSPACE
from lending.drill.in_airflow import OWNER, stop_orphans
from tests.cli.command import COMMAND
from tests.lending.drill.conftest import APPLICATIONS, DAY


@pytest.mark.journey
@pytest.mark.timeout(900)
def test_a_bug_is_held_by_the_real_dags_and_repaired(
    small_contracts: Path, tmp_path: Path, outside_environment: dict[str, str]
) -> None:
    """What a drill in one process shows would not be what Airflow does; or Airflows would be left running."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    small = ("--contracts", small_contracts, "--applications", APPLICATIONS, "--warm-up", 1, "--day", DAY, "--home", tmp_path)
    command = [str(COMMAND), "drill", "run", "I2", "--airflow", "--json", *map(str, small)]
    # A ledger that must not be touched: the drill must not take it from the environment.
    live = f"sqlite:///{tmp_path}/live.db"
    environment = {**outside_environment, "AIRFLOW__FEATURE_HEALTH__DB_URL": live, "TMPDIR": str(temporary)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=850, check=False)
    assert done.returncode == 0, done.stderr
    drilled = json.loads(done.stdout)
    assert drilled["caught"] is True
    assert drilled["detection"]["job"] == "income_verification"
    assert drilled["corrupted_rows_published"] == 0
    assert drilled["repaired"] is drilled["resolved"] is True
    assert 0 < drilled["timings"]["detect"] <= drilled["timings"]["message"]
    assert {one["what"] for one in drilled["moments"]} >= {"arrived", "held", "told", "waits", "repaired", "resolved"}
    assert drilled["messages"]
    assert not (tmp_path / "live.db").exists()
    assert not list(temporary.glob(f"{WORKSPACE}*"))


def test_an_airflow_whose_drill_was_killed_is_stopped_by_the_next(tmp_path: Path) -> None:
    """A kill -9 would leave four processes running for ever; or a drill would stop another that is under way."""
    killed, under_way = tmp_path / f"{WORKSPACE}a" / "home", tmp_path / f"{WORKSPACE}b" / "home"
    for home, pid, born in ((killed, 999_999_999, "1"), (under_way, os.getpid(), processes.born(os.getpid()))):
        (home / "airflow").mkdir(parents=True)
        (home / OWNER).write_text(f"{pid} {born}\n")
    component = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    (killed / "airflow" / "scheduler.pid").write_text(f"{component.pid} {processes.born(component.pid)}\n")
    stop_orphans(tmp_path)
    assert component.poll() is not None
    assert [path.name for path in tmp_path.iterdir()] == [f"{WORKSPACE}b"]
