"""Releases of the lender's services: when, which version, and the few that break something until they are rolled back."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa

from lending.calendars import BusinessCalendar
from lending.world.applicants import day_begins
from lending.world.draws import Draws
from lending.world.outages import SERVICES, Outage

_A_WEEK: Final = 6
_BAD_SHARE: Final = 0.02
_HOUR_MS: Final = 3_600_000
FREEZE_BEGINS: Final = (11, 20)  # month and day; nobody releases from then until the new year


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    """A release of `service` at `at` (UTC ms); a bad one was undone at `rolled_back` (None for a good one)."""

    service: str
    version: str
    at: int
    rolled_back: int | None


def deploys(seed: int, day: date) -> pa.Table:
    """The day's releases in order of time: about six a week, on business days that are not frozen."""
    made = sorted((deploy for service in SERVICES for deploy in _of(seed, day, service)), key=lambda deploy: deploy.at)
    instant = pa.timestamp("us", tz="UTC")
    return pa.table(
        {
            "deploy_id": pa.array([f"dep-{day:%Y%m%d}-{i + 1}" for i in range(len(made))], pa.string()),
            "service": pa.array([deploy.service for deploy in made], pa.string()),
            "version": pa.array([deploy.version for deploy in made], pa.string()),
            "deployed_at": pa.array([deploy.at * 1000 for deploy in made], instant),
            "rolled_back_at": pa.array([deploy.rolled_back and deploy.rolled_back * 1000 for deploy in made], instant),
            "status": pa.array(["rolled_back" if deploy.rolled_back else "succeeded" for deploy in made], pa.string()),
        }
    )


def bad_deploys(seed: int, day: date, service: str) -> tuple[Outage, ...]:
    """The day's releases of a service that broke it, as outages until they were rolled back."""
    return tuple(
        Outage(of=service, kind="deploy", begins=one.at, ends=one.rolled_back, precursor=one.at, severity=0.5)
        for one in _of(seed, day, service)
        if one.rolled_back
    )


def is_frozen(day: date) -> bool:
    """Whether releases are frozen on `day`, over the holidays of the year's end."""
    return (day.month, day.day) >= FREEZE_BEGINS


def _of(seed: int, day: date, service: str) -> tuple[Deploy, ...]:
    """At most one release of a service a day: between ten and five, undone within the hour where it was bad."""
    if is_frozen(day) or not BusinessCalendar().is_business_day("us_federal", day):
        return ()
    draws = Draws(seed=seed, table=f"deploys of {service}", day=day)
    if not draws.chance("any", 1, _A_WEEK / 4.8 / len(SERVICES))[0]:  # 4.8 business days a week, holidays counted
        return ()
    hour, until = float(draws.uniform("hour", 1)[0]), float(draws.uniform("until", 1)[0])
    at = day_begins(day) + int((10 + 7 * hour) * _HOUR_MS)
    bad = bool(draws.chance("bad", 1, _BAD_SHARE)[0])
    rolled_back = at + int((0.25 + 0.75 * until) * _HOUR_MS) if bad else None
    return (Deploy(service=service, version=f"{day:%Y.%m.%d}", at=at, rolled_back=rolled_back),)
