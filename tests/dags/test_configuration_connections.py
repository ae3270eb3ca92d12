from typing import Any

import pytest
from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse

from feature_health.airflow_bridge.configuration import settings


def test_a_connection_that_is_not_there_leaves_its_setting_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Slack nothing could run at all."""

    def missing(name: str) -> Any:
        raise AirflowNotFoundException(name)

    monkeypatch.setattr(BaseHook, "get_connection", missing)
    assert settings(slack=True).slack_token == ""


def test_a_connection_that_could_not_be_asked_for_is_not_taken_for_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment's outage of Airflow's API would look like an installation that has nothing to repair."""

    def broken(name: str) -> Any:
        raise AirflowRuntimeError(ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail={"name": name}))

    monkeypatch.setattr(BaseHook, "get_connection", broken)
    with pytest.raises(AirflowRuntimeError):
        settings(airflow=True)
