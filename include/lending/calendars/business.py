"""Business calendars: which days are holidays for whom, and how many applications a day brings compared with a plain Thursday.

Knows nothing of schedulers or checks; they are handed dates and factors. The factors are the lender's own priors (its domain
notes, "Natural seasonality").
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from lending.calendars.events import CalendarEvent, read_events
from lending.calendars.holidays_of import CalendarName, holidays_of
from lending.errors import CalendarEventsInvalid

EVENTS: Final = "LENDING__CALENDAR_EVENTS"
LENDER_TIME: Final = ZoneInfo("America/New_York")

WEEKDAY_FACTORS: Final = (1.12, 1.08, 1.04, 1.00, 0.95, 0.78, 0.72)
HOLIDAY_FACTOR: Final = 0.60
HOLIDAY_FACTORS: Final[Mapping[str, float]] = MappingProxyType({"Christmas Day": 0.35, "Thanksgiving Day": 0.45})
AFTER_HOLIDAY_FACTOR: Final = 1.15

_TIMES: Final = "\N{MULTIPLICATION SIGN}"

_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCalendar:
    """Named calendars, the lender's own `events`, and the day factors that follow one of the calendars (`volume_follows`).

    `us_federal` closes on observed holidays; `fed` (Federal Reserve Banks, and so ACH) stays open on the Friday before a
    Saturday holiday. `lender` keeps the federal holidays and the closures among its events. Of events, only those count that
    were known `as_of` an instant, by default the end of the day that is asked about, in the lender's time zone.
    """

    volume_follows: CalendarName = "us_federal"
    weekday_factors: tuple[float, ...] = WEEKDAY_FACTORS
    holiday_factors: Mapping[str, float] = field(default_factory=lambda: HOLIDAY_FACTORS)
    events: tuple[CalendarEvent, ...] = ()

    def events_on(self, day: date, *, as_of: datetime | None = None) -> tuple[CalendarEvent, ...]:
        """The events of `day` that were known by then, in the order of the table."""
        moment = as_of or _end_of(day)
        return tuple(event for event in self.events if event.covers(day) and event.known_at <= moment)

    def holiday_name(self, calendar: CalendarName, day: date, *, as_of: datetime | None = None) -> str | None:
        """The holiday that `calendar` keeps on `day`, or None; raises ValueError for a calendar it does not know."""
        name = holidays_of(calendar, day.year).get(day)
        if name is None and calendar == "lender":
            return next((event.id for event in self.events_on(day, as_of=as_of) if event.kind == "closure"), None)
        return name

    def is_holiday(self, calendar: CalendarName, day: date, *, as_of: datetime | None = None) -> bool:
        """Whether `calendar` keeps a holiday on `day`."""
        return self.holiday_name(calendar, day, as_of=as_of) is not None

    def is_business_day(self, calendar: CalendarName, day: date, *, as_of: datetime | None = None) -> bool:
        """Whether `day` is a weekday that `calendar` does not keep as a holiday."""
        return day.weekday() < _SATURDAY and not self.is_holiday(calendar, day, as_of=as_of)

    def factor(self, day: date, *, as_of: datetime | None = None) -> tuple[float, str]:
        """(applications compared with a plain Thursday, what that is made of): 0.78 for a Saturday, its name with the factor.

        Weekday, holiday and the lender's events multiply, and each is named; an event that changes no volume is not.
        """
        parts = [(f"{day:%A}", self.weekday_factors[day.weekday()])]
        if name := self.holiday_name(self.volume_follows, day, as_of=as_of):
            parts.append((name, self.holiday_factors.get(name, HOLIDAY_FACTOR)))
        elif name := self._holiday_just_past(day, as_of):
            parts.append((f"first business day after {name}", AFTER_HOLIDAY_FACTOR))
        events = self.events_on(day, as_of=as_of)
        parts += [(f"{event.kind.replace('_', ' ')} {event.id}", event.factor) for event in events if event.factor != 1.0]
        product = 1.0
        for _, part in parts:
            product *= part
        return round(product, 6), ", ".join(f"{label} {_TIMES}{part:.2f}" for label, part in parts)

    def _holiday_just_past(self, day: date, as_of: datetime | None) -> str | None:
        """The latest holiday since the last business day, if `day` is the first business day after one."""
        if not self.is_business_day(self.volume_follows, day, as_of=as_of):
            return None
        before = day - timedelta(days=1)
        while not self.is_business_day(self.volume_follows, before, as_of=as_of):
            if name := self.holiday_name(self.volume_follows, before, as_of=as_of):
                return name
            before -= timedelta(days=1)
        return None


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), LENDER_TIME)


def lender_calendar(environ: Mapping[str, str] | None = None) -> BusinessCalendar:
    """The calendar with the events of the file that LENDING__CALENDAR_EVENTS names, with none where it names no file.

    The file is read again when it has changed. Raises CalendarEventsInvalid (a ValueError) with all of the file's faults.
    """
    named = (os.environ if environ is None else environ).get(EVENTS, "").strip()
    if not named:
        return _PLAIN
    path = Path(named)
    if not path.is_absolute():
        raise CalendarEventsInvalid(
            f"{EVENTS} is {named!r}, a relative path, which each process reads differently; give the absolute path of the file"
        )
    try:
        state = path.stat()
    except OSError as error:
        raise CalendarEventsInvalid(
            f"{EVENTS} names {named!r}, and no events can be read there ({error.strerror}). Give the path of a YAML or CSV file."
        ) from error
    return _with_events(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _with_events(path: Path, changed_ns: int, size: int) -> BusinessCalendar:  # noqa: ARG001 - what tells one state of a file from another
    return BusinessCalendar(events=read_events(path))


_PLAIN: Final = BusinessCalendar()


def us_federal(day: date) -> tuple[float, str]:
    """(1 on a business day of the government's offices, else 0, why): for feeds that come from vendors' staff."""
    return _open("us_federal", day)


def fed(day: date) -> tuple[float, str]:
    """(1 on a day on which the Federal Reserve Banks settle, else 0, why): for feeds that follow payments."""
    return _open("fed", day)


def nyse(day: date) -> tuple[float, str]:
    """(1 on a trading day of the New York Stock Exchange, else 0, why)."""
    return _open("nyse", day)


def sifma(day: date) -> tuple[float, str]:
    """(1 on a trading day of the bond market, else 0, why)."""
    return _open("sifma", day)


def lender(day: date) -> tuple[float, str]:
    """(1 on a business day of the lender's own offices, else 0, why): federal holidays and closures of its table of events."""
    return _open("lender", day)


def _open(calendar: CalendarName, day: date) -> tuple[float, str]:
    of = lender_calendar()
    if name := of.holiday_name(calendar, day):
        return 0.0, f"{calendar} closed, {name}"
    return (1.0, f"{calendar} open") if of.is_business_day(calendar, day) else (0.0, f"{calendar} closed, {day:%A}")


def us_lender(day: date) -> tuple[float, str]:
    """(volume factor, explanation) of `day` for a United States consumer lender; the calendar that contracts name `us_lender`.

    The factors of weekday, holiday and the lender's events (`lender_calendar`) multiply: 3 July 2026 is 0.57, a Friday of 0.95
    and an observed holiday of 0.60. Raises ValueError when the file of events cannot be used.
    """
    return lender_calendar().factor(day)
