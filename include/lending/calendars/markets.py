"""The holidays of the New York Stock Exchange and of the bond market (as the Securities Industry and Financial Markets
Association recommends them), by rule from 2026 on.

Both also close for what no rule foresees (days of mourning, storms): for years before these rules the package `holidays` answers,
which keeps such days. Early closes are no holidays here.
"""

from datetime import date, timedelta
from typing import Final, Literal

from lending.calendars.federal import federal_days, nth_weekday

Market = Literal["nyse", "sifma"]

RULES_SINCE: Final = 2026

_NOT_AT_NYSE: Final = ("Columbus Day", "Veterans Day")
_NEVER_ON_FRIDAY: Final = ("New Year's Day", "Veterans Day")
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6


def market_holidays(market: Market, year: int) -> dict[date, str]:
    """The full closes of `market` in `year`, by day. One on a weekend closes the weekday beside it, as the market rules."""
    named = {name: day for day, name in federal_days(year).items() if market == "sifma" or name not in _NOT_AT_NYSE}
    if market == "nyse" or not _jobs_report_on(good_friday(year)):
        named["Good Friday"] = good_friday(year)
    if market == "nyse" and named["New Year's Day"].weekday() == _SATURDAY:
        del named["New Year's Day"]  # trading ends the year on its last day
    kept = {_kept(name, day): (name, day) for name, day in named.items()}
    return {day: name if day == own else f"{name} (observed)" for day, (name, own) in kept.items()}


def good_friday(year: int) -> date:
    """The Friday before Easter, by the Gregorian computus."""
    century, golden = divmod(year, 100)[0], year % 19
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    epact -= (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    return date(year, 3, 28) + timedelta(days=epact - weekday - 2)


def _kept(name: str, day: date) -> date:
    """When a holiday is kept: on Friday for a Saturday, except for two that close nothing then, on Monday for a Sunday."""
    if day.weekday() == _SATURDAY:
        return day if name in _NEVER_ON_FRIDAY else day - timedelta(days=1)
    return day + timedelta(days=1) if day.weekday() == _SUNDAY else day


def _jobs_report_on(friday: date) -> bool:
    """Whether the government's employment report is due on `friday`: bonds then trade in the morning."""
    return friday == nth_weekday(friday.year, friday.month, _FRIDAY, 1)
