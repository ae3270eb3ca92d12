"""The client against a server that hangs up, or answers 500 although it did what was asked; and what is made of its answers."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from feature_health.errors import OrchestratorFailed
from feature_health.orchestrators.airflow_api import AirflowApi, NoOrchestrator
from feature_health.orchestrators.airflow_client import AirflowClient, Asset, Refused
from feature_health.profiles.partition import RevisionId
from feature_health.records import ReleaseRequest
from tests.orchestrators.scripted_airflow import Airflow, scripted


@pytest.fixture
def airflow() -> Iterator[Airflow]:
    """A scripted Airflow behind a real socket."""
    with scripted() as one:
        yield one


def client(airflow: Airflow, password: str = "right") -> AirflowClient:  # noqa: S107 - of the scripted server
    """A client that does not wait between its attempts."""
    return AirflowClient(airflow.url, "feature_health", password, pauses_seconds=(0.0, 0.0))


@pytest.mark.parametrize("trouble", ["nothing done", "failed after doing", "hung up after doing"])
def test_an_unclear_answer_starts_one_run(airflow: Airflow, trouble: str) -> None:
    """Under load a partition would be run twice, or not at all."""
    airflow.troubles = [trouble]
    name = client(airflow).trigger("nightly_scores", "2026-06-02")
    assert list(airflow.runs) == [name]


@pytest.mark.parametrize("trouble", ["nothing done", "failed after doing", "hung up after doing"])
def test_an_unclear_answer_emits_one_event(airflow: Airflow, trouble: str) -> None:
    """A join would never start, or an event too many would pair with those of another day."""
    airflow.troubles = [trouble]
    client(airflow).emit(Asset(id=7, producers=()), "2026-06-02", {"job": "scores"})
    assert [(event["asset_id"], event["partition_key"]) for event in airflow.events] == [(7, "2026-06-02")]


def test_a_run_of_the_same_name_is_taken_up(airflow: Airflow) -> None:
    """Asking twice for a release would put two questions to people."""
    names = [client(airflow).trigger("release_quarantine", run_id="request-1") for _ in range(2)]
    assert names == ["request-1", "request-1"]
    assert len(airflow.runs) == 1


def test_lasting_trouble_ends_with_what_was_tried(airflow: Airflow) -> None:
    """A step would hang, or end with a traceback of the HTTP library."""
    airflow.troubles = ["nothing done"] * 9
    with pytest.raises(OrchestratorFailed, match=r"answered 500.*Tried 3 times"):
        client(airflow).trigger("nightly_scores", "2026-06-02")
    assert not airflow.runs


def test_nobody_there_is_our_failure() -> None:
    """The step could not tell that a retry is of use."""
    with pytest.raises(OrchestratorFailed, match="no answer"):
        AirflowClient("http://127.0.0.1:9", "feature_health", "right", pauses_seconds=()).runs("nightly_scores")


def test_a_refusal_is_not_tried_again(airflow: Airflow) -> None:
    """A misspelt DAG would cost half a minute each time."""
    with pytest.raises(Refused, match="404: no such dag"):
        client(airflow).trigger("unknown", "2026-06-02")


def test_a_wrong_password_says_where_it_is_set(airflow: Airflow) -> None:
    """Nobody would know which of several passwords is meant; and it must not be shown."""
    with pytest.raises(Refused, match="feature_health_airflow") as refused:
        client(airflow, "wrong-secret").runs("nightly_scores")
    assert "wrong-secret" not in str(refused.value)


def test_an_expired_token_is_renewed(airflow: Airflow) -> None:
    """A long-lived client would stop working after a day."""
    ours = client(airflow)
    ours.trigger("nightly_scores", "2026-06-01")
    airflow.expired = True
    ours.trigger("nightly_scores", "2026-06-02")
    assert (airflow.tokens, len(airflow.runs)) == (2, 2)


def test_the_job_is_found_by_its_asset(airflow: Airflow) -> None:
    """A job whose DAG has another name would never be repaired."""
    api = AirflowApi(airflow.url, "feature_health", "right")
    assert not api.has_run("scores", "2026-06-02")
    api.start("scores", "2026-06-02", note="scores@2026-06-02 has a new readable revision")
    (run,) = airflow.runs.values()
    assert (run["dag_id"], run["partition_key"], run["conf"]) == ("nightly_scores", "2026-06-02", {"as_of": "deadline"})
    assert api.has_run("scores", "2026-06-02")
    assert not api.has_run("scores", "2026-06-0")


def test_a_queued_run_is_enough_and_a_running_one_is_not(airflow: Airflow) -> None:
    """A join that read its inputs a second before the correction would never see it."""
    api = AirflowApi(airflow.url, "feature_health", "right")
    first = api.start("scores", "2026-06-02", note="")
    assert api.start("scores", "2026-06-02", note="") == first
    airflow.runs[first]["state"] = "running"
    assert api.start("scores", "2026-06-02", note="") != first


def test_a_release_is_asked_for_where_its_dag_is_still_paused(airflow: Airflow) -> None:
    """The run would be queued for ever: a new DAG is paused, and nobody would be asked."""
    revision = RevisionId(job="scores", key="2026-06-02", number=1)
    request = ReleaseRequest(
        id=7, revision=revision, asked_by="ann", asked_because="the vendor confirmed", asked_at=datetime.now(UTC)
    )
    run = AirflowApi(airflow.url, "feature_health", "right").start_release(request)
    assert airflow.runs[run]["conf"]["request"] == 7
    assert airflow.unpaused == ["release_quarantine"]


def test_an_unknown_job_says_what_to_look_for(airflow: Airflow) -> None:
    """A release would end in an error that names nothing."""
    with pytest.raises(OrchestratorFailed, match=r"no DAG publishes.*dags/"):
        AirflowApi(airflow.url, "feature_health", "right").emit("nobodys", "2026-06-02")


def test_without_airflow_nothing_is_pretended() -> None:
    """A release would seem to be under way, or a join to need no repair, although nobody was asked."""
    nobody = NoOrchestrator()
    with pytest.raises(OrchestratorFailed, match="whether scores ran for 2026-06-02"):
        nobody.has_run("scores", "2026-06-02")
    with pytest.raises(OrchestratorFailed, match="start scores for 2026-06-02"):
        nobody.start("scores", "2026-06-02", note="")
    with pytest.raises(OrchestratorFailed, match="announce scores 2026-06-02"):
        nobody.emit("scores", "2026-06-02")
