"""Every bucket of a hash has its part of the rows: a shard that was lost takes one bucket with it, and no share changes."""

from typing import Annotated

from pydantic import Field

from feature_health.checks.against_history import too_early
from feature_health.checks.expectation import ColumnParams, ExpectationType, Outcome, column_of
from feature_health.checks.probability import poisson_at_most
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import BucketCounts

CHANCE = 1e-6
"""How seldom a bucket may be as empty by chance before it counts as lost; there are many buckets and many days."""
SHOWN_MAX = 10


class Params(ColumnParams):
    """`column` is what rows are spread by, `buckets` into how many.

    A shard is only seen by the function that made the shards: state it as `bucket`, a SQL expression that gives the bucket's
    number from 0, such as "shard_id" or "CAST('0x' || left(application_id, 1) AS INTEGER)". Without it, 64 bits of the value's
    MD5 are taken. A bucket must have at least `ratio_min` of an equal part.
    """

    buckets: Annotated[int, Field(ge=2, le=4096)] = 16
    bucket: str | None = None
    ratio_min: Annotated[float, Field(gt=0, lt=1)] = 0.5


def measure(params: Params) -> BucketCounts:
    """Rows of each bucket."""
    return BucketCounts(column=params.column, buckets=params.buckets, bucket=params.bucket, where=params.where)


def judge(params: Params, seen: Seen) -> Outcome:
    """Success when none is too empty and every row is in one; too few rows to tell an empty bucket from chance say nothing."""
    *counts, nowhere = seen[measure(params)]
    part = sum(counts) / params.buckets
    if not nowhere and poisson_at_most(0, part) * params.buckets > CHANCE:
        return too_early(f"{sum(counts):,} rows for {params.buckets} buckets are there", rows=sum(counts))
    lost = [
        number
        for number, count in enumerate(counts)
        if count < params.ratio_min * part and poisson_at_most(count, part) * params.buckets < CHANCE
    ]
    evidence = {"rows": sum(counts), "expected": part, "least": min(counts), "lost": lost, "nowhere": nowhere}
    return Outcome(
        success=not lost and not nowhere, observed=evidence, because=_because(params, counts, lost, nowhere), evidence=evidence
    )


def _because(params: Params, counts: list[int], lost: list[int], nowhere: int) -> str:
    if nowhere:
        return f"{nowhere:,} rows are in none of the {params.buckets} buckets of {params.column}"
    told = ", ".join(f"{number} ({counts[number]:,} rows)" for number in lost[:SHOWN_MAX])
    part = sum(counts) / params.buckets
    return f"of {params.buckets} buckets of {params.column} too empty are {told}; expected about {part:,.0f} rows in each"


EXPECTATION = ExpectationType(
    name="expect_hash_buckets_to_be_filled",
    params=Params,
    needs=lambda params: (measure(params),),
    judge=judge,
    columns=column_of,
)
