"""Columns taken over from another job are as that job published them: a join that mixes rows keeps every distribution."""

from typing import Annotated

from pydantic import Field

from feature_health.checks.expectation import ExpectationType, MostlyParams, Outcome
from feature_health.checks.expectations.join_coverage import Names
from feature_health.checks.wording import share_in_words
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Agreement


class Params(MostlyParams):
    """`of` is the other job, `on` the key columns and `columns` the others that both have by the same names.

    `mostly` is the least share of the rows found in both that must be equal in all of `columns`, nulls being equal to nulls. Rows
    that only one has are no difference: that is join coverage.
    """

    of: str
    on: Annotated[Names, Field(min_length=1)]
    columns: Annotated[tuple[str, ...], Field(min_length=1)]
    row_condition: None = None


def agreement(params: Params) -> Agreement:
    """Rows in both, and how many differ."""
    return Agreement(of=params.of, on=params.on, columns=params.columns)


def judge(params: Params, seen: Seen) -> Outcome:
    """Success when enough rows are equal; no row in both means that nothing was compared, and fails."""
    found = seen[agreement(params)]
    rows, unlike = found["rows"], found["unlike"]
    where = ", ".join(f"{column}: {count:,}" for column, count in found["columns"].items() if count)
    told = f"{unlike:,} of {rows:,} rows ({share_in_words(unlike, rows)}) differ from {params.of}"
    return Outcome(
        success=rows > 0 and (rows - unlike) / rows >= params.mostly,
        observed=found,
        because=(f"{told} in {where}" if where else told) if rows else f"no key of {params.of} is found here",
        evidence={**found, "share_min": params.mostly},
    )


EXPECTATION = ExpectationType(
    name="expect_columns_to_equal_source",
    params=Params,
    needs=lambda params: (agreement(params),),
    judge=judge,
    columns=lambda params: (*params.on, *params.columns),
)
