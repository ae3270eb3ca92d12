"""A real Airflow with all four components, and what a journey asks of it: over HTTP, and in its ledger."""

import json
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from feature_health import wiring
from feature_health.cli import down, up
from feature_health.orchestrators.airflow_api import AirflowApi
from feature_health.orchestrators.airflow_client import AirflowClient, Run
from feature_health.ports import Platform
from feature_health.settings import Settings

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
WAIT_SECONDS = 90.0
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One running Airflow. `client` is signed in as the administrator, `api` is what the platform's steps use."""

    home: Path
    url: str
    landing: Path
    client: AirflowClient
    api: AirflowApi
    platform: Platform

    def deliver(self, job: str, key: str, amounts: Sequence[float | None]) -> None:
        """Lay a vendor's file into the landing folder."""
        folder = self.landing / job
        folder.mkdir(exist_ok=True)
        rows = "".join(f"a{number},{'' if amount is None else amount}\n" for number, amount in enumerate(amounts))
        (folder / f"{key}.csv").write_text(f"application_id,amount\n{rows}")

    def ended(self, dag: str, run_id: str) -> Run:
        """The run once it has ended."""

        def ended() -> Run | None:
            run = self.client.run(dag, run_id)
            return run if run and run.ended else None

        return wait_for(ended, f"{dag} {run_id} to end")

    def run(self, dag: str, key: str) -> Run:
        """Start a run for the key and wait until it has ended."""
        return self.ended(dag, self.client.trigger(dag, key))

    def runs_ended(self, dag: str, key: str, count: int) -> tuple[Run, ...]:
        """The runs of that key, once so many have ended."""

        def enough() -> tuple[Run, ...] | None:
            runs = self.client.runs(dag, key)
            return runs if len(runs) >= count and all(run.ended for run in runs) else None

        return wait_for(enough, f"{count} runs of {dag} for {key} to end")

    def reach(self, run: Run, state: str, *tasks: str) -> None:
        """Wait until all the tasks are in that state."""
        wait_for(lambda: all(self.states(run)[task] == state for task in tasks), f"{', '.join(tasks)} to be {state}")

    def states(self, run: Run) -> dict[str, str]:
        """The state of each task of a run, without the group's name."""
        answer = self.client.call("GET", f"/api/v2/dags/{run.dag}/dagRuns/{run.id}/taskInstances")
        return {task["task_id"].removeprefix("gate."): task["state"] for task in answer["task_instances"]}

    def log(self, run: Run, task: str, attempt: int = 1) -> str:
        """What the task logged, one message per line."""
        answer = self.client.call("GET", f"/api/v2/dags/{run.dag}/dagRuns/{run.id}/taskInstances/{task}/logs/{attempt}")
        return "\n".join(_line(line) for line in answer["content"])

    def ran(self) -> list[str]:
        """Which jobs' own code ran, for which key."""
        trace = self.landing / "ran.txt"
        return trace.read_text().splitlines() if trace.exists() else []


def _line(line: dict[str, Any]) -> str:
    """An event of a log with the errors that belong to it."""
    errors = (f"{error['exc_type']}: {error['exc_value']}" for error in line.get("error_detail") or ())
    return " ".join([str(line["event"]), *errors])


def wait_for(look: Callable[[], Found | None], what: str, seconds: float = WAIT_SECONDS) -> Found:
    """What `look` finds, as soon as it finds something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.3)
    raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")


@contextmanager
def running(home: Path, environment: Mapping[str, str]) -> Iterator[Journey]:
    """An Airflow on a free port, over the journey's own DAGs and contracts; stopped to the last process in the end."""
    landing = home / "landing"
    settings = {
        "AIRFLOW__CORE__DAGS_FOLDER": str(_dags(home)),
        "AIRFLOW__FEATURE_HEALTH__CONTRACTS": str(HERE / "contracts"),
        "AIRFLOW__FEATURE_HEALTH__AS_OF": "deadline",
        "AIRFLOW__FEATURE_HEALTH__START_DATE": "2026-06-01",
        "AIRFLOW__FEATURE_HEALTH__END_DATE": "2026-06-02",
        "JOURNEY_LANDING": str(landing),
    }
    outside = {name: value for name, value in environment.items() if not name.startswith("AIRFLOW")}
    started = up.start(home, _free_port(), settings, environment=outside)
    try:
        (landing / "joined").mkdir()
        yield _journey(home, started.url, {**outside, **settings})
    finally:
        down.stop(home)


def _journey(home: Path, url: str, environment: Mapping[str, str]) -> Journey:
    settings = Settings.of_home(home, environment)
    password = json.loads((home / "airflow" / "passwords.json").read_text())["admin"]
    client = AirflowClient(url, "admin", password)
    jobs = ("applications", "nightly_bureau", "incomes", "joined", "slow")
    for dag in (*jobs, "release_quarantine", "watch_arrivals", "gate_self_test"):
        wait_for(partial(client.has_dag, dag), f"{dag} to be read")
        client.unpause(dag)
    return Journey(
        home=home,
        url=url,
        landing=home / "landing",
        client=client,
        api=AirflowApi(settings.airflow_url, settings.airflow_user, settings.airflow_password),
        platform=wiring.platform(settings),
    )


def _dags(home: Path) -> Path:
    """The journey's DAGs beside the project's own release DAG."""
    folder = home / "dags"
    folder.mkdir(parents=True)
    for file in (
        *(HERE / "dags").glob("*.py"),
        PROJECT / "dags" / "release_quarantine.py",
        PROJECT / "dags" / "watch_arrivals.py",
        PROJECT / "dags" / "gate_self_test.py",
    ):
        (folder / file.name).write_text(file.read_text())
    return folder


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment_outside() -> dict[str, str]:
    """This process's environment without its Airflow settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
