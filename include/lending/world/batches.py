"""When payment files are worked through in bulk: the windows of a day, a little early or late, and how much they bring.

Around the same-day deadlines of the clearing house (10:30, 14:45, 16:45 in New York), on days on which the Federal Reserve
settles, and in the small hours. Times are UTC milliseconds.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from lending.calendars.business import LENDER_TIME, BusinessCalendar
from lending.world.draws import Draws

# Nominal start, minutes, how many times the ordinary volume.
_NIGHT: Final = (time(2, 0), 75, 7.0)
_SAME_DAY: Final = ((time(10, 10), 30, 3.0), (time(14, 25), 35, 3.0), (time(16, 25), 30, 3.0))
_JITTER_MINUTES: Final = 6.0
_PAYROLL_FACTOR: Final = 1.5
_HALF_MONTH_FACTOR: Final = 1.4
_A_PAYDAY: Final = date(2025, 1, 3)  # a Friday; every second one is a payday
_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From `begins` until `ends`, `boost` times the ordinary volume."""

    begins: int
    ends: int
    boost: float


def windows_of(seed: int, day: date) -> tuple[Window, ...]:
    """The batch windows of `day` as they really ran, earliest first: the night's, and three more where the Fed is open."""
    calendar = BusinessCalendar()
    nominal = (_NIGHT, *(_SAME_DAY if calendar.is_business_day("fed", day) else ()))
    jitter = Draws(seed=seed, table="batches", day=day).normal("start", len(nominal)).tolist()
    payroll = _payroll(day)
    return tuple(
        _window(day, at, minutes, 1 + (boost - 1) * payroll, jitter[i] * _JITTER_MINUTES)
        for i, (at, minutes, boost) in enumerate(nominal)
    )


def is_payday(day: date) -> bool:
    """Whether `day` is a Friday on which those paid every second week are paid."""
    return (day - _A_PAYDAY).days % 14 == 0


def _payroll(day: date) -> float:
    factor = _PAYROLL_FACTOR if is_payday(day) else 1.0
    return factor * (_HALF_MONTH_FACTOR if day.day in (15, 30) else 1.0)


def _window(day: date, at: time, minutes: int, boost: float, late_minutes: float) -> Window:
    nominal = round(datetime.combine(day, at, LENDER_TIME).timestamp() * 1000)
    begins = nominal + int(late_minutes * _MINUTE_MS)
    return Window(begins=begins, ends=begins + int(timedelta(minutes=minutes).total_seconds() * 1000), boost=boost)
