"""Every hour of business has rows: a feed that broke off at noon, or came in two files of which one is missing.

Hours are those of the partition's own period in a time zone, so a day on which clocks change has 23 or 25 of them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from feature_health.checks.expectation import ColumnParams, ExpectationType, Outcome, column_of
from feature_health.checks.expectations.age_at_decision import zone
from feature_health.contracts.keys import Period
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import HourCounts
from feature_health.profiles.profile import NotMeasured

SHOWN_MAX = 6
_HOUR = timedelta(hours=1)
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_SATURDAY = 5


class Params(ColumnParams):
    """`column` is a timestamp. Each hour that begins from `first_hour` to `last_hour`, 0 to 23, on the clocks of `timezone` must
    have `rows_min` rows; `workdays_only` asks nothing of Saturdays and Sundays. At most `missing_max` hours may lack them.
    """

    timezone: Annotated[str, AfterValidator(zone)]
    first_hour: Annotated[int, Field(ge=0, le=23)] = 0
    last_hour: Annotated[int, Field(ge=0, le=23)] = 23
    rows_min: Annotated[int, Field(ge=1)] = 1
    workdays_only: bool = False
    missing_max: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _hours_are_in_order(self) -> Self:
        if self.first_hour > self.last_hour:
            raise ValueError(f"first_hour {self.first_hour} is after last_hour {self.last_hour}; exchange them")
        return self


def measure(params: Params) -> HourCounts:
    """Rows of each hour."""
    return HourCounts(column=params.column, minute=_minute(_SOME_DAY, params), where=params.where)


def judge(params: Params, seen: Seen) -> Outcome:
    """Success when no more hours lack rows than may; raises NotMeasured when nobody said which partition it is."""
    if seen.period is None:
        raise NotMeasured("nobody said which partition this is, so neither which hours it has")
    counts = {datetime.fromisoformat(hour): count for hour, count in seen[measure(params)]}
    if _minute(seen.period.start, params) != measure(params).minute:
        raise NotMeasured(f"on this day the hours of {params.timezone} begin at other minutes than usual")
    wanted = tuple(hours(params, seen.period))
    missing = [hour for hour in wanted if counts.get(hour.astimezone(UTC), 0) < params.rows_min]
    told = ", ".join(f"{hour:%Y-%m-%d %H:00}" for hour in missing[:SHOWN_MAX])
    more = f" and {len(missing) - SHOWN_MAX} more" if len(missing) > SHOWN_MAX else ""
    evidence = {"hours": len(wanted), "missing": [hour.isoformat() for hour in missing], "rows_min": params.rows_min}
    return Outcome(
        success=len(missing) <= params.missing_max,
        observed=evidence,
        because=f"{len(missing)} of {len(wanted)} hours of {params.column} have fewer than {params.rows_min:,} rows, "
        f"expected at most {params.missing_max} such: {told}{more}",
        evidence=evidence,
    )


def hours(params: Params, period: Period) -> Iterator[datetime]:
    """The beginnings of the hours that must have rows, in the time zone, oldest first."""
    at = period.start.astimezone(UTC)
    while at < period.end:
        local = at.astimezone(ZoneInfo(params.timezone))
        if params.first_hour <= local.hour <= params.last_hour and not (params.workdays_only and local.weekday() >= _SATURDAY):
            yield local
        at += _HOUR


def _minute(at: datetime, params: Params) -> int:
    """The minute of an hour in UTC at which the zone's hours begin: 0, but for zones such as India's."""
    offset = at.astimezone(ZoneInfo(params.timezone)).utcoffset() or timedelta()
    return -(offset // timedelta(minutes=1)) % 60


EXPECTATION = ExpectationType(
    name="expect_every_hour_to_have_rows",
    params=Params,
    needs=lambda params: (measure(params),),
    judge=judge,
    columns=column_of,
)
