"""Business calendars: which days are holidays for whom, and how many applications a day brings compared with a plain Thursday.

Knows nothing of schedulers or checks; they are handed dates and factors. The factors are the lender's own priors (its domain
notes, "Natural seasonality").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final, get_args

from lending.calendars.federal import CalendarName, holidays_of

WEEKDAY_FACTORS: Final = (1.12, 1.08, 1.04, 1.00, 0.95, 0.78, 0.72)
HOLIDAY_FACTOR: Final = 0.60
HOLIDAY_FACTORS: Final[Mapping[str, float]] = MappingProxyType({"Christmas Day": 0.35, "Thanksgiving Day": 0.45})
AFTER_HOLIDAY_FACTOR: Final = 1.15

_TIMES: Final = "\N{MULTIPLICATION SIGN}"

_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCalendar:
    """Named calendars and the day factors that follow one of them (`volume_follows`).

    `us_federal` closes on observed holidays; `fed` (Federal Reserve Banks, and so ACH) stays open on the Friday before a
    Saturday holiday.
    """

    volume_follows: CalendarName = "us_federal"
    weekday_factors: tuple[float, ...] = WEEKDAY_FACTORS
    holiday_factors: Mapping[str, float] = field(default_factory=lambda: HOLIDAY_FACTORS)

    def holiday_name(self, calendar: CalendarName, day: date) -> str | None:
        """The holiday that `calendar` keeps on `day`, or None; raises ValueError for a calendar it does not know."""
        if calendar not in get_args(CalendarName):
            raise ValueError(f"There is no calendar {calendar!r}; the known ones are {', '.join(get_args(CalendarName))}.")
        return _holidays(calendar, day.year).get(day)

    def is_holiday(self, calendar: CalendarName, day: date) -> bool:
        """Whether `calendar` keeps a holiday on `day`."""
        return self.holiday_name(calendar, day) is not None

    def is_business_day(self, calendar: CalendarName, day: date) -> bool:
        """Whether `day` is a weekday that `calendar` does not keep as a holiday."""
        return day.weekday() < _SATURDAY and not self.is_holiday(calendar, day)

    def factor(self, day: date) -> tuple[float, str]:
        """(applications compared with a plain Thursday, what that is made of): 0.78 for a Saturday, its name with the factor."""
        parts = [(f"{day:%A}", self.weekday_factors[day.weekday()])]
        if name := self.holiday_name(self.volume_follows, day):
            parts.append((name, self.holiday_factors.get(name, HOLIDAY_FACTOR)))
        elif name := self._holiday_just_past(day):
            parts.append((f"first business day after {name}", AFTER_HOLIDAY_FACTOR))
        product = 1.0
        for _, part in parts:
            product *= part
        return round(product, 6), ", ".join(f"{label} {_TIMES}{part:.2f}" for label, part in parts)

    def _holiday_just_past(self, day: date) -> str | None:
        """The latest holiday since the last business day, if `day` is the first business day after one."""
        if not self.is_business_day(self.volume_follows, day):
            return None
        before = day - timedelta(days=1)
        while not self.is_business_day(self.volume_follows, before):
            if name := self.holiday_name(self.volume_follows, before):
                return name
            before -= timedelta(days=1)
        return None


@lru_cache(maxsize=64)
def _holidays(calendar: CalendarName, year: int) -> Mapping[date, str]:
    return holidays_of(calendar, year)


_US_LENDER: Final = BusinessCalendar()


def us_lender(day: date) -> tuple[float, str]:
    """(volume factor, explanation) of `day` for a United States consumer lender; the calendar that contracts name `us_lender`.

    The weekday's and the holiday's factors multiply: 3 July 2026 is 0.57, a Friday of 0.95 and an observed holiday of 0.60.
    """
    return _US_LENDER.factor(day)
