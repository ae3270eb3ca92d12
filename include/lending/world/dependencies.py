"""What the vendors' status pages say, and the events that the lender's own table knows of."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import pyarrow as pa

from lending.calendars import CalendarEvent
from lending.calendars.business import LENDER_TIME
from lending.calendars.events import EventKind
from lending.world.applicants import day_begins
from lending.world.deploys import FREEZE_BEGINS
from lending.world.outages import VENDORS, vendor_outages

_LAG_MS: Final = 4 * 60_000  # a status page admits an outage a little later
_WEEKS_KEPT: Final = 8
_SUNDAY: Final = 6
_Change = tuple[int, str, str, str]  # when (UTC ms), vendor, status, incident
_STATUS: Final = pa.schema(
    [
        ("status_id", pa.string()),
        ("dependency", pa.string()),
        ("status", pa.string()),
        ("changed_at", pa.timestamp("us", tz="UTC")),
        ("incident_id", pa.string()),
    ]
)
_EVENTS: Final = pa.schema(
    [
        ("id", pa.string()),
        ("kind", pa.string()),
        ("first_day", pa.date32()),
        ("last_day", pa.date32()),
        ("known_at", pa.timestamp("us", tz="UTC")),
        ("factor", pa.float64()),
        ("about", pa.string()),
    ]
)


def dependency_status(seed: int, day: date) -> pa.Table:
    """What each vendor's page said as the day began, and each change during it: operational or outage, in order of time."""
    first, last = day_begins(day), day_begins(day + timedelta(days=1))
    changes = sorted(change for vendor in VENDORS for change in _changes(seed, day, vendor, first) if change[0] < last)
    columns = {
        "status_id": [f"st-{day:%Y%m%d}-{i + 1}" for i in range(len(changes))],
        "dependency": [vendor for _, vendor, _, _ in changes],
        "status": [status for _, _, status, _ in changes],
        "changed_at": [at * 1000 for at, _, _, _ in changes],
        "incident_id": [incident or None for _, _, _, incident in changes],
    }
    return pa.table([pa.array(columns[field.name], field.type) for field in _STATUS], schema=_STATUS)


def calendar_events(day: date, *, planned: Iterable[CalendarEvent] = ()) -> pa.Table:
    """The lender's table of events as it stood at the end of `day`: those of the last eight weeks and those known to come.

    To the `planned` ones come what every year has: the vendors' maintenance, the settlement windows and the release freeze.
    """
    evening = datetime.combine(day + timedelta(days=1), time(), LENDER_TIME)
    since = day - timedelta(weeks=_WEEKS_KEPT)
    events = [one for one in (*planned, *_standing(day)) if one.known_at <= evening and one.last_day >= since]
    events.sort(key=lambda one: (one.first_day, one.id))
    rows = [{name: getattr(one, name) for name in _EVENTS.names} for one in events]
    return pa.Table.from_pylist([{**row, "known_at": row["known_at"].astimezone(UTC)} for row in rows], schema=_EVENTS)


def _changes(seed: int, day: date, vendor: str, first: int) -> Iterator[_Change]:
    """The page as the day begins, and what changes on it from then on."""
    said = [(outage, f"{vendor.lower()}-{outage.begins}") for outage in vendor_outages(seed, day, vendor)]
    ongoing = [incident for outage, incident in said if outage.begins + _LAG_MS <= first < outage.ends + _LAG_MS]
    yield (first, vendor, "outage", ongoing[0]) if ongoing else (first, vendor, "operational", "")
    for outage, incident in said:
        if outage.begins + _LAG_MS > first:
            yield (outage.begins + _LAG_MS, vendor, "outage", incident)
        yield (outage.ends + _LAG_MS, vendor, "operational", incident)


def _standing(day: date) -> Iterator[CalendarEvent]:
    """Of the years around `day`, and of the months around it."""
    for year in (day.year - 1, day.year, day.year + 1):
        new_year, year_end = date(year, 1, 1), date(year, 12, 31)
        yield _event(
            f"settlement-{year}",
            "batch_window",
            new_year,
            year_end,
            30,
            "Payment files at 10:10, 14:25, 16:25 and 02:00 New York",
        )
        yield _event(
            f"release-freeze-{year}", "freeze", date(year, *FREEZE_BEGINS), year_end, 30, "No releases over the holidays"
        )
    for month in range(-3, 3):
        sunday = _second_sunday(_month_after(day, month))
        for vendor in VENDORS[:3]:
            yield _event(
                f"maintenance-{vendor}-{sunday:%Y-%m}", "vendor_maintenance", sunday, sunday, 14, "02:00 to 05:00 New York"
            )


def _event(name: str, kind: EventKind, first: date, last: date, days_ahead: int, about: str) -> CalendarEvent:
    known_at = datetime.combine(first - timedelta(days=days_ahead), time(9), LENDER_TIME)
    return CalendarEvent(id=name, kind=kind, first_day=first, last_day=last, known_at=known_at, about=about)


def _month_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def _second_sunday(month: date) -> date:
    return month + timedelta(days=(_SUNDAY - month.weekday()) % 7 + 7)
