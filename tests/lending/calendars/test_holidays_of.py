"""The rules of the holidays against the package that the world maintains."""

from datetime import date

import pytest

from lending.calendars import federal, markets
from lending.calendars.holidays_of import CalendarName, holidays_by_package, holidays_of
from lending.calendars.markets import good_friday


@pytest.mark.parametrize("calendar", ["us_federal", "fed", "nyse", "sifma"])
def test_the_rules_give_the_days_of_the_holidays_package(calendar: CalendarName) -> None:
    """A wrong holiday would hold an ordinary day's partition for having too many rows, or let a half-empty one pass."""
    since = federal.RULES_SINCE if calendar in ("us_federal", "fed") else markets.RULES_SINCE
    for year in range(since, 2100):
        expected = holidays_by_package(calendar, year)
        if calendar == "sifma" and year > 2027:  # the package knows which years' bonds trade on Good Friday only once announced
            expected.pop(good_friday(year), None)
        assert {day: name for day, name in holidays_of(calendar, year).items() if day in expected} == expected, year


def test_bonds_trade_on_a_good_friday_of_the_jobs_report_alone() -> None:
    """Settlements of that morning would be taken for missing."""
    early = {1999, 2007, 2010, 2012, 2015, 2021, 2023, 2026}
    assert {year for year in range(1998, 2028) if good_friday(year) not in markets.market_holidays("sifma", year)} == early
    assert all(good_friday(year) in markets.market_holidays("nyse", year) for year in range(1998, 2028))


@pytest.mark.parametrize("calendar", ["nyse", "sifma"])
def test_markets_of_the_past_are_answered_by_the_package(calendar: CalendarName) -> None:
    """A day of mourning, which no rule foresees, would be a business day."""
    assert (date(2025, 1, 9) in holidays_of(calendar, 2025)) == (calendar == "nyse")


def test_years_before_the_rules_are_answered_too() -> None:
    """Replaying an old partition would judge it by holidays that its year did not have."""
    named = holidays_of("us_federal", 1985).values()
    assert "Columbus Day" in named
    assert not any("King" in name for name in named)
