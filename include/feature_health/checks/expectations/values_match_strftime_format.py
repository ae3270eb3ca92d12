"""Each value is a date or time written in one format; the day must be there in the calendar."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator

from feature_health.checks.expectation import RowLevelParams, row_level
from feature_health.profiles.predicate import ReadsAsTime

_DIRECTIVES = frozenset("YymbBdjaAHIpMSfzZ%")
_ANY_MOMENT = datetime(2026, 6, 2, 1, 30, tzinfo=UTC)


def _readable(format_: str) -> str:
    unknown = [directive for directive in re.findall("%(.?)", format_) if directive not in _DIRECTIVES]
    if unknown:
        raise ValueError(f"%{unknown[0]} is not known here; known are {', '.join(f'%{each}' for each in sorted(_DIRECTIVES))}")
    try:
        datetime.strptime(_ANY_MOMENT.strftime(format_), format_).astimezone(UTC)
    except ValueError as error:
        raise ValueError(f"{format_!r} writes what cannot be read back ({error}); use directives such as %Y-%m-%d") from error
    return format_


class Params(RowLevelParams):
    """`strftime_format` is made of Python's directives, such as %Y-%m-%d."""

    strftime_format: Annotated[str, AfterValidator(_readable)]


EXPECTATION = row_level(
    name="expect_column_values_to_match_strftime_format",
    params=Params,
    expected=lambda params: ReadsAsTime(column=params.column, format=params.strftime_format),
    wrong=lambda params: f"not written as {params.strftime_format}",
)
