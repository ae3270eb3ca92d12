"""The demo's driver against an Airflow in memory, and the judgement of its report."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lending.demo import play as playing
from lending.demo.play import DemoStalled, play
from lending.demo.report import faults
from lending.demo.scenario import JOBS, JOIN, PRODUCERS, Planted, RealLoans, SimulatedLender
from lending.errors import SettingsError

KEYS = ("2026-06-22", "2026-06-23")


@dataclass(frozen=True)
class Run:
    """One run."""

    key: str | None
    state: str


@dataclass
class Memory:
    """An Airflow in which every poll ends every run; `held` partitions end without becoming readable."""

    held: frozenset[tuple[str, str]] = frozenset()
    stuck: bool = False
    order: list[tuple[str, str]] = field(default_factory=list)
    unpaused: list[str] = field(default_factory=list)

    def has_dag(self, dag: str) -> bool:
        """Every job is read."""
        return dag in JOBS

    def unpause(self, dag: str) -> None:
        """Remember it."""
        self.unpaused.append(dag)

    def trigger(self, dag: str, key: str) -> str:
        """Remember it."""
        assert (dag, key) not in self.order, "submitted twice"
        self.order.append((dag, key))
        return f"{dag}-{key}"

    def runs(self, dag: str) -> tuple[Run, ...]:
        """All runs; the join's as Airflow makes them, once its inputs are readable."""
        state = "running" if self.stuck else "success"
        if dag != JOIN:
            return tuple(Run(key, state) for job, key in self.order if job == dag)
        return tuple(Run(key, state) for key in KEYS if all((job, key) in self.readable() for job in PRODUCERS))

    def readable(self) -> frozenset[tuple[str, str]]:
        """What was submitted and is not held."""
        return frozenset(run for run in self.order if run not in self.held)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "POLL_SECONDS", 0.0)


def test_bureaus_are_asked_once_applications_are_readable() -> None:
    """A bureau's answers are held against the applications, so asking earlier would hold good partitions."""
    airflow = Memory()
    steps = list(play(airflow, KEYS, readable=airflow.readable))

    assert airflow.unpaused == list(JOBS)
    assert airflow.order[: len(KEYS)] == [(PRODUCERS[0], key) for key in KEYS]
    assert sorted(airflow.order) == sorted((job, key) for job in PRODUCERS for key in KEYS)
    assert steps[-1].done == steps[-1].total == len(JOBS) * len(KEYS)


def test_a_join_of_a_held_input_is_not_waited_for() -> None:
    """It never runs, so the demo would never end."""
    airflow = Memory(held=frozenset({("bureau_pull", KEYS[0])}))
    steps = list(play(airflow, KEYS, readable=airflow.readable))

    assert steps[-1].total == len(JOBS) * len(KEYS) - 1


def test_a_standstill_ends_with_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo that hangs tells nobody where to look."""
    monkeypatch.setattr(playing, "STALLED_SECONDS_MAX", -1.0)
    airflow = Memory(stuck=True)

    with pytest.raises(DemoStalled, match="application_intake 2026-06-22"):
        list(play(airflow, KEYS, readable=airflow.readable))


@dataclass(frozen=True)
class TwoDays(SimulatedLender):
    """A scenario of two keys with one planted fault."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Two days."""
        return KEYS

    @property
    def planted(self) -> tuple[Planted, ...]:
        """One fault."""
        return (Planted(job="bureau_pull", key=KEYS[0], why="planted"),)


def _report(*, held: set[tuple[str, str]], unreadable: set[tuple[str, str]] = frozenset()) -> dict:  # type: ignore[assignment]
    runs = {(job, key) for job in JOBS for key in KEYS} - {(JOIN, KEYS[0])}
    return {
        "partitions": [
            {"job": job, "key": key, "ruling": "quarantine" if (job, key) in held else "publish"} for job, key in runs
        ],
        "planted": [{"job": "bureau_pull", "key": KEYS[0]}],
        "readable": [{"job": job, "key": key} for job, key in runs - held - set(unreadable)],
    }


def test_exactly_the_planted_fault_is_no_fault_of_the_demo() -> None:
    """The demo's exit code is its proof."""
    assert faults(_report(held={("bureau_pull", KEYS[0])}), TwoDays()) == []


@pytest.mark.parametrize(
    ("held", "unreadable", "told"),
    [
        (set(), set(), "was planted, but not held"),
        ({("bureau_pull", KEYS[0]), ("dti_join", KEYS[1])}, set(), "nothing was planted there"),
        ({("bureau_pull", KEYS[0])}, {("dti_join", KEYS[1])}, "is not readable"),
    ],
)
def test_anything_else_is(held: set[tuple[str, str]], unreadable: set[tuple[str, str]], told: str) -> None:
    """A demo that ends well whatever happened would prove nothing."""
    assert any(told in fault for fault in faults(_report(held=held, unreadable=unreadable), TwoDays()))


def test_real_loans_that_are_not_there_are_named(tmp_path: Path) -> None:
    """A mistyped DATA must be a sentence, not a traceback twelve steps later."""
    with pytest.raises(SettingsError, match="loans_published_2017-11"):
        RealLoans(data=tmp_path, contracts=tmp_path)
