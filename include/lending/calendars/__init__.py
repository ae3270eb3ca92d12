"""When the lender is busy: days, holidays, its own events, and their factors. By rule: loads no holiday tables."""

from lending.calendars.business import BusinessCalendar, fed, lender, lender_calendar, nyse, sifma, us_federal, us_lender
from lending.calendars.events import CalendarEvent

__all__ = ["BusinessCalendar", "CalendarEvent", "fed", "lender", "lender_calendar", "nyse", "sifma", "us_federal", "us_lender"]
