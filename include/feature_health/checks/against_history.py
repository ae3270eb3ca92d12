"""Judging by what a job's accepted partitions were like: which of them count, when there are too few, what spread is ordinary.

The methods are robust, since a few odd days get into every history, and know the noise of counting, since a quiet history of
small partitions does not make the next one quiet.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from feature_health.checks.expectation import Outcome, Params
from feature_health.checks.probability import student_quantile
from feature_health.profiles.history import Past, Seen
from feature_health.profiles.measure import Measure
from feature_health.profiles.profile import NotMeasured

HISTORY_MIN = 10
"""Fewer accepted partitions than this say too little of what is ordinary, whatever a contract asks for."""

_MAD_TO_SIGMA = 1.4826
"""Standard deviations of a normal variable in one median absolute deviation."""
_MAD_EFFICIENCY = 0.37
"""How much that estimate knows compared with the standard deviation (Rousseeuw and Croux 1993); degrees of freedom shrink so."""
_DAYS_PER_WEEK = {"any": 7, "workday_or_weekend": 2, "weekday": 1}
_SATURDAY = 5


class HistoryParams(Params):
    """How far to look back.

    Of the last `window` accepted partitions count those from `since` on that are of the same kind of day: `any`, the same
    `weekday`, or working days and weekends apart. With fewer than `history_min` it is too early: the expectation is met, and a
    note says so. `since` starts anew after a change that is meant to last. `false_alarms` is the share, 0.0001 to 0.1, of
    ordinary partitions that may be objected to.
    """

    history_min: Annotated[int, Field(ge=HISTORY_MIN)] = 14
    window: Annotated[int, Field(ge=HISTORY_MIN, le=400)] = 56
    same_days: Literal["any", "workday_or_weekend", "weekday"] = "any"
    since: date | None = None
    false_alarms: Annotated[float, Field(ge=0.0001, le=0.1)] = 0.001

    @model_validator(mode="after")
    def _history_fits_into_the_window(self) -> Self:
        most = self.window * _DAYS_PER_WEEK[self.same_days] // 7
        if self.history_min > most:
            raise ValueError(
                f"history_min {self.history_min} is never reached: a window of {self.window} has {most} such days; widen it"
            )
        return self


def by_history(
    params: HistoryParams, seen: Seen, measures: Sequence[Measure], judge: Callable[[tuple[Past, ...]], Outcome]
) -> Outcome:
    """What `judge` says in the light of the partitions that count, or that it is too early.

    Raises NotMeasured when history is unread, or when the candidate itself lacks a measure: that is no question of history.
    """
    for measure in measures:
        seen[measure]
    past = alike(params, seen, measures)
    if len(past) >= params.history_min:
        return judge(past)
    return too_early(f"{len(past)} of {params.history_min} accepted partitions to compare with are there", history=len(past))


def too_early(because: str, **evidence: object) -> Outcome:
    """Nothing to judge by, which is no fault of the delivery: met, and told as a note."""
    return Outcome(success=True, observed=evidence, because=f"{because}, too few to judge by", evidence=evidence, too_early=True)


def alike(params: HistoryParams, seen: Seen, measures: Sequence[Measure]) -> tuple[Past, ...]:
    """The accepted partitions that count, oldest first; raises NotMeasured."""
    past = seen.past(*measures)[-params.window :]
    if params.since is not None:
        past = tuple(each for each in past if each.first_day >= params.since)
    if params.same_days == "any":
        return past
    if seen.period is None:
        raise NotMeasured("nobody said which partition this is, so neither on which day it is")
    kind = _kind(seen.period.start.date(), params)
    return tuple(each for each in past if _kind(each.first_day, params) == kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordinary:
    """Where a value is expected: `centre` give or take `half`."""

    centre: float
    half: float


def ordinary(values: Sequence[float], *, noise: float, false_alarms: float) -> Ordinary:
    """Where the next value lies but for a share `false_alarms` of the times, given at least two past ones.

    A prediction interval from median and median absolute deviation with Student's t. `noise` is the standard deviation that
    chance alone gives a value of the next partition's size: the spread is never taken for less. The median's own error is that of
    a normal sample, pi / 2n of the variance.
    """
    centre = median(values)
    spread = max(noise, _MAD_TO_SIGMA * median(abs(value - centre) for value in values))
    t = student_quantile(1 - false_alarms / 2, _MAD_EFFICIENCY * (len(values) - 1))
    return Ordinary(centre=centre, half=t * spread * math.sqrt(1 + math.pi / (2 * len(values))))


def _kind(day: date, params: HistoryParams) -> int:
    return day.weekday() if params.same_days == "weekday" else int(day.weekday() >= _SATURDAY)
