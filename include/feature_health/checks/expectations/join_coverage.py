"""Enough of another job's rows of the same key are found here, overall and in each segment: a missing bureau or state shows."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from feature_health.checks.expectation import ExpectationType, Outcome, Params
from feature_health.checks.probability import poisson_at_least
from feature_health.checks.wording import percent
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Coverage

MISSING_IN_SEGMENT_MAX = 5  # times the share that may be missing overall: small segments vary more, lost ones lose everything
SEGMENTS_SHOWN_MAX = 10
CHANCE = 1e-6
"""How seldom a small segment may lack as many rows by chance before it counts as lost; there are many segments and many days."""

Names = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value, json_schema_input_type=str | tuple[str, ...]),
]
Share = Annotated[float, Field(ge=0, le=1)]


class CoverageParams(Params):
    """`of` is the other job, `on` the key columns that both have, `min_value` the least share of its rows found here.

    `by` are columns of the other job that cut it into segments. Each must reach `by_min_value`, by default lacking at most
    five times the share that may be lacking overall; one of fewer than `by_rows_min` rows only fails when chance as good as never
    leaves out so many of so few. `of_where` is a SQL condition that rows of the other job must meet to count.
    """

    of: str
    on: Annotated[Names, Field(min_length=1)]
    min_value: Share
    by: Names = ()
    by_min_value: Share | None = None
    by_rows_min: Annotated[int, Field(ge=1)] = 100
    of_where: str | None = None
    row_condition: None = None

    @property
    def segment_share_min(self) -> float:
        """The least share, 0 to 1, of a segment's rows that must be found."""
        if self.by_min_value is not None:
            return self.by_min_value
        return max(1 - MISSING_IN_SEGMENT_MAX * (1 - self.min_value), self.min_value / 2)

    def is_poor(self, of: int, hit: int) -> bool:
        """Whether too few of a segment's rows are found: `hit` of `of`."""
        if hit / of >= self.segment_share_min:
            return False
        return of >= self.by_rows_min or poisson_at_least(of - hit, of * (1 - self.segment_share_min)) < CHANCE


def coverage(params: CoverageParams) -> Coverage:
    """Counts overall and by segment."""
    return Coverage(of=params.of, on=params.on, by=params.by, of_where=params.of_where)


def judge(params: CoverageParams, seen: Seen) -> Outcome:
    """Success when the whole and every segment are covered; nothing to be covered is no success."""
    found = seen[coverage(params)]
    rows, matched = found["rows"], found["matched"]
    share = matched / rows if rows else None
    poor = [[column, value, of, hit] for column, value, of, hit in found["segments"] if params.is_poor(of, hit)]
    return Outcome(
        success=share is not None and share >= params.min_value and not poor,
        observed={"rows": rows, "matched": matched, "share": share, "segments_below": poor},
        because=_because(params, rows, matched, poor),
        evidence={"rows": rows, "matched": matched, "share_min": params.min_value, "segments_below": poor},
    )


def _because(params: CoverageParams, rows: int, matched: int, poor: list[list[object]]) -> str:
    whole = f"{matched:,} of {rows:,} rows of {params.of} are found here, expected at least {percent(params.min_value)}"
    segments = ", ".join(f"{column} {value}: {hit:,} of {of:,}" for column, value, of, hit in poor[:SEGMENTS_SHOWN_MAX])
    return f"{whole}; below {percent(params.segment_share_min)} are {segments}" if segments else whole


EXPECTATION = ExpectationType(
    name="expect_join_coverage_to_be_at_least",
    params=CoverageParams,
    needs=lambda params: (coverage(params),),
    judge=judge,
    columns=lambda params: params.on,
)
