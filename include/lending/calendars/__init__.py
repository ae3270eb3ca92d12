"""When the lender is busy: days, holidays and their factors. By rule: loads no holiday tables."""

from lending.calendars.business import BusinessCalendar, us_lender

__all__ = ["BusinessCalendar", "us_lender"]
