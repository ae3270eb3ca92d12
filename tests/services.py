"""Services that tests borrow: a PostgreSQL cluster that lives as long as the test session, and the system's Chromium.

One that is not installed skips its tests on a developer's machine and fails them in CI. Knows nothing of what is tested.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A running PostgreSQL cluster of our own, owned by nobody who has anything to lose."""

    programs: Path
    folder: Path
    port: int
    as_user: tuple[str, ...]

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database in this cluster, over loopback."""
        return f"postgresql+psycopg2://postgres@127.0.0.1:{self.port}/{database}"

    def call(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the cluster's owner; a failure shows what the program said."""
        done = subprocess.run(
            [*self.as_user, str(self.programs / program), *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.fail(f"{program} {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}{self.log()}")

    def log(self) -> str:
        """What the server wrote, if it came that far."""
        path = self.folder / "server.log"
        return path.read_text() if path.exists() else ""

    def connect_arguments(self) -> tuple[str, ...]:
        """The arguments by which PostgreSQL's client programs find this cluster, over its Unix socket."""
        return ("-h", str(self.folder), "-p", str(self.port), "-U", "postgres")


def _missing(what: str, package: str) -> None:
    """Fail in CI and skip elsewhere."""
    message = f"{what} was not found. Install it to run this test: apt-get install {package}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def _programs() -> Path:
    """The folder of the newest PostgreSQL server's programs; Debian does not put them on PATH."""
    debian = [(int(path.parent.parent.name), path.parent) for path in Path("/usr/lib/postgresql").glob("[0-9]*/bin/initdb")]
    if debian:
        return max(debian)[1]
    on_path = shutil.which("initdb")
    if not on_path:
        _missing("PostgreSQL's server (initdb)", "postgresql")
    return Path(str(on_path)).resolve().parent


def _as_user(folder: Path) -> tuple[str, ...]:
    """How to run a program as somebody whom PostgreSQL accepts: it refuses root, so root lends the folder to `postgres`."""
    if os.geteuid() != 0:
        return ()
    shutil.chown(folder, "postgres", "postgres")
    return ("runuser", "-u", "postgres", "--")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A PostgreSQL cluster on a Unix socket and a free loopback port, gone at the end of the session."""
    programs = _programs()
    # Not below pytest's own folders: those are closed to `postgres`, and too long for the name of a socket.
    folder = Path(tempfile.mkdtemp(prefix="fh-pg-", dir="/tmp"))
    cluster = Cluster(programs=programs, folder=folder, port=_free_port(), as_user=_as_user(folder))
    data = str(folder / "data")
    try:
        cluster.call("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        # Durability is off: the cluster never outlives the session. `immediate` ends it at once whoever is still connected.
        options = f"-p {cluster.port} -k {folder} -h 127.0.0.1 -F -c max_connections=200 -c full_page_writes=off"
        cluster.call("pg_ctl", "-D", data, "-w", "-t", "60", "-l", str(folder / "server.log"), "-o", options, "start")
        try:
            yield cluster
        finally:
            cluster.call("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_database(postgres_cluster: Cluster) -> Callable[[], str]:
    """A function that makes a fresh, empty database at each call and returns its SQLAlchemy URL."""

    def create() -> str:
        name = f"fh_{uuid.uuid4().hex[:12]}"
        postgres_cluster.call("createdb", *postgres_cluster.connect_arguments(), name)
        return postgres_cluster.url(name)

    return create


@pytest.fixture
def postgres_url(postgres_database: Callable[[], str]) -> str:
    """The SQLAlchemy URL of a fresh, empty database for this test."""
    return postgres_database()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The system's Chromium, for playwright's `executable_path`; as root it also needs the argument `--no-sandbox`."""
    for name in ("chromium", "chromium-browser", "google-chrome-stable"):
        if path := shutil.which(name):
            return path
    _missing("Chromium", "chromium")
    raise AssertionError
