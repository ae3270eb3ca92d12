"""kill -9 at every step of a partition, at random moments: nothing torn, nothing lost, and a rerun completes."""

import multiprocessing
import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from feature_health.profiles.partition import PartitionId
from tests.steps import lender
from tests.steps.lender import STEPS, candidate, run_step

KILLS = 50
JOBS = ("intake", "bureau")


def _fork(home: Path, step: str, job: str, key: str, file: str) -> multiprocessing.process.BaseProcess:
    process = multiprocessing.get_context("fork").Process(
        target=run_step, args=(home, step), kwargs={"job": job, "key": key, "file": file, "run": "run-1"}
    )
    process.start()
    return process


class _Reader(threading.Thread):
    """Reads everything readable all the time, and remembers what was not whole."""

    def __init__(self, home: Path) -> None:
        super().__init__(daemon=True)
        self.on = lender.platform(home)
        self.reads = 0
        self.torn: list[str] = []
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(0.02):
            for one in self.on.ledger.publications():
                self.reads += 1
                if not self.on.store.intact(one.path, one.sha256) or "True" in one.path:
                    self.torn.append(one.path)


@pytest.mark.journey
@pytest.mark.timeout(240)
def test_fifty_kills_tear_nothing_and_lose_nothing(tmp_path: Path) -> None:
    """A machine may lose power in any step; a partition half published or an incident lost would be found out by customers."""
    dice = random.Random(20260602)
    lender.platform(tmp_path).ledger.open_incidents()
    reader = _Reader(tmp_path)
    reader.start()
    landed = 0
    expected: dict[tuple[str, str], bool] = {}
    for n in range(KILLS):
        job, key, bad = JOBS[n % 2], f"2026-{1 + n // 28:02}-{1 + n % 28:02}", n % 3 == 0
        file, victim = candidate(tmp_path, job, key, bad=bad), STEPS[n % len(STEPS)]
        for step in STEPS:
            process = _fork(tmp_path, step, job, key, file)
            if step == victim:
                time.sleep(dice.uniform(0, 0.12))
                os.kill(process.pid or 0, signal.SIGKILL)
                process.join()
                landed += process.exitcode == -signal.SIGKILL
                process = _fork(tmp_path, step, job, key, file)
            process.join()
            assert process.exitcode == 0, (step, job, key)
        expected[job, key] = bad
    reader.stopped.set()
    reader.join()

    on = lender.platform(tmp_path)
    assert landed >= KILLS // 2, "most kills came too late to hit anything"
    assert reader.reads > KILLS
    assert reader.torn == []
    for (job, key), bad in expected.items():
        assert (on.ledger.published(PartitionId(job=job, key=key)) is None) is bad, (job, key)
    held = {(member.job, member.key) for one in on.ledger.incidents() for member in one.members if member.role == "held"}
    assert held == {partition for partition, bad in expected.items() if bad}
    assert on.ledger.undelivered() == 0
    assert on.ledger.verify() is None  # type: ignore[attr-defined]  # the SQL ledger's own proof
    assert list((tmp_path / "store").rglob("*.tmp*")) == [] or landed
