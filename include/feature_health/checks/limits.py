"""Lower and upper limits as contracts write them, and whether an observed number or date lies within them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Self, TypeVar

from pydantic import AfterValidator, BeforeValidator, model_validator

from feature_health.checks.expectation import ColumnParams, ExpectationType, Outcome, Params, column_of
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Measure, Stat, StatName
from feature_health.profiles.profile import NotMeasured


def plain(value: object) -> object:
    """Dates and times as ISO text: YAML reads them as objects, JSON as text, and both must make one and the same measure."""
    return value.isoformat() if isinstance(value, date) else value


def _number_or_date(value: float | str) -> float | str:
    if isinstance(value, str):
        try:
            datetime.fromisoformat(value)
        except ValueError as error:
            raise ValueError(
                f"{value!r} is neither a number nor an ISO date such as 2026-06-02 or 2026-06-02T01:30:00Z"
            ) from error
    return value


Bound = Annotated[int | float | str, BeforeValidator(plain), AfterValidator(_number_or_date)]
SetValue = Annotated[bool | int | float | str, BeforeValidator(plain)]


class Limits(Params):
    """Bounds of None are open, but one must be given: a limit without bounds checks nothing. Dates and times are ISO text."""

    min_value: Bound | None = None
    max_value: Bound | None = None
    strict_min: bool = False
    strict_max: bool = False

    @model_validator(mode="after")
    def _bounds_make_sense(self) -> Self:
        low, high = self.min_value, self.max_value
        if low is None and high is None:
            raise ValueError("min_value and max_value are both missing, so nothing would be checked; give at least one")
        if low is not None and high is not None:
            if isinstance(low, str) != isinstance(high, str):
                raise ValueError(
                    f"min_value {low!r} and max_value {high!r} are of different kinds; write both as numbers or both as dates"
                )
            if _on_scale(low) > _on_scale(high):
                raise ValueError(f"min_value {low!r} is above max_value {high!r}; exchange them")
        return self

    @property
    def in_words(self) -> str:
        """Such as "300 to 850", "at least 300" or "above 300 and below 850"."""
        low, high = self.min_value, self.max_value
        if low is not None and high is not None and not (self.strict_min or self.strict_max):
            return f"{number(low)} to {number(high)}"
        lower = None if low is None else f"{'above' if self.strict_min else 'at least'} {number(low)}"
        upper = None if high is None else f"{'below' if self.strict_max else 'at most'} {number(high)}"
        return " and ".join(side for side in (lower, upper) if side)

    def hold(self, observed: float | str | None) -> bool:
        """Whether the observed number, or date as ISO text, lies within; nothing observed never does. Raises NotMeasured."""
        if observed is None:
            return False
        value = _on_scale(observed)
        low, high = _like(observed, self.min_value), _like(observed, self.max_value)
        above = low is None or (value > low if self.strict_min else value >= low)
        below = high is None or (value < high if self.strict_max else value <= high)
        return above and below


class ColumnLimits(Limits, ColumnParams):
    """Limits on something observed of one column."""


def number(value: object) -> str:
    """A number for people to read: thousands apart, at most six digits behind the point; anything else as it is."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.6g}" if abs(value) < 1 else f"{value:,.6f}".rstrip("0")
    return f"{value:,.0f}" if isinstance(value, int | float) else str(value)


def missing_or(observed: object) -> str:
    """What was observed, for people to read."""
    return "missing, since there are no values" if observed is None else number(observed)


L = TypeVar("L", bound=ColumnLimits)


def within_limits(
    *,
    name: str,
    params: type[L],
    what: str,
    needs: Callable[[L], tuple[Measure, ...]],
    value: Callable[[L, Seen], Any],
) -> ExpectationType[L]:
    """A type that holds one value, computed from its measures, against limits. `what` is observed, such as "mean"."""

    def judge(given: L, seen: Seen) -> Outcome:
        observed = value(given, seen)
        return Outcome(
            success=given.hold(observed),
            observed=observed,
            because=f"the {what} of {given.column} is {missing_or(observed)}, expected {given.in_words}",
            evidence={"observed": observed},
        )

    return ExpectationType(name=name, params=params, needs=needs, judge=judge, columns=column_of)


def statistic_between(statistic: StatName, *, what: str) -> ExpectationType[ColumnLimits]:
    """The type that holds a statistic of a column's values against limits."""

    def measure(given: ColumnLimits) -> Stat:
        return Stat(column=given.column, name=statistic, where=given.where)

    return within_limits(
        name=f"expect_column_{statistic}_to_be_between",
        params=ColumnLimits,
        what=what,
        needs=lambda given: (measure(given),),
        value=lambda given, seen: seen[measure(given)],
    )


def _on_scale(value: float | str) -> float:
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise NotMeasured(f"{value!r} is neither a number nor an ISO date such as 2026-06-02 or 2026-06-02T01:30:00Z") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _like(observed: float | str, bound: float | str | None) -> float | None:
    if bound is None:
        return None
    if isinstance(bound, str) != isinstance(observed, str):
        raise NotMeasured(f"the limit {bound!r} cannot be compared with what was observed: one is a number, the other a date")
    return _on_scale(bound)
