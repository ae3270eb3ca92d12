"""What every DAG of the project must be, over each of its folders of contracts."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]
CONTRACTS = (PROJECT / "expectations", PROJECT / "expectations" / "lendingclub")
JOBS = {"application_intake", "bureau_pull", "income_verification", "dti_join"}
SIMULATED = {"feature_vector", "decision_log", "loan_performance"}
"""Jobs of the simulated lender alone: the real loans come without decisions."""
OURS = {"watch_arrivals", "release_quarantine", "gate_self_test", "detection_drill"}


@pytest.fixture(params=CONTRACTS, ids=lambda folder: folder.name)
def dags(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, read_dags: Callable[[Path], Any]) -> dict[str, Any]:
    """Every DAG of the project, read with one folder of contracts."""
    monkeypatch.setenv("AIRFLOW__FEATURE_HEALTH__CONTRACTS", str(request.param))
    bag = read_dags(PROJECT / "dags")
    assert not bag.import_errors
    found: dict[str, Any] = bag.dags
    return found


def jobs_of(dags: dict[str, Any]) -> set[str]:
    """The jobs behind the gate among them."""
    return set(dags) & (JOBS | SIMULATED)


def test_all_dags_are_read(dags: dict[str, Any]) -> None:
    """A job would be missing in Airflow, with nothing but an import error to tell."""
    assert set(dags) - SIMULATED == JOBS | OURS
    assert set(dags) & SIMULATED in (SIMULATED, set())


def test_every_dag_says_what_it_is_for(dags: dict[str, Any]) -> None:
    """Nobody could tell from Airflow's list what a DAG does or whom it belongs to."""
    assert all(dag.doc_md and dag.tags for dag in dags.values())
    assert all(operator.doc_md for dag in dags.values() for operator in dag.tasks)


def test_no_job_overtakes_itself_or_catches_up(dags: dict[str, Any]) -> None:
    """Two days of one job at once would see each other's half of history; unpausing would start a year of days."""
    assert {dags[job].max_active_runs for job in jobs_of(dags)} == {1}
    assert not any(dag.catchup for dag in dags.values())


def test_only_publish_tells_waiting_jobs(dags: dict[str, Any]) -> None:
    """A join would start on partitions that were held."""
    outlets = {
        (job, task.task_id): [asset.name for asset in task.outlets] for job in dags for task in dags[job].tasks if task.outlets
    }
    assert outlets == {(job, "gate.publish"): [job] for job in jobs_of(dags)}


def test_every_job_is_judged_before_anything_else_happens(dags: dict[str, Any]) -> None:
    """A lender's step beside the gate could read a candidate that nobody judged."""
    for job in jobs_of(dags):
        (first,) = dags[job].roots
        assert first.downstream_task_ids == {"gate.stage"}


def test_no_gate_is_longer_than_eight_hops(dags: dict[str, Any]) -> None:
    """Each hop costs about a second of every run."""

    def hops(task: Any) -> int:
        return 1 + max((hops(one) for one in task.downstream_list), default=0)

    assert all(hops(root) <= 8 for job in jobs_of(dags) for root in dags[job].roots)


def test_our_own_tasks_are_tried_again_and_reported(dags: dict[str, Any]) -> None:
    """A ledger that is locked for a moment would fail the watcher, and nobody would hear of it."""
    tasks = [task for name in OURS for task in dags[name].tasks if task.task_id != "person_decides"]
    tasks += [task for name in jobs_of(dags) for task in dags[name].tasks if task.task_id.startswith("gate.")]
    assert all(task.retries == 3 and task.retry_delay <= timedelta(seconds=30) and task.on_failure_callback for task in tasks)


def test_the_decision_follows_either_answer(dags: dict[str, Any]) -> None:
    """A rejection would leave no trace in the ledger."""
    release = dags["release_quarantine"]
    assert release.get_task("decide").upstream_task_ids == {"ask", "person_decides"}
    assert release.get_task("person_decides").options == ["Approve", "Reject"]


def test_nobody_decides_with_the_reason_of_whoever_asked(dags: dict[str, Any]) -> None:
    """Airflow fills a task's parameter in from the run's: one click would put the asker's words into another's mouth."""
    release = dags["release_quarantine"]
    assert not set(release.params) & {"reason"}
    assert set(release.get_task("person_decides").params) - set(release.params) == {"reason"}


def test_the_form_can_be_sent_empty(dags: dict[str, Any]) -> None:
    """A default that breaks its own schema fails the run before anybody is asked."""
    dags["release_quarantine"].params.validate()
    dags["release_quarantine"].get_task("person_decides").params.validate()


def test_the_join_waits_for_its_three_inputs(dags: dict[str, Any]) -> None:
    """The join would run on what happens to be there."""
    assets = dags["dti_join"].timetable.asset_condition.objects
    assert {asset.name for asset in assets} == JOBS - {"dti_join"}
