"""Values lie within a vendor's valid range or are one of its special codes; an unknown code is neither score nor reason."""

from dataclasses import replace
from typing import Self

from pydantic import model_validator

from feature_health.checks.expectation import Outcome, RowLevelParams, row_level
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Measure, ValueCounts
from feature_health.profiles.predicate import Any, Between, InSet, Not, Predicate, both

CODES_SHOWN_MAX = 10


class Params(RowLevelParams):
    """Both ends of the range belong to it."""

    min_value: float
    max_value: float
    special_codes: tuple[int, ...]

    @model_validator(mode="after")
    def _range_is_one(self) -> Self:
        if self.min_value > self.max_value:
            raise ValueError(f"min_value {self.min_value} is above max_value {self.max_value}; exchange them")
        return self


def expected(params: Params) -> Predicate:
    """What a value must be."""
    in_range = Between(column=params.column, low=params.min_value, high=params.max_value)
    return Any(of=(in_range, InSet(column=params.column, values=params.special_codes)))


def unknown(params: Params) -> ValueCounts:
    """The commonest values that are neither; such columns hold scores and codes, a closed set."""
    return ValueCounts(column=params.column, limit=CODES_SHOWN_MAX, where=both(params.where, Not(of=expected(params))))


_ROWS = row_level(
    name="expect_column_values_to_be_in_range_or_special_code",
    params=Params,
    expected=expected,
    wrong=lambda params: f"neither {params.min_value:g} to {params.max_value:g} nor a known code",
)


def needs(params: Params) -> tuple[Measure, ...]:
    """The counts, and which unknown codes there are."""
    return *_ROWS.needs(params), unknown(params)


def judge(params: Params, seen: Seen) -> Outcome:
    """As any row-level type, and the unknown codes with their counts."""
    outcome = _ROWS.judge(params, seen)
    # A fraction is a measurement of somebody, not a code of a closed set.
    codes = [[int(value), count] for value, count in seen[unknown(params)] if float(value).is_integer()]
    words = ", ".join(f"{code} ({count:,} times)" for code, count in codes)
    return replace(
        outcome,
        observed={**outcome.observed, "unknown_codes": codes},
        because=f"{outcome.because}; seen {words}" if codes else outcome.because,
        evidence={**outcome.evidence, "unknown_codes": codes},
    )


EXPECTATION = replace(_ROWS, needs=needs, judge=judge)
