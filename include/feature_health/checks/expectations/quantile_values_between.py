"""Each of several quantiles lies within its range. Ends belong to it, with Great Expectations' tolerance of 1 in 10,000."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from feature_health.checks.expectation import ColumnParams, ExpectationType, Outcome, column_of
from feature_health.checks.limits import missing_or, number
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Interpolation, Quantiles

TOLERANCE_RATIO = 1e-4
TOLERANCE = 1e-8

Range = tuple[float | None, float | None]


class QuantileRanges(BaseModel):
    """`quantiles` are shares, 0 to 1; `value_ranges` has a [least, greatest] for each, None being open."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    quantiles: Annotated[tuple[Annotated[float, Field(ge=0, le=1)], ...], Field(min_length=1)]
    value_ranges: tuple[Range, ...]

    @model_validator(mode="after")
    def _a_range_for_each(self) -> Self:
        if len(self.quantiles) != len(self.value_ranges):
            raise ValueError(
                f"{len(self.quantiles)} quantiles but {len(self.value_ranges)} value_ranges; give one range for each"
            )
        return self


class Params(ColumnParams):
    """`allow_relative_error` is how to choose between two neighbours; false means the nearest of them."""

    quantile_ranges: QuantileRanges
    allow_relative_error: Annotated[
        Literal[False, "linear", "lower", "higher", "midpoint", "nearest"],
        BeforeValidator(lambda value: value or False),
    ] = False


def quantiles(params: Params) -> Quantiles:
    """All of them in one measure."""
    interpolation: Interpolation = params.allow_relative_error or "nearest"
    return Quantiles(
        column=params.column, shares=params.quantile_ranges.quantiles, where=params.where, interpolation=interpolation
    )


def judge(params: Params, seen: Seen) -> Outcome:
    """Success when every quantile lies in its range; a column without values has no quantiles and fails."""
    values = seen[quantiles(params)]
    ranges = params.quantile_ranges
    outside = [
        f"the {share:.0%} quantile is {missing_or(value)}, expected {_words(range_)}"
        for share, value, range_ in zip(ranges.quantiles, values, ranges.value_ranges, strict=True)
        if not _inside(value, range_)
    ]
    return Outcome(
        success=not outside,
        observed={"quantiles": list(ranges.quantiles), "values": values},
        because=f"of {params.column} {'; '.join(outside) or 'all quantiles are as expected'}",
        evidence={"values": values},
    )


def _inside(value: float | None, range_: Range) -> bool:
    if value is None:
        return False
    low, high = range_
    return (low is None or value >= low or _close(value, low)) and (high is None or value <= high or _close(value, high))


def _close(value: float, limit: float) -> bool:
    return abs(value - limit) <= TOLERANCE + TOLERANCE_RATIO * abs(limit)


def _words(range_: Range) -> str:
    low, high = ("open" if limit is None else number(limit) for limit in range_)
    return f"{low} to {high}"


EXPECTATION = ExpectationType(
    name="expect_column_quantile_values_to_be_between",
    params=Params,
    needs=lambda params: (quantiles(params),),
    judge=judge,
    columns=column_of,
)
