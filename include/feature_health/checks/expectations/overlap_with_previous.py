"""Few values also stand in the previous accepted partition: payload hashes or pull times that do mean a stale replay."""

from typing import Annotated

from pydantic import Field

from feature_health.checks.expectation import ColumnParams, ExpectationType, Outcome, column_of
from feature_health.checks.wording import percent, share_in_words
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Overlap


class Params(ColumnParams):
    """`max_value` is the greatest share, 0 to 1, of non-null values that may be old ones."""

    max_value: Annotated[float, Field(ge=0, le=1)]
    row_condition: None = None


def judge(params: Params, seen: Seen) -> Outcome:
    """Success up to the bound; where there are no values none is old."""
    found = seen[Overlap(column=params.column)]
    share = found["shared"] / found["rows"] if found["rows"] else 0.0
    return Outcome(
        success=share <= params.max_value,
        observed={**found, "share": share},
        because=f"{found['shared']:,} of {found['rows']:,} values of {params.column} "
        f"({share_in_words(found['shared'], found['rows'])}) already stood in the previous partition, expected at most "
        f"{percent(params.max_value)}",
        evidence={**found, "share_max": params.max_value},
    )


EXPECTATION = ExpectationType(
    name="expect_overlap_with_previous_to_be_at_most",
    params=Params,
    needs=lambda params: (Overlap(column=params.column),),
    judge=judge,
    columns=column_of,
)
