"""Types that judge which columns a delivery has: they need no measure, only the observed schema. They know no rows."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from feature_health.checks.expectation import ExpectationType, Outcome, Params
from feature_health.profiles.history import Seen
from feature_health.profiles.profile import NotMeasured


class SchemaParams(Params):
    """Arguments of a type that looks at no row, so that there is no row condition."""

    row_condition: None = None


S = TypeVar("S", bound=SchemaParams)


def of_the_schema(*, name: str, params: type[S], judge: Callable[[S, tuple[str, ...]], Outcome]) -> ExpectationType[S]:
    """A type that judges the observed columns' names, in the order of the file; an unreadable delivery has none to judge."""
    return ExpectationType(
        name=name,
        params=params,
        needs=lambda _: (),
        judge=lambda given, seen: judge(given, _names(seen)),
        columns=lambda _: (),
    )


def listed(names: Sequence[Any]) -> str:
    """Names for people to read."""
    return ", ".join(map(str, names)) or "none"


def _names(seen: Seen) -> tuple[str, ...]:
    if seen.profile.unreadable is not None:
        raise NotMeasured(seen.profile.unreadable)
    return tuple(column.name for column in seen.columns)
