"""The holidays of the United States government and of the Federal Reserve Banks, by rule.

The package `holidays` knows the same days, but loading it costs a tenth of a second, a sixth of the time of a whole check: it
is the oracle in the tests, and answers for the years before these rules were in force.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal

CalendarName = Literal["us_federal", "fed"]

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


def holidays_of(calendar: CalendarName, year: int) -> dict[date, str]:
    """The calendar's holidays that fall in `year`, observed days included, by day."""
    if year < RULES_SINCE:
        return _by_package(calendar, year)
    floating = {_nth(year, month, weekday, nth): name for name, month, weekday, nth in _FLOATING}
    if calendar == "fed":
        return {day: _NAMES_AT_THE_FED.get(name, name) for day, name in (floating | dict(_fixed_at_the_fed(year))).items()}
    # New Year's Day of the next year may be observed on the last day of this one.
    fixed = {day: name for of in (year, year + 1) for day, name in _fixed_federal(of) if day.year == year}
    return floating | fixed


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


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    if nth < 0:
        last = date(year, month + 1, 1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _by_package(calendar: CalendarName, year: int) -> dict[date, str]:
    import holidays  # here because of what it costs

    table = (
        holidays.country_holidays("US", years=year)
        if calendar == "us_federal"
        else holidays.financial_holidays("FED", years=year)
    )
    return dict(table.items())
