"""Partitions on their way through a real Airflow: held, corrected, joined, repaired, released, and killed on the way.

The tests of a class follow one day from one state to the next, as its deliveries come.
"""

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from feature_health.cli import processes
from feature_health.errors import OrchestratorFailed
from feature_health.orchestrators.airflow_client import Refused, Run
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.steps import release
from tests.journey.airflow import Journey, wait_for

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

GOOD, BAD = [10.0, 20.0, 30.0, 40.0], [10.0, 20.0, 30.0, 4000.0]
DAGS = {"applications": "applications", "bureau": "nightly_bureau", "incomes": "incomes"}
CORRECTED, RELEASED, KILLED = "2026-05-04", "2026-05-05", "2026-05-06"
BAD_KEYS = ["2026-6-2", None]
"""What Airflow itself lets through for a daily timetable."""


@pytest.fixture(scope="module")
def first_runs(journey: Journey) -> dict[tuple[str, str | None], Run]:
    """The first delivery of two days, started at once to save time; both have a bad bureau file."""
    started: list[tuple[str, str | None]] = [(job, key) for key in (CORRECTED, RELEASED) for job in DAGS]
    for job, key in started:
        journey.deliver(job, str(key), BAD if job == "bureau" else GOOD)
    started += [("bureau", key) for key in BAD_KEYS]
    ids = {(job, key): journey.client.trigger(DAGS[job], key) for job, key in started}
    return {(job, key): journey.ended(DAGS[job], run) for (job, key), run in ids.items()}


def readable(journey: Journey, job: str, key: str) -> int | None:
    """The revision that decisioning reads."""
    publication = journey.platform.ledger.published(PartitionId(job=job, key=key))
    return publication.revision.number if publication else None


def events(journey: Journey, job: str, key: str) -> int:
    """How often Airflow was told that the partition is there."""
    asset = journey.client.asset(job)
    assert asset
    answer = journey.client.call("GET", "/api/v2/assets/events", params={"asset_id": asset.id, "limit": 100})
    return sum(event["partition_key"] == key for event in answer["asset_events"])


class TestRefusedKeys:
    """Runs whose key is none of a partition."""

    @pytest.mark.parametrize("key", BAD_KEYS)
    def test_the_job_does_not_run(self, journey: Journey, first_runs: dict[tuple[str, str | None], Run], key: str | None) -> None:
        """The lender's code would write under a name that no partition has."""
        run = first_runs["bureau", key]
        assert run.state == "failed"
        assert journey.states(run)["take"] == "failed"
        assert f"bureau {key}" not in journey.ran()
        assert "Start the run again with such a key" in journey.log(run, "take")

    def test_nobody_is_alarmed(self, journey: Journey, first_runs: dict[tuple[str, str | None], Run]) -> None:
        """A slip of the keyboard would open an incident of the platform."""
        assert first_runs
        assert not [one for one in journey.platform.ledger.incidents() if one.kind == "platform"]

    @pytest.mark.parametrize("key", ["../../etc", "x" * 10_000, "", "2026-02-30"])
    def test_airflow_itself_refuses_what_is_no_name(self, journey: Journey, key: str) -> None:
        """A path or a flood could reach the job as its key."""
        with pytest.raises(Refused):
            journey.client.trigger("nightly_bureau", key)


