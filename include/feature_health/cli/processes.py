"""Airflow's four components as processes of one home: started in sessions of their own, found again, and stopped to the last one.

Each component leads a session, so that whatever it forks is found by the session's id even after the component itself is gone.
Knows nothing of what the components run; a line `pid start-time` in a file is all that is remembered between two commands.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer")
GRACE_SECONDS = 12.0
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One started component. `born` is the kernel's start time of the process, so that a reused number is not taken for it."""

    name: str
    pid: int
    born: str

    @property
    def runs(self) -> bool:
        """Whether this very process is still there."""
        return bool(self.born) and born(self.pid) == self.born


def spawn(name: str, folder: Path, environment: Mapping[str, str]) -> Component:
    """Start a component in a session of its own, writing to `folder`/logs/`name`.log; it is remembered in `folder`/`name`.pid."""
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and a name from COMPONENTS
            [sys.executable, "-m", "airflow", name],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    component = Component(name=name, pid=process.pid, born=born(process.pid))
    (folder / f"{name}.pid").write_text(f"{component.pid} {component.born}\n")
    return component


def remembered(folder: Path) -> tuple[Component, ...]:
    """The components that were started in this folder and not stopped since, whether they still run or not."""
    found: list[Component] = []
    for name in COMPONENTS:
        file = folder / f"{name}.pid"
        if file.is_file():
            pid, _, at = file.read_text().strip().partition(" ")
            found.append(Component(name=name, pid=int(pid), born=at))
    return tuple(found)


def stop(components: Sequence[Component], folder: Path, grace_seconds: float = GRACE_SECONDS) -> int:
    """Ask the components to end, wait, then kill what is left of their sessions; returns how many processes had to be killed.

    The scheduler goes first: its running tasks finish only while the api-server still answers them.
    """
    for group in (_named("scheduler", components), components):
        for component in group:
            if component.runs:
                os.kill(component.pid, signal.SIGTERM)
        _wait_gone(group, grace_seconds)
    left = _members(components)
    for pid in left:
        _kill(pid)
    _wait_gone(components, 5.0)
    for component in components:
        (folder / f"{component.name}.pid").unlink(missing_ok=True)
    return len(left)


def sizes_bytes(components: Sequence[Component]) -> int:
    """Memory of all the components' processes as proportional set size, in bytes; 0 where the kernel does not say."""
    total = 0
    for pid in _members(components):
        try:
            lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def born(pid: int) -> str:
    """When the process began, in the kernel's clock ticks; empty when there is none of that number, or only its remains."""
    fields = _stat(pid)
    return "" if fields is None or fields[0] == "Z" else fields[19]


def taken_by(port: int) -> str | None:
    """Who listens on the port of this machine, in words, or None when it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return _listener(port) or "another process"
    return None


def _listener(port: int) -> str | None:
    """The process that listens on the port, where the kernel lets us see it."""
    inodes = {f"socket:[{inode}]" for table in ("tcp", "tcp6") for inode in _listening(_PROC / "net" / table, port)}
    for pid in _pids():
        if _opened(pid) & inodes:
            name = (_PROC / str(pid) / "comm").read_text().strip()
            return f"process {pid} ({name})"
    return None


def _opened(pid: int) -> set[str]:
    """What the process has open, as far as we may see it; a file may be closed while we look."""
    opened: set[str] = set()
    with suppress(OSError):
        for link in (_PROC / str(pid) / "fd").iterdir():
            with suppress(OSError):
                opened.add(str(link.readlink()))
    return opened


def _listening(table: Path, port: int) -> list[str]:
    """Inodes of the sockets that listen on the port, from one of the kernel's tables."""
    try:
        rows = [line.split() for line in table.read_text().splitlines()[1:]]
    except OSError:
        return []
    return [row[9] for row in rows if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port]


def _named(name: str, components: Sequence[Component]) -> list[Component]:
    return [component for component in components if component.name == name]


def _members(components: Sequence[Component]) -> list[int]:
    """Every living process of the components' sessions, without us.

    While anything of a session lives, the kernel gives its number to nobody else; so a stranger under it means that all are gone.
    """
    sessions = {str(component.pid) for component in components if born(component.pid) in ("", component.born)}
    alive = ((pid, _stat(pid)) for pid in _pids())
    return [pid for pid, fields in alive if fields and fields[0] != "Z" and fields[3] in sessions and pid != os.getpid()]


def _pids() -> list[int]:
    return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdecimal()] if _PROC.is_dir() else []


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on; the name before it may hold spaces and brackets."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _wait_gone(components: Sequence[Component], seconds: float) -> None:
    """Wait until no process of the sessions is left, and take note of our own children's ends so that they do."""
    end = time.monotonic() + seconds
    while _members(components) and time.monotonic() < end:
        for component in components:
            _reap(component.pid)
        time.sleep(0.1)


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
