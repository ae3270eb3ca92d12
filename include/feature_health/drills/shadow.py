"""A platform of its own in a folder: ledger, files and messages of a drill, of which nothing is left when the drill has ended.

Must not know the live home: whatever it needs of it, the contracts, is handed in as values.
"""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from feature_health.contracts.contract import Contract
from feature_health.errors import CallerError, JobUnknown
from feature_health.notifiers.recording import RecordingNotifier
from feature_health.ports import Calendar, Contracts, Platform
from feature_health.records import ReleaseRequest

LEDGER, STORE, OUTBOX = "ledger.db", "store", "outbox.jsonl"
WORKSPACE = "feature-health-drill-"
WORKSPACE_AGE_SECONDS_MAX = 24 * 3600
"""What is older was left behind by a drill that was killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """The platform, the folder that holds all of it, and the messages that nobody got."""

    folder: Path
    platform: Platform
    outbox: RecordingNotifier


MakeShadow = Callable[[Path], Shadow]
"""A shadow in a folder: an empty one, or one that `fork` filled. It goes to worker processes, so it can be pickled."""


@dataclass(frozen=True, slots=True)
class FixedContracts:
    """The contracts as they were when the drill began, read once."""

    by_job: Mapping[str, Contract]

    @classmethod
    def of(cls, contracts: Contracts, jobs: tuple[str, ...]) -> "FixedContracts":
        """Those of the jobs; raises JobUnknown or ContractInvalid."""
        return cls({job: contracts.current(job) for job in jobs})

    def jobs(self) -> tuple[str, ...]:
        """Their jobs, sorted."""
        return tuple(sorted(self.by_job))

    def current(self, job: str) -> Contract:
        """Raises JobUnknown."""
        if job not in self.by_job:
            raise JobUnknown(f"There is no job {job} in this drill; it has {', '.join(self.jobs())}.")
        return self.by_job[job]


class NoRuns:
    """An orchestrator without any run: the drill builds and judges every job itself, in order."""

    def start(self, job: str, key: str, *, note: str) -> str:
        """Never asked for: nothing has run that could be run again."""
        raise CallerError(f"Starting {job} {key} ({note}): a drill has no scheduler.")

    def has_run(self, job: str, key: str) -> bool:  # noqa: ARG002 - the port's names
        """Nothing has."""
        return False

    def emit(self, job: str, key: str) -> None:
        """Nobody waits."""

    def start_release(self, request: ReleaseRequest) -> str:
        """Never asked for: the drill decides about its releases itself."""
        raise CallerError(f"Starting the release {request.id}: a drill has no scheduler.")


def fork(shadow: Shadow, to: Path, make: MakeShadow) -> Shadow:
    """A shadow in the new folder `to` with the same history. What is done in one of them is never seen in the other.

    The ledger is copied at one moment, with what is in its journal; the files in the store never change and are linked.
    """
    to.mkdir(parents=True)
    shadow.platform.ledger.held()  # the first question makes a ledger that is not there yet
    with (
        closing(sqlite3.connect(f"file:{shadow.folder / LEDGER}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(to / LEDGER)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")
    if (shadow.folder / STORE).exists():
        shutil.copytree(shadow.folder / STORE, to / STORE, copy_function=os.link)
    if (shadow.folder / OUTBOX).exists():
        shutil.copyfile(shadow.folder / OUTBOX, to / OUTBOX)
    return make(to)


def knowing(shadow: Shadow, calendars: Mapping[str, Calendar]) -> Shadow:
    """The shadow whose checks go by these calendars."""
    return replace(shadow, platform=replace(shadow.platform, calendars=calendars))


@contextmanager
def workspace(*, now: float | None = None) -> Iterator[Path]:
    """An empty temporary folder, gone afterwards; also those that drills left behind which were killed a day ago or more."""
    sweep(Path(tempfile.gettempdir()), now=time.time() if now is None else now)
    with tempfile.TemporaryDirectory(prefix=WORKSPACE) as folder, scratch_within(Path(folder)):
        yield Path(folder)


@contextmanager
def scratch_within(folder: Path) -> Iterator[None]:
    """Meanwhile all temporary files of this process lie in the folder: what the engine spills goes when the folder goes."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def sweep(folder: Path, *, now: float) -> tuple[str, ...]:
    """Remove workspaces older than a day from the folder, as far as they are ours to remove; returns their names."""
    swept = []
    for left in sorted(folder.glob(f"{WORKSPACE}*")):
        if left.is_dir() and not left.is_symlink() and _age_seconds(left, now) > WORKSPACE_AGE_SECONDS_MAX:
            shutil.rmtree(left, ignore_errors=True)
            swept.append(left.name)
    return tuple(swept)


def _age_seconds(folder: Path, now: float) -> float:
    try:
        return now - folder.stat().st_mtime
    except FileNotFoundError:  # another drill has just swept it
        return 0.0
