"""Telemetry, releases, status pages and the lender's table of events, as the world makes them."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from lending.calendars import CalendarEvent
from lending.world.applicants import day_begins
from lending.world.batches import windows_of
from lending.world.dependencies import calendar_events, dependency_status
from lending.world.deploys import deploys, is_frozen
from lending.world.draws import Ints
from lending.world.outages import SERVICES, VENDORS, service_outages, vendor_outages
from lending.world.telemetry import service_telemetry

WEDNESDAY, SUNDAY = date(2026, 3, 4), date(2026, 3, 8)
DAYS = [date(2026, 1, 5) + timedelta(days=i) for i in range(56)]
YEAR = [date(2026, 1, 5) + timedelta(days=i) for i in range(365)]


def _sha(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()[:16]


@pytest.mark.parametrize(
    ("make", "golden"),
    [
        (lambda day: service_telemetry(7, day), "7c8ff8a0656951e1"),
        (lambda day: deploys(7, day), "9377c2ebc41d180a"),
        (lambda day: dependency_status(7, day), "ff004e6d538eb9ff"),
        (calendar_events, "7a868ebf7bb38a2b"),
    ],
    ids=["service_telemetry", "deploys", "dependency_status", "calendar_events"],
)
def test_a_day_made_today_is_the_day_that_was_made_before(make: Callable[[date], pa.Table], golden: str) -> None:
    """Somebody who changes a draw should know that every partition made before changes with it."""
    made = make(WEDNESDAY)
    make(WEDNESDAY + timedelta(days=1))
    assert make(WEDNESDAY).equals(made)
    assert _sha(made) == golden


def _column(table: pa.Table, service: str, name: str) -> Ints:
    rows = table.filter(pa.compute.equal(table["service"], service))
    found: Ints = rows[name].to_numpy(zero_copy_only=False)
    return found


def test_a_day_has_all_its_minutes_when_the_clocks_change() -> None:
    """A detector by the minute would take the missing hour for an outage."""
    for day, minutes in ((SUNDAY, 1380), (WEDNESDAY, 1440), (date(2026, 11, 1), 1500)):
        assert service_telemetry(7, day).num_rows == minutes * len(SERVICES)


def test_batches_bring_load_and_load_brings_latency() -> None:
    """Every batch would look like an outage, or none like a batch."""
    inside, outside, slow, quick = [], [], [], []
    for day in DAYS[:5]:
        minutes = np.arange(day_begins(day), day_begins(day + timedelta(days=1)), 60_000)
        night = windows_of(7, day)[0]
        batch = (minutes >= night.begins) & (minutes < night.ends)
        beside = ~batch & (np.abs(minutes - night.begins) < 3 * 3_600_000)
        table = service_telemetry(7, day)
        requests, latency = _column(table, "ach_gateway", "requests"), _column(table, "ach_gateway", "latency_p50_ms")
        inside.append(np.median(requests[batch]) / np.median(requests[beside]))
        slow.append(np.median(latency[batch]))
        quick.append(np.median(latency[beside]))
        outside.append(len(windows_of(7, day)))
    assert np.median(inside) == pytest.approx(7, rel=0.25)
    assert np.median(slow) > np.median(quick) * 1.01
    assert set(outside) == {4}


def test_settlement_follows_the_federal_reserve() -> None:
    """On 3 July 2026 a detector that reads the government's calendar would call the batches undeclared."""
    assert [len(windows_of(7, day)) for day in (date(2026, 7, 3), date(2026, 7, 4), date(2026, 1, 19))] == [4, 1, 1]


def test_outages_come_as_often_and_last_as_long_as_said() -> None:
    """Recall of a detector would be counted over too few outages to mean anything."""
    begun = {outage for day in DAYS for service in SERVICES for outage in service_outages(7, day, service)}
    assert len(begun) / len(SERVICES) == pytest.approx(27, rel=0.2)
    assert np.median([outage.ends - outage.begins for outage in begun]) / 60_000 == pytest.approx(37, rel=0.2)
    assert np.mean([outage.precursor < outage.begins for outage in begun]) == pytest.approx(0.6, abs=0.1)
    assert {outage.kind for outage in begun} == {"errors", "latency", "drop", "dependency"}
    of_vendors = [{outage for day in DAYS for outage in vendor_outages(seed, day, v)} for seed in range(20) for v in VENDORS]
    assert np.mean([len(outages) for outages in of_vendors]) / 56 * 30 == pytest.approx(0.4, rel=0.25)


def test_errors_rise_in_an_outage_of_errors() -> None:
    """The truth of an outage would not be in the telemetry that a detector reads."""
    (day, outage) = next(
        (day, outage)
        for day in DAYS
        for outage in service_outages(7, day, "card_payments")
        if outage.kind == "errors" and day_begins(day) <= outage.begins and outage.ends < day_begins(day + timedelta(days=1))
    )
    table = service_telemetry(7, day)
    minutes = np.arange(day_begins(day), day_begins(day + timedelta(days=1)), 60_000)
    during = (minutes >= outage.begins) & (minutes < outage.ends)
    errors, requests = _column(table, "card_payments", "errors"), _column(table, "card_payments", "requests")
    assert errors[during].sum() / requests[during].sum() > 0.04
    assert errors[minutes < outage.precursor - 60_000].sum() / requests[minutes < outage.precursor - 60_000].sum() < 0.03


def test_releases_are_six_a_week_and_none_while_frozen() -> None:
    """The most recent release would explain everything, or be there when nobody may release."""
    assert sum(deploys(7, day).num_rows for day in DAYS) / 8 == pytest.approx(6, rel=0.2)
    assert not deploys(7, date(2026, 12, 1)).num_rows
    assert is_frozen(date(2026, 12, 31))
    assert not is_frozen(date(2027, 1, 4))


def test_a_status_page_says_how_the_day_began_and_admits_an_outage_a_little_late() -> None:
    """Whoever asks what was up at six in the morning would find no row before the first outage."""
    table = dependency_status(7, WEDNESDAY)
    assert set(table["dependency"].to_pylist()) == set(VENDORS)
    (day, outage) = next((day, found) for day in YEAR for v in VENDORS for found in vendor_outages(7, day, v))
    rows = dependency_status(7, day).filter(pa.compute.equal(dependency_status(7, day)["dependency"], outage.of)).to_pylist()
    assert [row["status"] for row in rows][:2] == ["operational", "outage"]
    lag = rows[1]["changed_at"] - datetime.fromtimestamp(outage.begins / 1000, UTC)
    assert timedelta(0) < lag < timedelta(minutes=10)


def test_the_table_of_events_holds_what_was_known_that_evening() -> None:
    """A back-test would read of a campaign before anybody had planned it."""
    known = datetime(2026, 3, 4, 12, tzinfo=UTC)
    mail = CalendarEvent(
        id="mail", kind="campaign", first_day=date(2026, 4, 1), last_day=date(2026, 4, 9), known_at=known, factor=1.8
    )
    before = calendar_events(date(2026, 3, 3), planned=[mail])["id"].to_pylist()
    after = calendar_events(date(2026, 3, 4), planned=[mail]).to_pylist()
    assert "mail" not in before
    (row,) = [row for row in after if row["id"] == "mail"]
    assert CalendarEvent(**row) == mail
    assert "settlement-2026" in before
    assert "release-freeze-2026" in calendar_events(date(2026, 11, 1))["id"].to_pylist()
