"""When the lender is busy: days, holidays, its own events, and their factors. By rule: loads no holiday tables."""

from lending.calendars.business import BusinessCalendar, lender_calendar, us_lender
from lending.calendars.events import CalendarEvent

__all__ = ["BusinessCalendar", "CalendarEvent", "lender_calendar", "us_lender"]
