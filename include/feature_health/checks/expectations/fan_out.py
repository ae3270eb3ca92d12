"""Each row of another job has at most so many rows here: two verifications of one applicant make two of one in a join."""

from typing import Annotated

from pydantic import Field

from feature_health.checks.expectation import ExpectationType, MostlyParams, Outcome
from feature_health.checks.expectations.join_coverage import Names
from feature_health.checks.wording import share_in_words
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import FanOut


class Params(MostlyParams):
    """`of` is the other job, `on` the key columns that both have, `rows_max` the most rows here that a key of it may have.

    `mostly` is the least share of its keys found here that must keep to it. `of_where` is a SQL condition that rows of the other
    job must meet to count. Rows here whose key it has not, and rows of it that are missing here, are no fan-out: that is join
    coverage.
    """

    of: str
    on: Annotated[Names, Field(min_length=1)]
    rows_max: Annotated[int, Field(ge=1)] = 1
    of_where: str | None = None
    row_condition: None = None


def fan_out(params: Params) -> FanOut:
    """Keys and their rows."""
    return FanOut(of=params.of, on=params.on, rows_max=params.rows_max, of_where=params.of_where)


def judge(params: Params, seen: Seen) -> Outcome:
    """Success when enough keys keep to the limit; no key found means that nothing was joined, and fails."""
    found = seen[fan_out(params)]
    keys, over = found["keys"], found["over"]
    told = f"{over:,} of {keys:,} keys of {params.of} ({share_in_words(over, keys)}) have more than {params.rows_max} "
    return Outcome(
        success=keys > 0 and (keys - over) / keys >= params.mostly,
        observed={**found, "ratio": found["rows"] / keys if keys else None},
        because=f"{told}{'row' if params.rows_max == 1 else 'rows'} here, {found['most']:,} at most"
        if keys
        else f"no key of {params.of} is found here",
        evidence={**found, "rows_max": params.rows_max, "share_min": params.mostly},
    )


EXPECTATION = ExpectationType(
    name="expect_fan_out_to_be_at_most",
    params=Params,
    needs=lambda params: (fan_out(params),),
    judge=judge,
    columns=lambda params: params.on,
)
