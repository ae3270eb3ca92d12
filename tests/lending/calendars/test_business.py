import subprocess
import sys
from datetime import date

import pytest

from feature_health.ports import Calendar
from lending.calendars import BusinessCalendar, fed, lender, nyse, sifma, us_federal, us_lender

CALENDAR = BusinessCalendar()


@pytest.mark.parametrize(
    ("day", "factor", "explanation"),
    [
        (date(2026, 3, 5), 1.00, "Thursday ×1.00"),
        (date(2026, 3, 7), 0.78, "Saturday ×0.78"),
        (date(2026, 7, 3), 0.57, "Friday ×0.95, Independence Day (observed) ×0.60"),
        (date(2026, 7, 4), 0.468, "Saturday ×0.78, Independence Day ×0.60"),
        (date(2026, 7, 5), 0.72, "Sunday ×0.72"),
        (date(2026, 7, 6), 1.288, "Monday ×1.12, first business day after Independence Day ×1.15"),
        (date(2026, 11, 26), 0.45, "Thursday ×1.00, Thanksgiving Day ×0.45"),
        (date(2026, 12, 25), 0.3325, "Friday ×0.95, Christmas Day ×0.35"),
        (date(2026, 12, 28), 1.288, "Monday ×1.12, first business day after Christmas Day ×1.15"),
        (date(2027, 1, 4), 1.288, "Monday ×1.12, first business day after New Year's Day ×1.15"),
    ],
)
def test_factor_of_a_day(day: date, factor: float, explanation: str) -> None:
    """Row counts would be held against the wrong expectation on weekends and holidays."""
    found, text = us_lender(day)
    assert found == pytest.approx(factor)
    assert text == explanation


def test_a_saturday_holiday_closes_offices_on_friday_but_not_the_fed() -> None:
    """On 3 July 2026 bank income, which follows the Federal Reserve, would be taken for late."""
    friday = date(2026, 7, 3)
    assert CALENDAR.is_holiday("us_federal", friday)
    assert not CALENDAR.is_holiday("fed", friday)
    assert CALENDAR.is_holiday("nyse", friday)
    assert CALENDAR.is_holiday("sifma", friday)
    assert CALENDAR.is_holiday("lender", friday)
    assert CALENDAR.is_business_day("fed", friday)
    assert not CALENDAR.is_business_day("us_federal", friday)


def test_an_unknown_calendar_is_refused() -> None:
    """A misspelt calendar would have no holidays."""
    with pytest.raises(ValueError, match="known ones are us_federal, fed, nyse, sifma, lender"):
        CALENDAR.is_holiday("us_fedral", date(2026, 7, 3))  # type: ignore[arg-type]


def test_importing_the_calendar_loads_no_holiday_tables() -> None:
    """Every command that lists calendars would pay a tenth of a second for tables it never reads."""
    program = "import sys, lending.calendars; sys.exit(any(name in sys.modules for name in ('holidays', 'numpy', 'duckdb')))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("calendar", "day", "expected"),
    [
        (fed, date(2026, 7, 3), (1.0, "fed open")),
        (us_federal, date(2026, 7, 3), (0.0, "us_federal closed, Independence Day (observed)")),
        (nyse, date(2026, 4, 3), (0.0, "nyse closed, Good Friday")),
        (sifma, date(2026, 4, 3), (1.0, "sifma open")),
        (lender, date(2026, 7, 5), (0.0, "lender closed, Sunday")),
    ],
)
def test_the_public_calendars_say_whether_a_day_is_open(calendar: Calendar, day: date, expected: tuple[float, str]) -> None:
    """A feed that comes on business days alone would be late on every other day."""
    assert calendar(day) == expected
