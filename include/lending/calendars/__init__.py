"""When the lender is busy: days, holidays and their factors. Importing this loads no holiday tables; the first question does."""

from lending.calendars.business import BusinessCalendar, us_lender

__all__ = ["BusinessCalendar", "us_lender"]
