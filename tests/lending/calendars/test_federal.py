"""The rules of United States holidays against the package that the world maintains."""

import pytest

from lending.calendars import federal


@pytest.mark.parametrize("calendar", ["us_federal", "fed"])
def test_the_rules_give_the_days_of_the_holidays_package(calendar: federal.CalendarName) -> None:
    """A wrong holiday would hold an ordinary day's partition for having too many rows, or let a half-empty one pass."""
    for year in range(federal.RULES_SINCE, 2100):
        assert federal.holidays_of(calendar, year) == federal._by_package(calendar, year), year


def test_years_before_the_rules_are_answered_too() -> None:
    """Replaying an old partition would judge it by holidays that its year did not have."""
    named = federal.holidays_of("us_federal", 1985).values()
    assert "Columbus Day" in named
    assert not any("King" in name for name in named)
