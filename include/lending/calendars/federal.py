"""The holidays of the United States government and of the Federal Reserve Banks, by rules that hold from 2000 on."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal

Office = Literal["us_federal", "fed"]

RULES_SINCE: Final = 2000

_JUNETEENTH_SINCE: Final = 2021
_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6
# Name, month, day.
_FIXED: Final = (
    ("New Year's Day", 1, 1),
    ("Juneteenth National Independence Day", 6, 19),
    ("Independence Day", 7, 4),
    ("Veterans Day", 11, 11),
    ("Christmas Day", 12, 25),
)
# Name, month, weekday, and which of the month's; -1 is the last.
_FLOATING: Final = (
    ("Martin Luther King Jr. Day", 1, _MONDAY, 3),
    ("Washington's Birthday", 2, _MONDAY, 3),
    ("Memorial Day", 5, _MONDAY, -1),
    ("Labor Day", 9, _MONDAY, 1),
    ("Columbus Day", 10, _MONDAY, 2),
    ("Thanksgiving Day", 11, _THURSDAY, 4),
)
_NAMES_AT_THE_FED: Final = {"Martin Luther King Jr. Day": "Birthday of Martin Luther King, Jr."}


def office_holidays(calendar: Office, year: int) -> dict[date, str]:
    """The office's holidays that fall in `year`, observed days included, by day."""
    floating = _floating(year)
    if calendar == "fed":
        return {day: _NAMES_AT_THE_FED.get(name, name) for day, name in (floating | dict(_fixed_at_the_fed(year))).items()}
    # New Year's Day of the next year may be observed on the last day of this one.
    fixed = {day: name for of in (year, year + 1) for day, name in _fixed_federal(of) if day.year == year}
    return floating | fixed


def federal_days(year: int) -> dict[date, str]:
    """The eleven holidays of the law on their own days, whatever weekday that is, by day."""
    return _floating(year) | dict(_fixed(year))


def _floating(year: int) -> dict[date, str]:
    return {nth_weekday(year, month, weekday, nth): name for name, month, weekday, nth in _FLOATING}


def _fixed(year: int) -> Iterator[tuple[date, str]]:
    for name, month, day in _FIXED:
        if month != 6 or year >= _JUNETEENTH_SINCE:
            yield date(year, month, day), name


def _fixed_federal(year: int) -> Iterator[tuple[date, str]]:
    """Each on its day; one on a weekend is observed on the nearest weekday too."""
    for day, name in _fixed(year):
        yield day, name
        if day.weekday() >= _SATURDAY:
            yield day + timedelta(days=-1 if day.weekday() == _SATURDAY else 1), f"{name} (observed)"


def _fixed_at_the_fed(year: int) -> Iterator[tuple[date, str]]:
    """One on a Sunday moves to Monday; one on a Saturday closes nothing before it."""
    for day, name in _fixed(year):
        yield (day + timedelta(days=1), f"{name} (observed)") if day.weekday() == _SUNDAY else (day, name)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The `nth` such weekday of the month (Monday is 0), the last one if `nth` is negative."""
    if nth < 0:
        last = date(year, month + 1, 1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
