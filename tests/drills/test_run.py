"""Drills of a made-up lender's faults through the real steps: each comes to what it must, and the shadow leaves nothing."""

import tempfile
from dataclasses import asdict, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from feature_health.cli.options import json_text
from feature_health.drills.lender import Plant
from feature_health.drills.result import Drilled
from feature_health.drills.run import days_before, drill
from feature_health.errors import CallerError
from tests.drills.bakery import DAY, Bakery, BakeryFaults, make

KEY, NEXT = "2026-03-04", "2026-03-05"


@cache
def drilled(fault: str) -> Drilled:
    """The drill of a fault, once for all tests."""
    return drill(Bakery(), BakeryFaults(), make(), plant=Plant(fault=fault, first_day=DAY), warm_days=1 if fault == "OUT" else 0)


def _came(of: Drilled) -> dict[str, str]:
    return {
        f"{one.job} {one.key}": "waits" if one.waits else "diverted" if one.diverted else str(one.ruling)
        for night in of.nights
        for one in night
    }


def test_a_fault_is_stopped_before_anything_is_readable() -> None:
    """The proof that the gate works would prove nothing."""
    done = drilled("OUT")
    assert done.caught
    assert done.detection is not None
    assert (done.detection.partition, done.detection.job, done.detection.how) == (1, "scores", "held")
    assert "expect_column_values_to_be_between:score" in done.detection.checks
    assert _came(done) == {f"scores {KEY}": "quarantine", f"offers {KEY}": "waits"}
    assert (done.corrupted_rows_published, done.watched.corrupted_rows, done.watched.unjudged) == (0, {}, ())
    assert done.watched.looks > 5


def test_every_time_of_a_stopped_fault_is_measured_in_its_order() -> None:
    """Times that are not those of what happened would be worse than none."""
    times = drilled("OUT").timings
    assert times.detect is not None
    assert times.quarantine is not None
    assert times.message is not None
    assert 0 < times.detect < times.quarantine < times.message
    assert (times.release or 0) > 0
    assert (times.repair or 0) > 0


def test_people_are_told_and_told_again_when_it_is_over() -> None:
    """A drill that ends without a message would not show that people hear of a fault."""
    first, *_, last = drilled("OUT").messages
    assert first.title.startswith("[S1] HELD · scores")
    assert last.title.startswith("[S1] RESOLVED")
    assert first.channel == "#drill"


def test_the_corrected_delivery_makes_everything_readable_again() -> None:
    """A fault that was caught but cannot be repaired keeps decisioning without data."""
    done = drilled("OUT")
    assert (done.repaired, done.resolved) == (True, True)
    assert [moment.job for moment in done.moments if moment.what == "repaired"] == ["scores", "offers"]
    assert done.moments[-1].what == "resolved"


def test_a_missed_fault_is_told_with_every_corrupted_row() -> None:
    """A miss that counts no harm would look like a success."""
    done = drilled("DOUBLE")
    assert (done.caught, done.detection) == (False, None)
    assert done.corrupted_rows_published == 200
    assert done.watched.corrupted_rows == {f"offers {KEY}": 100, f"offers {NEXT}": 100}
    assert done.truth.flipped == 100
    assert (done.repaired, done.timings.detect) == (True, None)


def test_a_milder_fault_may_show_on_the_second_day() -> None:
    """What leaves its limits slowly would count as missed, or as caught on the first day."""
    done = drilled("RAMP")
    assert done.caught
    assert done.detection is not None
    assert (done.detection.partition, done.detection.key) == (2, NEXT)
    assert done.corrupted_rows_published == 100
    assert done.timings.detect is not None
    assert done.timings.detect < 5


def test_a_join_is_built_again_over_what_was_left_of_its_input() -> None:
    """Rows that were held back would come back through the join."""
    done = drilled("FEW")
    assert _came(done) == {f"scores {KEY}": "diverted", f"offers {KEY}": "publish"}
    assert done.detection is not None
    assert done.detection.how == "diverted"
    assert (done.caught, done.corrupted_rows_published) == (True, 0)
    (scores, offers), *_ = done.nights
    assert (scores.rows, scores.diverted, offers.rows) == (100, 2, 98)
    assert (done.repaired, done.resolved) == (True, True)


def test_a_partition_that_never_came_is_noticed() -> None:
    """The most ordinary fault of all would not be one."""
    done = drilled("ABSENT")
    assert done.detection is not None
    assert (done.detection.how, done.detection.checks, done.caught) == ("never_came", ("late",), True)
    assert done.messages[0].title.startswith("[S1] LATE")
    assert done.timings.quarantine is None


def test_a_decoy_stops_nothing() -> None:
    """A drill that repairs what is not broken would hide false alarms; what changed rightly is not corrupted."""
    done = drilled("CHEAP")
    assert done.truth.rows == {"scores": 100}
    assert (done.detection, done.caught, done.corrupted_rows_published) == (None, False, 0)
    assert done.timings.repair is None


@pytest.mark.parametrize("fault", ["OUT", "DOUBLE", "RAMP", "FEW", "ABSENT", "CHEAP"])
def test_nothing_is_readable_before_its_verdict(fault: str) -> None:
    """The promise of the whole platform."""
    assert drilled(fault).watched.unjudged == ()


def test_a_drill_is_a_json_document() -> None:
    """Whoever keeps results could not."""
    assert '"fault": "OUT"' in json_text(asdict(drilled("OUT")))


def test_nothing_is_left_of_a_drill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every night's drill would fill the disk with customers' rows."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    drill(Bakery(), BakeryFaults(), make(), plant=Plant(fault="ABSENT", first_day=DAY), warm_days=0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2026, 1, 10), date(2027, 1, 1)])
def test_a_day_outside_the_world_is_refused_with_the_days_there_are(day: date) -> None:
    """A drill without history would call every check unable."""
    with pytest.raises(CallerError, match="Name a day from 2026-01-17 to 2026-12-31"):
        days_before(Bakery(), day, 16)
    assert days_before(Bakery(), DAY, 2) == (DAY - timedelta(days=2), DAY - timedelta(days=1))


def test_an_unknown_fault_is_refused_with_the_faults_there_are() -> None:
    """A misspelt name would be a drill of nothing."""
    plant = Plant(fault="OUT", first_day=DAY)
    with pytest.raises(CallerError, match="OUT, RAMP"):
        drill(Bakery(), BakeryFaults(), make(), plant=replace(plant, fault="NONE"), warm_days=1)
