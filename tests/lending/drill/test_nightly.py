"""Which fault has its turn at night, and what a drill leaves in the real ledger."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from feature_health import wiring
from feature_health.airflow_bridge import drilling
from feature_health.drills.aftermath import NIGHTLY, report
from feature_health.drills.lender import STRENGTHS, FaultCard, Plant, Truth
from feature_health.drills.result import Drilled, Timings, Watched
from feature_health.ports import Ledger
from feature_health.settings import Settings
from lending.drill.library import LendingFaults
from lending.drill.nightly import turn_of

FIRST, LAST = date(2025, 1, 29), date(2027, 12, 31)


def test_in_the_end_every_fault_has_its_turn_in_every_strength() -> None:
    """A fault that never comes would never be found to get through."""
    cards = LendingFaults().cards()
    nights = [date(2026, 1, 1) + timedelta(days=n) for n in range(len(cards) * len(STRENGTHS))]
    turns = Counter(
        (plant.fault, plant.strength) for plant in (turn_of(night, cards, first=FIRST, last=LAST) for night in nights)
    )
    assert set(turns.values()) == {1}
    assert len(turns) == len(cards) * len(STRENGTHS)


@pytest.mark.parametrize("night", [date(2026, 11, 26), date(2031, 5, 7), date(2024, 2, 29)])
def test_a_night_that_the_world_has_not_is_played_on_its_weekday(night: date) -> None:
    """From 2028 on every night's drill would fail."""
    played = turn_of(night, LendingFaults().cards(), first=FIRST, last=LAST).first_day
    assert FIRST <= played <= LAST
    assert played.weekday() == night.weekday()
    assert played == night or not FIRST <= night <= LAST


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """The ledger of an Airflow's home."""
    monkeypatch.setenv("AIRFLOW__FEATURE_HEALTH__HOME", str(tmp_path))
    return wiring.ledger(Settings.of({"home": str(tmp_path)}))


def drilled(*, caught: bool, impact: Any = "S1", decoy: bool = False) -> Drilled:
    """What came of a drill."""
    card = FaultCard(name="B3", title="A code as a number", story="", strengths=("", "", ""), scopes={}, decoy=decoy, job="pulls")
    return Drilled(
        card=card,
        plant=Plant(fault="B3", first_day=FIRST),
        day=FIRST,
        truth=Truth(rows={"pulls": 7}, decisions=100, flipped=3, at_stake_usd=1.0, impact=impact),
        caught=caught,
        detection=None,
        timings=Timings(),
        corrupted_rows_published=0 if caught else 7,
        watched=Watched(looks=1, files=1, corrupted_rows={}),
        nights=(),
        moments=(),
        messages=(),
        repaired=True,
        resolved=True,
        warm_days=1,
    )


def test_a_fault_that_gets_through_is_an_incident_until_the_next_good_drill(ledger: Ledger) -> None:
    """The drill would find the hole, and nobody would hear of it; or it would be told for ever."""
    drilling.report_on(drilled(caught=False))
    (incident,) = ledger.open_incidents()
    assert (incident.job, incident.level, incident.causes) == (NIGHTLY, "S1", frozenset({"fault:B3"}))
    assert "B3 (A code as a number)" in incident.title
    assert ledger.heartbeat(NIGHTLY) is None
    drilling.report_on(drilled(caught=True))
    assert not ledger.open_incidents()
    assert ledger.heartbeat(NIGHTLY) is not None


@pytest.mark.parametrize(
    "one",
    [drilled(caught=False, impact="S3"), drilled(caught=False, impact="S2"), drilled(caught=False, decoy=True)],
    ids=["S3", "S2", "decoy"],
)
def test_what_flips_hardly_a_decision_wakes_nobody(ledger: Ledger, one: Drilled) -> None:
    """An alarm for what may pass is an alarm that nobody believes."""
    drilling.report_on(one)
    assert not ledger.open_incidents()


def test_what_was_readable_without_a_verdict_is_an_incident_whatever_it_was(ledger: Ledger, tmp_path: Path) -> None:
    """The one promise would be broken in silence."""
    bad = drilled(caught=True, impact="S3")
    on = wiring.platform(Settings.of({"home": str(tmp_path)}))
    report(on, replace(bad, watched=replace(bad.watched, unjudged=("pulls 2026-01-01 revision 1",))))
    assert ledger.open_incidents()


@pytest.mark.journey
@pytest.mark.timeout(600)
def test_the_dag_holds_the_drill_of_the_night(
    ledger: Ledger, project: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The nightly drill would fail every night, in a place where nobody looks."""
    from airflow.dag_processing.dagbag import DagBag

    night = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
    caplog.set_level("INFO")
    monkeypatch.setattr(drilling, "get_current_context", lambda: {"dag_run": SimpleNamespace(start_date=night)})
    dag: Any = DagBag(dag_folder=project / "dags" / "detection_drill.py").dags["detection_drill"]
    dag.get_task("hold_drill").python_callable()
    plant = turn_of(night.date(), LendingFaults().cards(), first=FIRST, last=LAST)
    assert f"{plant.fault} (" in caplog.text
    assert not ledger.open_incidents()