class TestHeldThenCorrected:
    """A day whose bureau file is wrong first, right later; then an income comes late."""

    def test_a_held_partition_is_green_and_says_why(
        self, journey: Journey, first_runs: dict[tuple[str, str | None], Run]
    ) -> None:
        """Bad data would look like a broken platform, or like a published partition."""
        run = first_runs["bureau", CORRECTED]
        states = journey.states(run)
        assert run.state == "success"
        assert (states["publish"], states["quarantine"], states["deliver"]) == ("skipped", "success", "success")
        assert states["failing_rows"] == "success"
        assert "Rows in all: 1, listed by feature-health rows bureau" in journey.log(run, "gate.failing_rows")
        assert f"HELD bureau {CORRECTED} (revision 1): 1 of 4 values of amount" in journey.log(run, "gate.verdict")
        assert "belongs to incident" in journey.log(run, "gate.raise_incident")
        assert journey.platform.ledger.undelivered() == 0

    def test_a_held_partition_tells_nobody_that_it_is_there(
        self, journey: Journey, first_runs: dict[tuple[str, str | None], Run]
    ) -> None:
        """The join would run without its input."""
        assert first_runs["bureau", CORRECTED].state == "success"
        assert readable(journey, "bureau", CORRECTED) is None
        assert events(journey, "bureau", CORRECTED) == 0
        assert events(journey, "incomes", CORRECTED) == 1
        assert not journey.api.has_run("joined", CORRECTED)

    def test_a_corrected_delivery_makes_the_join_run(
        self, journey: Journey, first_runs: dict[tuple[str, str | None], Run]
    ) -> None:
        """After an outage of one bureau somebody would have to start the join of every day by hand."""
        assert first_runs
        journey.deliver("bureau", CORRECTED, GOOD)
        assert journey.run("nightly_bureau", CORRECTED).state == "success"
        (join,) = journey.runs_ended("joined", CORRECTED, 1)
        assert (join.state, join.id.split("__")[0]) == ("success", "asset_triggered")
        assert readable(journey, "bureau", CORRECTED) == 2
        assert readable(journey, "joined", CORRECTED) == 1
        (incident,) = journey.platform.ledger.open_incidents()
        assert all(member.ended_at for member in incident.members if member.key == CORRECTED)

    def test_a_later_revision_repairs_the_join(self, journey: Journey) -> None:
        """Incomes that are corrected a day later would never reach the debt-to-income that was made of them."""
        journey.deliver("incomes", CORRECTED, [11.0, *GOOD[1:]])
        assert journey.run("incomes", CORRECTED).state == "success"
        repaired, _ = journey.runs_ended("joined", CORRECTED, 2)
        assert (repaired.state, repaired.conf) == ("success", {"as_of": "deadline"})
        assert readable(journey, "joined", CORRECTED) == 2

    def test_the_same_bytes_again_change_nothing(self, journey: Journey) -> None:
        """A delivery that is sent twice would be a new revision, and rerun everything behind it."""
        assert journey.run("applications", CORRECTED).state == "success"
        assert readable(journey, "applications", CORRECTED) == 1


def answer(journey: Journey, run_id: str, option: str, reason: str | None) -> Run:
    """Wait until the run asks, answer as a person does, and wait for the run's end."""
    base = f"/api/v2/dags/release_quarantine/dagRuns/{run_id}"
    journey.reach(Run(dag="release_quarantine", id=run_id, key=None, state="running"), "awaiting_input", "person_decides")
    # Airflow 3.3.2 loses an answer that comes before its scheduler has seen the question's process end.
    time.sleep(2)
    body = {"chosen_options": [option], "params_input": {"reason": reason}}
    journey.client.call("PATCH", f"{base}/taskInstances/person_decides/-1/hitlDetails", json=body)
    return journey.ended("release_quarantine", run_id)


