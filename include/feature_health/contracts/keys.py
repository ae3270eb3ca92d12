"""Partition keys: their canonical form, the period each names, and its deadline. No clock: every instant is handed in."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from feature_health.errors import KeyRefused

Cadence = Literal["day", "month"]

_FORMS: dict[Cadence, tuple[re.Pattern[str], str]] = {
    "day": (re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII), "YYYY-MM-DD, such as 2026-06-02"),
    "month": (re.compile(r"(\d{4})-(\d{2})", re.ASCII), "YYYY-MM, such as 2010-12"),
}
_SHOWN_CHARS_MAX = 40
_YEARS = range(1900, 3000)  # at the ends of the calendar a deadline or a time zone would lie beyond it


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A half-open stretch of time, `start <= t < end`, both aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionScheme:
    """How a job's output is cut into partitions, and when each must be there.

    `ready_by` is local time on the day on which the period ends (`ready_days_after` days later for slower feeds). `column` is the
    date column that must lie in the period in every row, if there is one. `by` is None for files that are judged alone: these are
    no partitions, and every key is refused.
    """

    by: Cadence | None
    timezone: str
    ready_by: time
    ready_days_after: int = 0
    column: str | None = None

    @property
    def cadence(self) -> Cadence:
        """`by`, where there are partitions; raises KeyRefused where there are none."""
        if self.by is None:
            raise KeyRefused(
                "This contract says nothing of partitions, so no key names one. Leave the key out, or add `partition:`."
            )
        return self.by

    def first_day(self, key: str | None) -> date:
        """The first calendar day that `key` names; raises KeyRefused when it is not canonical or names no day."""
        form, example = _FORMS[self.cadence]
        match = form.fullmatch(key or "")
        if match is None:
            raise KeyRefused(f"Partition key {_shown(key)} is not of the form {example}. Start the run again with such a key.")
        try:
            first = date(*(int(part) for part in match.groups()), *([1] if self.by == "month" else []))
        except ValueError as error:
            raise KeyRefused(f"Partition key {key!r} has the form {example} but names no {self.by} of the calendar.") from error
        if first.year not in _YEARS:
            raise KeyRefused(
                f"Partition key {key!r} lies outside the years {_YEARS.start} to {_YEARS[-1]}; look for a mistyped year."
            )
        return first

    def period(self, key: str) -> Period:
        """The half-open period that `key` names, in the scheme's time zone; raises KeyRefused."""
        first, zone = self.first_day(key), ZoneInfo(self.timezone)
        return Period(
            start=datetime.combine(first, time(), zone),
            end=datetime.combine(self._after(first), time(), zone),
        )

    def deadline(self, key: str) -> datetime:
        """When the partition must be there at the latest, aware; raises KeyRefused."""
        end = self._after(self.first_day(key)) + timedelta(days=self.ready_days_after)
        return datetime.combine(end, self.ready_by, ZoneInfo(self.timezone))

    def key_of(self, day: date) -> str:
        """The key of the partition in which `day` lies."""
        return day.strftime("%Y-%m-%d" if self.by == "day" else "%Y-%m")

    def keys_due(self, *, after: datetime, until: datetime) -> tuple[str, ...]:
        """Keys whose deadline lies in `after < deadline <= until`, oldest first."""
        if self.by is None:
            return ()
        zone = ZoneInfo(self.timezone)
        slack = timedelta(days=self.ready_days_after + 62)
        day, last = (after.astimezone(zone) - slack).date().replace(day=1), until.astimezone(zone).date()
        keys: list[str] = []
        while day <= last:
            key = self.key_of(day)
            if after < self.deadline(key) <= until:
                keys.append(key)
            day = self._after(day)
        return tuple(keys)

    def _after(self, first: date) -> date:
        if self.by == "day":
            return first + timedelta(days=1)
        return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


NOT_PARTITIONED = PartitionScheme(by=None, timezone="UTC", ready_by=time())
"""Of a contract for files that are judged alone."""


def _shown(key: str | None) -> str:
    if not key:
        return "(none)"
    text = repr(key)
    return text if len(text) <= _SHOWN_CHARS_MAX else f"{text[:_SHOWN_CHARS_MAX]}… ({len(key):,} characters)"
