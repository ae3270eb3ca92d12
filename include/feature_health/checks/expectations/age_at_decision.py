"""Values were young enough when the decision was made on them: a verification reused past its window proves nothing any more.

A value in a row without a moment of decision is unexpected: it cannot be shown to have been young enough.
"""

from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from feature_health.checks.expectation import RowLevelParams, counted
from feature_health.profiles.measure import Count
from feature_health.profiles.predicate import AgeAtMost, Any, IsNull, Not, both, present

_HOURS_PER_DAY = 24


def zone(name: str) -> str:
    """The time zone's name; raises ValueError when there is none of that name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone of the IANA database, such as America/New_York") from error
    return name


Age = Annotated[float, Field(ge=0)]


class Params(RowLevelParams):
    """From `column` to `decision_column` may pass at most `hours_max` hours or `days_max` days; give one of the two.

    Where one of the columns is a date, the days that the calendar of `timezone` has between them count. A value that came after
    its decision is not too old; that it could not be known is `expect_values_not_from_the_future`'s business.
    """

    decision_column: str
    hours_max: Age | None = None
    days_max: Age | None = None
    timezone: Annotated[str, AfterValidator(zone)] = "UTC"

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.hours_max is None) == (self.days_max is None):
            raise ValueError("give either hours_max or days_max")
        return self

    @property
    def age_hours_max(self) -> float:
        """The limit in hours."""
        return self.hours_max if self.hours_max is not None else _HOURS_PER_DAY * (self.days_max or 0)

    @property
    def in_words(self) -> str:
        """The limit as it was given."""
        return f"{self.hours_max:g} hours" if self.hours_max is not None else f"{self.days_max:g} days"


def unexpected(params: Params) -> Count:
    """Rows whose value is too old, or which have no moment of decision."""
    young = AgeAtMost(
        column=params.column, as_of_column=params.decision_column, hours_max=params.age_hours_max, timezone=params.timezone
    )
    old = Any(of=(IsNull(column=params.decision_column), Not(of=young)))
    return Count(where=both(params.where, present(params.column), old))


EXPECTATION = counted(
    name="expect_column_age_at_decision_to_be_at_most",
    params=Params,
    unexpected=unexpected,
    wrong=lambda params: f"more than {params.in_words} older than {params.decision_column}",
    among=lambda params: present(params.column),
    columns=lambda params: (params.column, params.decision_column),
)