class TestNotReleased:
    """A day whose bureau file stays held at first: one person rejects it, another gives no reason."""

    def start(self, journey: Journey) -> str:
        """Ask for the release from Airflow's own form."""
        form = {"job": "bureau", "key": RELEASED, "revision": 1, "because": "We need this day for the model review"}
        return journey.client.trigger("release_quarantine", conf=form)

    def test_rejection_keeps_it_held(self, journey: Journey, first_runs: dict[tuple[str, str | None], Run]) -> None:
        """A rejected revision would be published, or the run would look like a failure."""
        assert first_runs["bureau", RELEASED].state == "success"
        run = answer(journey, self.start(journey), "Reject", "The vendor has announced a correction")
        assert run.state == "success"
        (request,) = journey.platform.ledger.release_requests(RevisionId(job="bureau", key=RELEASED, number=1))
        assert (request.state, request.asked_by, request.decided_by) == ("rejected", "admin", "admin")
        assert readable(journey, "bureau", RELEASED) is None

    def test_approval_without_a_reason_is_refused(self, journey: Journey) -> None:
        """Airflow does not check the form: a decision that nobody can explain would stand in the ledger."""
        run = answer(journey, self.start(journey), "Approve", None)
        assert run.state == "success"
        assert "REFUSED" in journey.log(run, "decide")
        assert "stays held" in journey.log(run, "decide")
        assert readable(journey, "bureau", RELEASED) is None

    def test_what_is_not_held_cannot_be_asked_for(self, journey: Journey) -> None:
        """A person would be asked about a revision that is published already."""
        form = {"job": "applications", "key": CORRECTED, "because": "I would like to have it all the same"}
        run = journey.ended("release_quarantine", journey.client.trigger("release_quarantine", conf=form))
        assert run.state == "failed"
        assert "does not wait in quarantine" in journey.log(run, "ask")
        assert not [one for one in journey.platform.ledger.incidents() if one.kind == "platform"]


class TestReleased:
    """A day whose bureau file a person publishes although it was held."""

    def test_approval_publishes_and_the_join_runs(self, journey: Journey, first_runs: dict[tuple[str, str | None], Run]) -> None:
        """A release would need a second hand to become of use; or nobody would know who decided it."""
        assert first_runs["bureau", RELEASED].state == "success"
        asked = release.ask(
            journey.platform, job="bureau", key=RELEASED, revision=None, by="alice", because="TransUnion confirmed these amounts"
        )
        run_id = journey.api.start_release(asked)
        assert journey.api.start_release(asked) == run_id
        run = answer(journey, run_id, "Approve", "Amounts are real, checked with the vendor")
        assert run.state == "success"
        decided = journey.platform.ledger.release_request(asked.id)
        assert decided
        assert (decided.state, decided.decided_by) == ("approved", "admin")
        assert decided.decided_because == "Amounts are real, checked with the vendor"
        assert "APPROVED by admin" in journey.log(run, "decide")
        assert readable(journey, "bureau", RELEASED) == 1
        (join,) = journey.runs_ended("joined", RELEASED, 1)
        assert readable(journey, "joined", RELEASED) == 1 or journey.states(join)["quarantine"] == "success"

    def test_a_person_sees_what_is_wrong_before_deciding(self, journey: Journey) -> None:
        """Somebody would approve what they know nothing of."""
        details = journey.client.call("GET", "/api/v2/dags/release_quarantine/dagRuns/~/hitlDetails")["hitl_details"]
        (shown,) = [one for one in details if "alice" in one["body"]]
        assert shown["subject"] == f"Publish bureau {RELEASED} (revision 1) although it was held?"
        assert "**alice** asks to publish it: TransUnion confirmed these amounts" in shown["body"]
        assert "- 1 of 4 values of amount" in shown["body"]
        assert shown["params"]["reason"]["value"] is None


