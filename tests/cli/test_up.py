"""What `feature-health up` makes of a home, and how it says that it cannot start."""

import json
import socket
import stat
from pathlib import Path

import pytest

from feature_health.cli import down, up, up_home
from feature_health.cli.processes import Component, born
from feature_health.cli.up import AlreadyRunning, PortTaken, StartFailed
from feature_health.errors import PlatformError
from feature_health.settings import Settings


@pytest.fixture
def no_databases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting without making databases first."""
    monkeypatch.setattr(up_home, "migrate_airflow", lambda _: None)
    monkeypatch.setattr(up_home, "migrate_ledger", lambda *_: None)


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    """A second start would lock everybody out, or anybody on the machine could act as the platform."""
    first = up_home.prepare(tmp_path, 8081, {}, {})
    again = up_home.prepare(tmp_path, 8082, {}, {})
    secret = {name for name in first if name.startswith("AIRFLOW__API") or name.endswith("KEY")}
    assert len(secret) == 3
    assert {name: first[name] for name in secret} == {name: again[name] for name in secret}
    for file in (tmp_path / "secrets.env", tmp_path / "airflow" / "passwords.json"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_steps_and_command_line_find_this_airflow(tmp_path: Path) -> None:
    """A release would be asked of an Airflow on another port."""
    up_home.prepare(tmp_path, 8081, {}, {})
    up_home.prepare(tmp_path, 8082, {}, {})
    settings = Settings.of_home(tmp_path, {})
    passwords = json.loads((tmp_path / "airflow" / "passwords.json").read_text())
    assert (settings.airflow_url, settings.airflow_user) == ("http://localhost:8082", "feature_health")
    assert settings.airflow_password == passwords["feature_health"]
    assert settings.home == tmp_path


def test_children_compile_and_stay_on_this_machine(tmp_path: Path) -> None:
    """Every process would compile Great Expectations anew, or ask a proxy for its own address."""
    outside = {"PYTHONDONTWRITEBYTECODE": "1", "NO_PROXY": "example.com", "AIRFLOW_HOME": "/elsewhere", "PATH": "/bin"}
    environment = up_home.prepare(tmp_path, 8081, {"LENDING__SOURCE": "lendingclub"}, outside)
    assert "PYTHONDONTWRITEBYTECODE" not in environment
    assert environment["NO_PROXY"] == "example.com,localhost,127.0.0.1"
    assert environment["AIRFLOW_HOME"] == str(tmp_path / "airflow")
    assert (environment["PATH"], environment["LENDING__SOURCE"]) == ("/bin", "lendingclub")


def test_a_taken_port_is_said_before_anything_is_made(tmp_path: Path) -> None:
    """A user would wait for three minutes, and then read four logs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port}: process .* listens there.*--port"):
            up.start(tmp_path / "home", port, {})
    assert not (tmp_path / "home").exists()


def test_a_second_start_says_what_runs(tmp_path: Path) -> None:
    """Two schedulers would work on one database."""
    (tmp_path / "airflow").mkdir()
    (tmp_path / "airflow" / "scheduler.pid").write_text(f"1 {born(1)}\n")
    with pytest.raises(AlreadyRunning, match=r"scheduler \(process 1\).*feature-health down"):
        up.start(tmp_path, 0, {})


@pytest.mark.usefixtures("no_databases")
def test_a_component_that_ends_shows_its_last_lines(tmp_path: Path) -> None:
    """A user would see a bar that never fills, and components would be left running."""
    (tmp_path / "airflow.py").write_text(
        "import sys, time\nprint('config is broken')\nsys.argv[1] == 'triggerer' or time.sleep(600)\n"
    )
    with pytest.raises(StartFailed, match=r"triggerer ended by itself(.|\n)*config is broken"):
        up.start(tmp_path / "home", 0, {"PYTHONPATH": str(tmp_path)})
    assert down.stop(tmp_path / "home") is None


def test_a_failed_migration_says_what_airflow_said(tmp_path: Path) -> None:
    """A user would read that a database is missing, instead of why it could not be made."""
    (tmp_path / "airflow.py").write_text("raise SystemExit('unable to open database file')\n")
    with pytest.raises(PlatformError, match="unable to open database file"):
        up_home.migrate_airflow({"PYTHONPATH": str(tmp_path)})


def test_stopping_what_never_ran_is_no_failure(tmp_path: Path) -> None:
    """`make down` would fail on a fresh machine."""
    assert down.stop(tmp_path) is None
    assert Component(name="scheduler", pid=1, born="").runs is False
