"""Shadows: forks that do not see each other, and drills that are interrupted in the middle."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from feature_health import wiring
from feature_health.drills.night import clean_night, play
from feature_health.drills.shadow import WORKSPACE, FixedContracts, NoRuns, Shadow, fork, sweep, workspace
from feature_health.errors import CallerError, JobUnknown
from feature_health.profiles.partition import PartitionId
from feature_health.records import Staged
from feature_health.settings import Settings
from tests.drills.bakery import CONTRACTS, DAY, Bakery, make

PROJECT = Path(__file__).resolve().parents[2]
SECONDS_MAX = 40


@pytest.fixture
def base(tmp_path: Path) -> Shadow:
    """A shadow in which one clean night was judged."""
    (tmp_path / "nights").mkdir()
    shadow = make()(tmp_path / "base")
    play(shadow, Bakery(), clean_night(Bakery(), DAY, tmp_path / "nights"), run="first")
    return shadow


def contents(folder: Path) -> dict[str, str]:
    """Every file below the folder with a digest of it."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def _beat(shadow: Shadow) -> None:
    with shadow.platform.ledger.transaction() as ledger:
        ledger.beat("fork", shadow.platform.clock.now())


def test_a_fork_knows_what_its_base_knew(base: Shadow, tmp_path: Path) -> None:
    """A cell without its history would be judged by other limits."""
    forked = fork(base, tmp_path / "fork", make())
    assert forked.platform.ledger.publications() == base.platform.ledger.publications()
    for publication in forked.platform.ledger.publications():
        assert forked.platform.store.intact(publication.path, publication.sha256)
        assert forked.platform.store.local(publication.path).is_relative_to(tmp_path / "fork")


def test_what_a_fork_does_leaves_its_base_and_other_forks_untouched(base: Shadow, tmp_path: Path) -> None:
    """One cell's fault would be in the next one's history."""
    before = contents(base.folder / "store")
    one, other = (fork(base, tmp_path / name, make()) for name in ("one", "other"))
    later = clean_night(Bakery(), DAY.replace(day=5), tmp_path / "nights")
    play(one, Bakery(), later, run="fork")
    _beat(one)
    assert one.platform.ledger.published(PartitionId(job="scores", key="2026-03-05")) is not None
    for untouched in (base, other):
        assert untouched.platform.ledger.published(PartitionId(job="scores", key="2026-03-05")) is None
        assert untouched.platform.ledger.heartbeat("fork") is None
    assert contents(base.folder / "store") == before


def test_a_fork_outlives_its_base(base: Shadow, tmp_path: Path) -> None:
    """The snapshot of a day is removed when its last cell was handed out."""
    forked = fork(base, tmp_path / "fork", make())
    (publication,) = base.platform.ledger.publications("scores")
    base.platform.store.local(publication.path).unlink()
    assert forked.platform.store.intact(publication.path, publication.sha256)


def test_a_fork_is_of_one_moment_while_its_base_is_written(base: Shadow, tmp_path: Path) -> None:
    """Half a transaction would be a history that never was."""
    with base.platform.ledger.transaction() as ledger:
        ledger.beat("half", base.platform.clock.now())
        forked = fork(base, tmp_path / "fork", make())
    assert forked.platform.ledger.heartbeat("half") is None
    assert base.platform.ledger.heartbeat("half") is not None


def test_nothing_is_measured_twice(base: Shadow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of cells would measure the same clean partitions again."""
    night = clean_night(Bakery(), DAY, tmp_path / "nights")
    engine = base.platform.engine
    (revision,) = (base.platform.ledger.latest_revision(PartitionId(job="offers", key="2026-03-04")),)
    assert revision is not None
    seen = base.platform.ledger.profile(revision.id)
    again = make()(tmp_path / "again")

    def never(*_: object) -> Staged:
        raise AssertionError("measured again")

    monkeypatch.setattr(again.platform.engine._engine, "profile", never)  # type: ignore[attr-defined]
    assert [one.held for one in play(again, Bakery(), night, run="again")] == [False, False]
    assert again.platform.ledger.profile(revision.id) == seen
    assert engine.name == again.platform.engine.name


def test_workspaces_of_killed_drills_are_swept_after_a_day(tmp_path: Path) -> None:
    """Customers' rows of a drill that was killed would lie about for ever; one that runs must not lose its own."""
    left = tmp_path / f"{WORKSPACE}left"
    (left / "shadows").mkdir(parents=True)
    (tmp_path / "somebody-elses").mkdir()
    now = left.stat().st_mtime
    assert sweep(tmp_path, now=now + 3600) == ()
    assert sweep(tmp_path, now=now + 25 * 3600) == (left.name,)
    assert [one.name for one in tmp_path.iterdir()] == ["somebody-elses"]
    with workspace() as folder:
        assert list(folder.iterdir()) == []
    assert not folder.exists()


def test_a_drill_has_neither_other_jobs_nor_a_scheduler() -> None:
    """A drill could start real runs, or stumble over contracts of jobs that it does not play."""
    from feature_health.checks.load import FolderContracts

    contracts = FixedContracts.of(FolderContracts(CONTRACTS), ("scores",))
    assert contracts.jobs() == ("scores",)
    with pytest.raises(JobUnknown, match="it has scores"):
        contracts.current("offers")
    assert NoRuns().has_run("scores", "2026-03-04") is False
    with pytest.raises(CallerError, match="no scheduler"):
        NoRuns().start("scores", "2026-03-04", note="test")


@contextmanager
def playing(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A matrix under way beside a live home, its cells already being played, in a process group of its own."""
    (tmp_path / "temporary").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary"), "FEATURE_HEALTH_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "tests.drills.playing"]
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if not line.startswith("clean"):
                    break
            yield process
        finally:
            _kill(process.pid, signal.SIGKILL)


def _kill(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _live_home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    on = wiring.platform(Settings.of({"home": str(home), "contracts": str(CONTRACTS)}))
    with on.ledger.transaction() as ledger:
        ledger.beat("live", on.clock.now())
    return home


def test_a_drill_that_is_killed_leaves_the_live_home_untouched_and_no_process(tmp_path: Path) -> None:
    """A drill must never be able to harm what it proves."""
    home = _live_home(tmp_path)
    before = contents(home)
    with playing(tmp_path) as process:
        process.kill()
        process.wait()
        until = time.monotonic() + SECONDS_MAX
        while _alive(process.pid) and time.monotonic() < until:
            time.sleep(0.05)
        assert not _alive(process.pid)
    assert contents(home) == before
    temporary = tmp_path / "temporary"
    assert [one.name.startswith(WORKSPACE) for one in temporary.iterdir()] == [True]
    assert len(sweep(temporary, now=time.time() + 48 * 3600)) == 1
    assert list(temporary.iterdir()) == []


def test_a_drill_that_is_interrupted_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C is how people end a matrix that takes too long."""
    home = _live_home(tmp_path)
    before = contents(home)
    with playing(tmp_path) as process:
        _kill(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=SECONDS_MAX)
    assert "KeyboardInterrupt" in told
    assert contents(home) == before
    assert list((tmp_path / "temporary").iterdir()) == []
