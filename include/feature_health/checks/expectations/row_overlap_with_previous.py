"""Few rows also stand in the previous accepted partition: the same answers under new names mean a stale replay."""

from typing import Annotated

from pydantic import Field

from feature_health.checks.expectation import ExpectationType, Outcome
from feature_health.checks.expectation import Params as AllParams
from feature_health.checks.wording import percent, share_in_words
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import RowOverlap


class Params(AllParams):
    """`max_value` is the greatest share, 0 to 1, of rows that may be old ones, by the values of `columns`.

    Leave out columns that are new in any case, such as a request's id. Without `columns` all count that hold no dates or times.
    """

    max_value: Annotated[float, Field(ge=0, le=1)]
    columns: tuple[str, ...] = ()
    row_condition: None = None


def judge(params: Params, seen: Seen) -> Outcome:
    """Success up to the bound; where there are no rows none is old."""
    found = seen[RowOverlap(columns=params.columns)]
    share = found["shared"] / found["rows"] if found["rows"] else 0.0
    by = f" by {', '.join(params.columns)}" if params.columns else ""
    return Outcome(
        success=share <= params.max_value,
        observed={**found, "share": share},
        because=f"{found['shared']:,} of {found['rows']:,} rows ({share_in_words(found['shared'], found['rows'])}) already stood "
        f"in the previous partition{by}, expected at most {percent(params.max_value)}",
        evidence={**found, "share_max": params.max_value},
    )


EXPECTATION = ExpectationType(
    name="expect_row_overlap_with_previous_to_be_at_most",
    params=Params,
    needs=lambda params: (RowOverlap(columns=params.columns),),
    judge=judge,
    columns=lambda params: params.columns,
)
