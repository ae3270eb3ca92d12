"""What the lender has in its table of events about the world's conditions: campaigns and rate cuts, with what they bring.

A mail drop swells and ebbs, so its first and last days are events of their own. Knows nothing of vendors.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from lending.calendars import CalendarEvent
from lending.world.conditions import RATE_CUT_DAYS, Campaign, Conditions


def planned_events(conditions: Conditions) -> tuple[CalendarEvent, ...]:
    """The events by which a lender's calendar expects what the conditions bring."""
    campaigns = (event for campaign in conditions.campaigns for event in _of_campaign(campaign))
    return (*campaigns, *_of_rate_cut(conditions))


def _of_campaign(campaign: Campaign) -> Iterator[CalendarEvent]:
    known_at = datetime.combine(campaign.known_on, time(12), UTC)
    for first, last in _even_stretches(campaign):
        yield CalendarEvent(
            id=f"{campaign.id} {first}",
            kind="campaign",
            first_day=first,
            last_day=last,
            known_at=known_at,
            factor=round(1.0 + campaign.lift_on(first), 6),
            about=f"Mail drop {campaign.id}",
        )


def _even_stretches(campaign: Campaign) -> Iterator[tuple[date, date]]:
    """First and last day of every stretch of days on which the campaign brings the same."""
    days = [campaign.first_day + timedelta(days=n) for n in range(campaign.days)]
    begins = [0, *(n for n in range(1, len(days)) if campaign.lift_on(days[n]) != campaign.lift_on(days[n - 1])), len(days)]
    return ((days[first], days[after - 1]) for first, after in pairwise(begins))


def _of_rate_cut(conditions: Conditions) -> Iterator[CalendarEvent]:
    """The lender learns of a cut on its day, and expects what earlier cuts have brought."""
    if conditions.rate_cut_on is None:
        return
    for n in range(RATE_CUT_DAYS):
        day = conditions.rate_cut_on + timedelta(days=n)
        yield CalendarEvent(
            id=f"RATE-CUT {day}",
            kind="policy_change",
            first_day=day,
            last_day=day if n < RATE_CUT_DAYS - 1 else day + timedelta(days=365),
            known_at=datetime.combine(conditions.rate_cut_on, time(12), UTC),
            factor=round(1.0 + conditions.rate_cut_lift(day), 6),
            about="Refinancing after a rate cut",
        )
