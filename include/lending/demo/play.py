"""Bring every partition through Airflow: submit keys over HTTP in the order of a lender's night, and wait for the last run.

Applications come first: a bureau answers about applications, so a key's bureau and income jobs start once its applications are
readable. Joins are never submitted: Airflow starts them when their three inputs are there.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from feature_health.errors import OrchestratorFailed
from lending.demo.scenario import JOBS, JOIN, PRODUCERS

RunKey = tuple[str, str]
ENDED = frozenset({"success", "failed"})
POLL_SECONDS = 1.0
STALLED_SECONDS_MAX = 240.0
PARSED_SECONDS_MAX = 90.0


class Run(Protocol):
    """One run as Airflow tells it."""

    @property
    def key(self) -> str | None:
        """The partition key it was started with."""
        ...

    @property
    def state(self) -> str:
        """queued, running, success or failed."""
        ...


class Airflow(Protocol):
    """What the demo needs of Airflow's API."""

    def unpause(self, dag: str) -> None:
        """Let the DAG's runs start."""
        ...

    def trigger(self, dag: str, key: str) -> str:
        """Start the run for the key, once, and return its id."""
        ...

    def has_dag(self, dag: str) -> bool:
        """Whether Airflow has read the DAG's file by now."""
        ...

    def runs(self, dag: str) -> Sequence[Run]:
        """The newest runs, newest first."""
        ...


class DemoStalled(OrchestratorFailed):
    """Nothing moved for too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is: runs that ended, of those that will be; `ended` names the new ones with their state."""

    done: int
    total: int
    ended: tuple[tuple[RunKey, str], ...]


def play(airflow: Airflow, keys: tuple[str, ...], *, readable: Callable[[], frozenset[RunKey]]) -> Iterator[Progress]:
    """Submit everything and yield after every poll until the last run has ended.

    `readable` answers which partitions decisioning may read now. Raises DemoStalled when no run ends for minutes.
    """
    for dag in JOBS:
        _unpause(airflow, dag)
    for key in keys:
        airflow.trigger(PRODUCERS[0], key)
    submitted: set[RunKey] = {(PRODUCERS[0], key) for key in keys}
    ended: dict[RunKey, str] = {}
    moved = time.monotonic()
    while True:
        states = {(dag, run.key): run.state for dag in JOBS for run in reversed(airflow.runs(dag)) if run.key}
        news = tuple((run, state) for run, state in states.items() if state in ENDED and ended.get(run) != state)
        ended.update(news)
        now_readable = readable()
        for run in _ready(keys, ended, now_readable, submitted):
            airflow.trigger(*run)
            submitted.add(run)
        expected = _expected(keys, ended, now_readable)
        moved = time.monotonic() if news else moved
        yield Progress(done=sum(run in ended for run in expected), total=len(expected), ended=news)
        if expected <= set(ended):
            return
        if time.monotonic() - moved > STALLED_SECONDS_MAX:
            waiting = ", ".join(f"{job} {key}" for job, key in sorted(expected - set(ended))[:5])
            raise DemoStalled(
                f"No run has ended for {STALLED_SECONDS_MAX:.0f} s; still waiting for {waiting}. See build/demo/airflow/logs."
            )
        time.sleep(POLL_SECONDS)


def _unpause(airflow: Airflow, dag: str) -> None:
    end = time.monotonic() + PARSED_SECONDS_MAX
    while not airflow.has_dag(dag):
        if time.monotonic() > end:
            raise DemoStalled(f"Airflow has not read dags/{dag}.py within {PARSED_SECONDS_MAX:.0f} s. See its dag-processor log.")
        time.sleep(POLL_SECONDS)
    airflow.unpause(dag)


def _ready(
    keys: tuple[str, ...], ended: Mapping[RunKey, str], readable: frozenset[RunKey], submitted: set[RunKey]
) -> tuple[RunKey, ...]:
    """Runs of the other producers whose applications are decided, not submitted yet."""
    first, *others = PRODUCERS
    decided = (key for key in keys if (first, key) in readable or (first, key) in ended)
    return tuple((job, key) for key in decided for job in others if (job, key) not in submitted)


def _expected(keys: tuple[str, ...], ended: Mapping[RunKey, str], readable: frozenset[RunKey]) -> set[RunKey]:
    """Every run that will be: a join is expected unless one of its inputs ended without becoming readable."""
    runs = {(job, key) for job in PRODUCERS for key in keys}
    lost = {key for job in PRODUCERS for key in keys if (job, key) in ended and (job, key) not in readable}
    return runs | {(JOIN, key) for key in keys if key not in lost}