class TestKilled:
    """Tasks whose process is killed: nothing is lost, the run completes by itself, and where it cannot, people hear of it."""

    @contextmanager
    def locked(self, journey: Journey) -> Iterator[None]:
        """Hold the ledger's write lock."""
        connection = sqlite3.connect(journey.home / "ledger.db", isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.rollback()
            connection.close()

    def task_processes(self, journey: Journey) -> list[int]:
        """The processes in which tasks run: each leads a process group of its own in the scheduler's session."""
        (scheduler,) = [one for one in processes.remembered(journey.home / "airflow") if one.name == "scheduler"]
        return [pid for pid in processes._members([scheduler]) if pid != scheduler.pid and os.getpgid(pid) == pid]

    def waiting(self, journey: Journey) -> list[int]:
        """The processes of tasks that have opened the ledger; while its write lock is held, none of them gets beyond it."""
        found = []
        for pid in self.task_processes(journey):
            with suppress(FileNotFoundError):  # it ended while we looked
                if any(link.readlink().name == "ledger.db" for link in Path(f"/proc/{pid}/fd").iterdir()):
                    found.append(pid)
        return found

    def kill_task(self, journey: Journey) -> None:
        """Kill the one task that runs."""
        (task,) = self.task_processes(journey)
        os.kill(task, signal.SIGKILL)

    def done(self, journey: Journey, run: Run) -> int:
        """How many tasks of the run have succeeded."""
        return list(journey.states(run).values()).count("success")

    def test_three_killed_tasks_leave_nothing_half_done(self, journey: Journey) -> None:
        """A machine that dies in the night would leave a partition that is neither published nor held."""
        journey.deliver("applications", KILLED, GOOD)
        run_id = journey.client.trigger("applications", KILLED)
        run = Run(dag="applications", id=run_id, key=KILLED, state="")
        for _ in range(3):
            with self.locked(journey):  # whichever task comes next stands still at the lock
                victims = wait_for(lambda: self.waiting(journey), "a task to wait for the ledger")
                done = self.done(journey, run)
                for pid in victims:
                    os.kill(pid, signal.SIGKILL)
            wait_for(lambda: self.done(journey, run) > done, "the killed task to be tried again")  # noqa: B023 - waited for here
        assert journey.ended("applications", run_id).state == "success"
        assert readable(journey, "applications", KILLED) == 1

    def test_a_killed_job_is_reported(self, journey: Journey) -> None:
        """Airflow calls nobody back for a process that is gone: the partition would be missing without a word."""
        run = Run(dag="slow", id=journey.client.trigger("slow", KILLED), key=KILLED, state="")
        journey.reach(run, "running", "crawl")
        wait_for(lambda: len(self.task_processes(journey)) == 1, "the job's process")
        self.kill_task(journey)
        assert journey.ended("slow", run.id).state == "failed"
        incident = wait_for(lambda: next(iter(journey.platform.ledger.open_incidents("slow")), None), "the incident")
        assert (incident.kind, incident.members[0].because) == ("platform", "crawl: its process was killed")


class TestOrchestratorPort:
    """What the port promises, against the real Airflow."""

    def test_a_job_is_found_by_its_asset(self, journey: Journey, first_runs: dict[tuple[str, str | None], Run]) -> None:
        """A job whose DAG has another name could be neither repaired nor released."""
        assert first_runs
        assert journey.api.has_run("bureau", RELEASED)
        assert not journey.api.has_run("bureau", "2026-05-30")
        with pytest.raises(OrchestratorFailed, match="no DAG publishes"):
            journey.api.start("nobodys", RELEASED, note="")


class TestWatcher:
    """The DAG that notices what never came."""

    def test_it_looks_tells_and_leaves_a_heartbeat(self, journey: Journey) -> None:
        """A partition that nobody delivers would be noticed by the model that misses it."""
        run = journey.ended("watch_arrivals", journey.client.trigger("watch_arrivals"))
        assert run.state == "success"
        assert "Looked at everything due from" in journey.log(run, "look")
        assert journey.platform.ledger.heartbeat("watch_arrivals")
        late = [one for one in journey.platform.ledger.open_incidents() if one.kind == "late"]
        assert {"slow", "applications"} <= {one.job for one in late}
        assert journey.platform.ledger.undelivered() == 0


class TestSelfTest:
    """The DAG that sees that the gate holds."""

    def test_every_canary_comes_to_what_it_must(self, journey: Journey) -> None:
        """The self-test would never run where the gate runs."""
        run = journey.ended("gate_self_test", journey.client.trigger("gate_self_test"))
        assert run.state == "success"
        assert "0 not as they must be: the gate holds" in journey.log(run, "send_canaries")
        assert journey.platform.ledger.heartbeat("gate_self_test")
