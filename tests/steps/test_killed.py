"""kill -9 at every step of a partition, at random moments: nothing torn, nothing lost, and a rerun completes."""

import dataclasses
import json
import multiprocessing
import random
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feature_health.profiles.partition import PartitionId
from feature_health.steps import deliver
from tests.steps import lender
from tests.steps.lender import STEPS, candidate, run_step

KILLS = 50
JOBS = ("intake", "bureau")


# Children of a server that has loaded everything and opened nothing: as clean as a task's process, and as cheap as a fork.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.steps.lender", "feature_health.engines.duckdb", "feature_health.ledger.sql"])


def _started(home: Path, step: str, job: str, key: str, file: str) -> multiprocessing.process.BaseProcess:
    process = PROCESSES.Process(target=run_step, args=(home, step), kwargs={"job": job, "key": key, "file": file, "run": "run-1"})
    process.start()
    return process


def _seconds_undisturbed(home: Path) -> dict[str, float]:
    """How long each step's process lives when nobody kills it. The server is still loading while the first one waits for it."""
    job, key = JOBS[0], "2025-12-31"
    file, took = candidate(home, job, key, bad=False), {}
    for step in (STEPS[0], *STEPS):
        began = time.monotonic()
        process = _started(home, step, job, key, file)
        process.join()
        assert process.exitcode == 0, step
        took[step] = time.monotonic() - began
    return took


class _Later:
    """The time when every lease of a killed deliverer has ended."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC) + timedelta(seconds=2 * deliver.LEASE_SECONDS)


def _read_until(stop: Path, home: Path) -> None:
    """Read everything readable again and again, and write what was not whole into a file beside the count of reads."""
    on, reads, torn = lender.platform(home), 0, []
    while not stop.exists():
        for one in on.ledger.publications():
            reads += 1
            if not on.store.intact(one.path, one.sha256):
                torn.append(one.path)
        time.sleep(0.02)
    (home / "reads.json").write_text(json.dumps({"reads": reads, "torn": torn}))


@pytest.mark.journey
@pytest.mark.timeout(240)
def test_fifty_kills_tear_nothing_and_lose_nothing(tmp_path: Path) -> None:
    """A machine may lose power in any step; a partition half published or an incident lost would be found out by customers."""
    dice = random.Random(20260602)
    lender.platform(tmp_path).ledger.open_incidents()
    reader = PROCESSES.Process(target=_read_until, args=(tmp_path / "stop", tmp_path))
    reader.start()
    landed = 0
    expected: dict[tuple[str, str], bool] = {}
    took = _seconds_undisturbed(tmp_path)  # a kill must strike while the step runs, however fast the machine is
    for n in range(KILLS):
        job, key, bad = JOBS[n % 2], f"2026-{1 + n // 28:02}-{1 + n % 28:02}", n % 3 == 0
        file, victim = candidate(tmp_path, job, key, bad=bad), STEPS[n % len(STEPS)]
        for step in STEPS:
            process = _started(tmp_path, step, job, key, file)
            if step == victim:
                time.sleep(dice.uniform(0, took[step]))
                process.kill()  # one that has ended already is left alone
                process.join()
                landed += process.exitcode == -signal.SIGKILL
                process = _started(tmp_path, step, job, key, file)
            process.join()
            assert process.exitcode == 0, (step, job, key)
        expected[job, key] = bad
    (tmp_path / "stop").touch()
    reader.join()
    seen = json.loads((tmp_path / "reads.json").read_text())

    on = lender.platform(tmp_path)
    assert landed >= KILLS // 2, "most kills came too late to hit anything"
    assert seen["reads"] > KILLS
    assert seen["torn"] == []
    for (job, key), bad in expected.items():
        assert (on.ledger.published(PartitionId(job=job, key=key)) is None) is bad, (job, key)
    held = {(member.job, member.key) for one in on.ledger.incidents() for member in one.members if member.role == "held"}
    assert held == {partition for partition, bad in expected.items() if bad}
    later = dataclasses.replace(on, clock=_Later())  # a deliverer that was killed keeps its claim until its lease ends
    deliver.deliver(later)
    assert on.ledger.undelivered() == 0
    assert on.ledger.verify() is None  # type: ignore[attr-defined]  # the SQL ledger's own proof
