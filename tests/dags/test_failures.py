"""Who hears of a task of ours that broke: people through the ledger, and only when it was us."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG, task
from airflow.sdk.exceptions import AirflowFailException

from feature_health import wiring
from feature_health.airflow_bridge import gate
from feature_health.airflow_bridge.configuration import settings
from feature_health.airflow_bridge.failures import reporter
from feature_health.airflow_bridge.inputs import InputsMissing
from feature_health.errors import KeyRefused, LedgerFailed, ReleaseRefused
from feature_health.ledger.migrate import migrate
from feature_health.ports import Ledger

pytestmark = pytest.mark.usefixtures("our_contracts")


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """A ledger where Airflow's configuration says that it is."""
    monkeypatch.setenv("AIRFLOW__FEATURE_HEALTH__HOME", str(tmp_path))
    migrate(settings().db_url)
    return wiring.ledger(settings())


class FailedTask:
    """A failed task as callbacks see it, with its XComs."""

    dag_id = "nightly_scores"

    def __init__(self, task_id: str = "gate.stage") -> None:
        self.task_id = task_id
        self.xcoms: dict[str, str] = {}

    def xcom_push(self, key: str, value: str) -> None:
        """Keep a value."""
        self.xcoms[key] = value

    def xcom_pull(self, *, task_ids: str, key: str) -> str | None:
        """The value kept."""
        assert task_ids == self.task_id
        return self.xcoms.get(key)


def failed(error: BaseException | str | None, task: FailedTask | None = None) -> Any:
    """What Airflow hands to a callback."""
    return {"exception": error, "ti": task or FailedTask(), "dag_run": SimpleNamespace(partition_key="2026-06-02")}


def gated() -> DAG:
    """A DAG with a gate, and with a callback and a task of its author's own."""
    with DAG("nightly_scores", schedule=None, on_failure_callback=lambda _: None) as dag:

        @task
        def pull() -> str:
            return "/candidate.csv"

        gate(job="applications", candidate=pull()) >> pull.override(task_id="theirs")()
    return dag


def call_back(task: FailedTask) -> None:
    """What the dag-processor does when a run of the DAG has failed."""
    callbacks: Any = gated().on_failure_callback
    for callback in callbacks:
        callback(failed(None, task))


def refused() -> BaseException:
    """What the check of the key raises."""
    error = AirflowFailException("no")
    error.__cause__ = KeyRefused("no")
    return error


def test_our_failure_is_an_incident_and_told_once(ledger: Ledger) -> None:
    """A partition would be missing in the morning and nobody would know; or every retry would be told."""
    reporter("applications")(failed(LedgerFailed("locked for 30 s by process 12")))
    reporter("applications")(failed(LedgerFailed("locked for 30 s by process 13")))
    (incident,) = ledger.open_incidents()
    assert (incident.kind, incident.job) == ("platform", "applications")
    assert [(member.key, member.role) for member in incident.members] == [("2026-06-02", "failed")]
    assert "LedgerFailed" in incident.members[0].because
    assert ledger.undelivered() == 0


def test_the_text_of_an_error_is_not_told(ledger: Ledger) -> None:
    """An exception may quote a customer's data, and the incident goes to Slack."""
    reporter("applications")(failed(ValueError("invalid income 48211 of Jane Doe")))
    (incident,) = ledger.open_incidents()
    assert "Jane" not in repr(incident)


@pytest.mark.parametrize("task_id", ["pull", "gate.stage", "gate.publish"])
def test_a_killed_task_is_reported_for_it(ledger: Ledger, task_id: str) -> None:
    """Airflow calls nobody back for a task whose process is gone: its partition would be missing without a word."""
    assert gated().has_on_failure_callback
    call_back(FailedTask(task_id))
    (incident,) = ledger.open_incidents()
    assert "killed" in incident.members[0].because


def test_a_task_that_could_say_so_itself_is_not_reported_twice(ledger: Ledger) -> None:
    """The incident would say that a task was killed which had a clear error; or a refused key would become one."""
    for error in (LedgerFailed("locked"), KeyRefused("no")):
        broken = FailedTask()
        reporter("applications")(failed(error, broken))
        call_back(broken)
    (incident,) = ledger.open_incidents()
    assert "LedgerFailed" in incident.members[0].because


def test_what_others_hang_behind_the_gate_is_theirs(ledger: Ledger) -> None:
    """The failure of a training job would be told as a failure of the gate."""
    call_back(FailedTask("theirs"))
    assert not ledger.open_incidents()


def test_our_own_dags_fail_under_their_own_name(ledger: Ledger) -> None:
    """The watcher's failure would be put down to some job."""
    reporter(None)(failed(LedgerFailed("locked")))
    assert ledger.open_incidents()[0].job == "nightly_scores"


@pytest.mark.parametrize("error", [refused(), KeyRefused("no"), ReleaseRefused("no"), InputsMissing("no")], ids=repr)
def test_what_somebody_asked_for_in_vain_alarms_nobody(ledger: Ledger, error: BaseException) -> None:
    """A slip of the keyboard would wake somebody up."""
    reporter("applications")(failed(error))
    assert not ledger.open_incidents()


def test_a_ledger_that_is_away_breaks_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The callback's own failure would hide the one that it was to report."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("AIRFLOW__FEATURE_HEALTH__DB_URL", f"sqlite:///{tmp_path}/file/ledger.db")
    reporter("applications")(failed(LedgerFailed("locked")))
    assert "could not be reported" in caplog.text
