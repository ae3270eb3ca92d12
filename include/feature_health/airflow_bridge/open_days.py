"""A timetable that leaves out the days on which a calendar expects no rows: no run for them, and none that could be late.

Registered with Airflow by our plugin, since the scheduler makes it again from its serialised form.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from airflow.timetables.base import DagRunInfo, TimeRestriction
from airflow.timetables.trigger import CronPartitionTimetable
from pendulum.tz.timezone import FixedTimezone, Timezone

from feature_health.wiring import Calendars

_A_YEAR = 366


class OpenDaysTimetable(CronPartitionTimetable):
    """As Airflow's own timetable of daily partitions, but only of days that the calendar of that name expects any rows on."""

    def __init__(
        self, cron: str, *, calendar: str, timezone: str | Timezone | FixedTimezone, run_offset: int, key_format: str
    ) -> None:
        super().__init__(cron, timezone=timezone, run_offset=run_offset, key_format=key_format)
        self.calendar = calendar

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> Self:
        """The timetable that `serialize` wrote."""
        return cls(
            data["expression"],
            calendar=data["calendar"],
            timezone=data["timezone"],
            run_offset=data["run_offset"],
            key_format=data["key_format"],
        )

    def serialize(self) -> dict[str, Any]:
        """Everything that makes it again, as JSON."""
        return {**super().serialize(), "calendar": self.calendar}

    def next_dagrun_info_v2(self, *, last_dagrun_info: DagRunInfo | None, restriction: TimeRestriction) -> DagRunInfo | None:
        """The next run whose day is open; None where a whole year has no such day."""
        for _ in range(_A_YEAR):
            info = super().next_dagrun_info_v2(last_dagrun_info=last_dagrun_info, restriction=restriction)
            if info is None or self._is_open(info):
                return info
            last_dagrun_info = info
        return None

    def iter_partition_dagrun_infos(self, *, earliest: datetime, latest: datetime) -> Iterable[DagRunInfo]:
        """The partitions of a backfill: open days alone."""
        return filter(self._is_open, super().iter_partition_dagrun_infos(earliest=earliest, latest=latest))

    def _is_open(self, info: DagRunInfo) -> bool:
        assert info.partition_key is not None  # noqa: S101 - each run of a partitioned timetable has one
        expected, _ = Calendars()[self.calendar](datetime.strptime(info.partition_key, self._key_format).date())  # noqa: DTZ007 - a day
        return expected > 0
