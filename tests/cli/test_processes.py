"""Starting and stopping processes: nothing is left behind, nobody else's process is touched."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from feature_health.cli import processes
from feature_health.cli.processes import Component

# A component that forks a worker, ignores being asked to end if it is told so, and may die before its worker.
FAKE = """
import os, signal, sys, time
manner = os.environ.get("MANNER", "")
if os.fork() == 0:
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)
if manner == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if manner == "dies":
    sys.exit(3)
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose components are the script above instead of Airflow; whatever they leave is killed."""
    (tmp_path / "airflow.py").write_text(FAKE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    yield tmp_path
    processes.stop(processes.remembered(tmp_path), tmp_path, 0.1)


def started(folder: Path, name: str = "scheduler", manner: str = "") -> Component:
    """A component that has forked its worker."""
    component = processes.spawn(name, folder, os.environ | {"MANNER": manner})
    end = time.monotonic() + 10
    while len(processes._members([component])) < (1 if manner == "dies" else 2) or (manner == "dies" and component.runs):
        assert time.monotonic() < end, (folder / "logs" / f"{name}.log").read_text()
        time.sleep(0.02)
    return component


@pytest.mark.parametrize("manner", ["", "stubborn", "dies"])
def test_stopping_leaves_no_process_of_the_session(folder: Path, manner: str) -> None:
    """A worker whose scheduler is gone would keep the port and the database, and go on with its task."""
    component = started(folder, manner=manner)
    killed = processes.stop(processes.remembered(folder), folder, 0.3)
    assert not processes._members([component])
    assert killed >= 1
    assert not processes.remembered(folder)


def test_a_reused_number_is_not_taken_for_our_process(folder: Path) -> None:
    """After a reboot `down` would kill whatever has the number of our old process."""
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        (folder / "scheduler.pid").write_text(f"{stranger.pid} 1\n")
        (remembered,) = processes.remembered(folder)
        assert not remembered.runs
        processes.stop([remembered], folder, 0.1)
        assert stranger.poll() is None
    finally:
        stranger.send_signal(signal.SIGKILL)
        stranger.wait()


def test_a_running_component_is_found_again(folder: Path) -> None:
    """A second `up` would start a second scheduler over the same database."""
    component = started(folder)
    assert processes.remembered(folder) == (component,)
    assert component.runs
    assert processes.sizes_bytes([component]) > 1_000_000


def test_who_listens_on_a_port_is_named() -> None:
    """A user would be told that a port is taken, but not by whom."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        listener.listen()
        assert f"process {os.getpid()} (" in str(processes.taken_by(port))
    assert processes.taken_by(port) is None
