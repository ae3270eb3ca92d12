"""When a job runs and for which key, taken from its contract, so that schedule and promise cannot drift apart."""

from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, TypedDict

import pendulum
from airflow.sdk import Asset, CronPartitionTimetable, IdentityMapper, PartitionedAssetTimetable
from airflow.sdk.bases.timetable import BaseTimetable

from feature_health.airflow_bridge.configuration import contract_of, option
from feature_health.contracts.keys import PartitionScheme
from feature_health.errors import SettingsInvalid
from feature_health.wiring import Calendars

if TYPE_CHECKING:
    from feature_health.airflow_bridge.open_days import OpenDaysTimetable

FIRST_DAY = "2026-01-01"
LEAD_HOURS = 1
_A_YEAR = 366
_KEY_FORMAT = {"day": "%Y-%m-%d", "month": "%Y-%m"}


class ActiveDates(TypedDict):
    """The arguments by which a DAG knows when it may run by itself."""

    start_date: datetime
    end_date: datetime | None


def asset_of(job: str) -> Asset:
    """The asset that stands for the published partitions of a job; its events carry the partition's key."""
    return Asset(name=job, uri=f"feature-health://published/{job}", group="feature-health")


def partitions_of(job: str, *, after: time | None = None) -> "BaseTimetable | OpenDaysTimetable":
    """The job's timetable: each period once it has ended or, for a job with inputs, each key for which all inputs are published.

    Days on which the calendar of the contract's `rows` expects none have no run.

    `after` is the local time of day at which to start, by default an hour before the contract's `ready_by`.
    Raises JobUnknown or ContractInvalid, or SettingsInvalid when `after` comes too late to be ready in time.
    """
    contract = contract_of(job)
    if contract.inputs:
        assets = reduce(and_, (asset_of(one) for one in contract.inputs))
        return PartitionedAssetTimetable(assets=assets, default_partition_mapper=IdentityMapper())
    scheme = contract.partition
    at = after or _lead(scheme.ready_by)
    if at >= scheme.ready_by:
        raise SettingsInvalid(f"{job} is to start at {at:%H:%M} but to be ready by {scheme.ready_by:%H:%M}. Start it earlier.")
    cron, offset = _cron(scheme, at)
    calendar = contract.rows.calendar if contract.rows else None
    if calendar and scheme.by == "day" and _leaves_out_days(calendar):
        return _of_open_days(cron, calendar, scheme, offset)
    return CronPartitionTimetable(cron, timezone=scheme.timezone, run_offset=-offset, key_format=_KEY_FORMAT[scheme.cadence])


def _leaves_out_days(name: str) -> bool:
    """Whether an installed calendar of that name expects no rows on some days."""
    calendar = Calendars().get(name)
    first = date.fromisoformat(FIRST_DAY)
    return calendar is not None and any(calendar(first + timedelta(days=ahead))[0] == 0 for ahead in range(_A_YEAR))


def _of_open_days(cron: str, calendar: str, scheme: PartitionScheme, offset: int) -> "OpenDaysTimetable":
    from feature_health.airflow_bridge.open_days import OpenDaysTimetable  # 20 ms that no other timetable needs

    return OpenDaysTimetable(
        cron, calendar=calendar, timezone=scheme.timezone, run_offset=-offset, key_format=_KEY_FORMAT[scheme.cadence]
    )


def active_dates() -> ActiveDates:
    """From when and until when the schedules run by themselves (settings start_date, end_date); runs by key work at any time."""
    end = option("end_date")
    start = _day("start_date", option("start_date") or FIRST_DAY)
    return {"start_date": start, "end_date": _day("end_date", end) if end else None}


def _lead(ready_by: time) -> time:
    return ready_by.replace(hour=ready_by.hour - LEAD_HOURS) if ready_by.hour >= LEAD_HOURS else time()


def _cron(scheme: PartitionScheme, at: time) -> tuple[str, int]:
    """When to start, and how many starts back the partition lies; never after its deadline."""
    if scheme.by == "day":
        return f"{at.minute} {at.hour} * * *", 1 + scheme.ready_days_after
    months, days = divmod(scheme.ready_days_after, 31)
    # Every month has a 28th.
    return f"{at.minute} {at.hour} {1 + min(days, 27)} * *", 1 + months


def _day(name: str, text: str) -> pendulum.DateTime:
    try:
        return pendulum.from_format(text, "YYYY-MM-DD", tz="UTC")
    except ValueError as error:
        raise SettingsInvalid(f"[feature_health] {name} = {text!r} is not a day. Write it as 2026-06-02.") from error
