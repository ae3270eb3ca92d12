"""Whose holidays fall on which days: one table per named calendar and year.

By rule where there is one. The package `holidays` knows the same days, but loading it costs a tenth of a second, a sixth of the
time of a whole check: it is the oracle in the tests, and answers for the years before the rules.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final, Literal, cast, get_args

from lending.calendars import federal, markets
from lending.calendars.federal import Office, office_holidays
from lending.calendars.markets import Market, market_holidays

CalendarName = Literal["us_federal", "fed", "nyse", "sifma", "lender"]
"""`lender` is the lender's own: its offices keep the federal holidays and whatever closures its table of events adds."""

NAMES: Final[tuple[CalendarName, ...]] = get_args(CalendarName)

_MARKETS: Final = get_args(Market)


@lru_cache(maxsize=256)
def holidays_of(calendar: CalendarName, year: int) -> Mapping[date, str]:
    """The calendar's holidays that fall in `year`, observed days included, by day; raises ValueError for one it does not know."""
    if calendar not in NAMES:
        raise ValueError(f"There is no calendar {calendar!r}; the known ones are {', '.join(NAMES)}.")
    if calendar in _MARKETS:
        by_rule = year >= markets.RULES_SINCE
        return market_holidays(cast("Market", calendar), year) if by_rule else holidays_by_package(calendar, year)
    office: Office = "fed" if calendar == "fed" else "us_federal"
    return office_holidays(office, year) if year >= federal.RULES_SINCE else holidays_by_package(office, year)


def holidays_by_package(calendar: CalendarName, year: int) -> dict[date, str]:
    """The same by the tables of the package `holidays`."""
    import holidays  # here because of what it costs

    if calendar == "us_federal":
        return dict(holidays.country_holidays("US", years=year).items())
    return dict(holidays.financial_holidays(calendar.upper(), years=year).items())
