"""A column's values are spread as they were: an objection needs both a shift that matters and one that chance does not give.

Special codes and nulls are bins of their own, since their shares are information that quantile bins would hide.
"""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import Field, model_validator

from feature_health.checks.against_history import HistoryParams, by_history, too_early
from feature_health.checks.expectation import ExpectationType, Outcome
from feature_health.checks.limits import SetValue
from feature_health.checks.stability import shift
from feature_health.profiles.history import Past, Seen
from feature_health.profiles.measure import Spread


class Params(HistoryParams):
    """Bins are the `special_codes` (by default those of the column's code table), the `values` of a closed set, and what lies
    between the ascending `edges`; state them once, such as the deciles of the sample that the model was built on.

    It fails when the index is above `psi_max` and the chance of as much is below `false_alarms`, divided by `tests`: how many
    such expectations the contract has (Bonferroni). Nothing is concluded of fewer than `rows_min` rows. `reference`, rows in each
    bin and last the nulls, is compared with instead of history.
    """

    column: str
    psi_max: Annotated[float, Field(gt=0)]
    edges: tuple[float, ...] = ()
    values: tuple[SetValue, ...] = ()
    special_codes: tuple[int, ...] = ()
    reference: tuple[Annotated[int, Field(ge=0)], ...] | None = None
    tests: Annotated[int, Field(ge=1)] = 1
    rows_min: Annotated[int, Field(ge=50)] = 500

    @model_validator(mode="after")
    def _bins_make_sense(self) -> Self:
        if list(self.edges) != sorted(set(self.edges)):
            raise ValueError("edges must ascend, each above the one before")
        if not self.edges and not self.values:
            raise ValueError("edges and values are both missing, so there would be one bin; give one of them")
        bins = len(self.special_codes) + len(self.values) + len(self.edges) + 2
        if self.reference is not None and len(self.reference) != bins:
            raise ValueError(f"reference has {len(self.reference)} counts for {bins} bins, of which the last is of nulls")
        return self


def measure(params: Params) -> Spread:
    """Rows in every bin."""
    values = (*params.special_codes, *params.values)
    return Spread(column=params.column, values=values, edges=params.edges, where=params.where)


def judge(params: Params, seen: Seen) -> Outcome:
    """See the arguments."""
    counts = seen[measure(params)]
    if sum(counts) < params.rows_min:
        return too_early(f"{sum(counts):,} of {params.rows_min:,} rows are there", rows=sum(counts))
    if params.reference is not None:
        return _compared(params, counts, params.reference, ())
    return by_history(params, seen, (measure(params),), lambda past: _against(params, counts, past))


def _against(params: Params, counts: Sequence[int], past: tuple[Past, ...]) -> Outcome:
    then = [each[measure(params)] for each in past]
    return _compared(params, counts, [sum(bins) for bins in zip(*then, strict=True)], then)


def _compared(params: Params, counts: Sequence[int], reference: Sequence[int], past: Sequence[Sequence[int]]) -> Outcome:
    if sum(reference) < params.rows_min:
        return too_early(f"{sum(reference):,} of {params.rows_min:,} rows to compare with are there", rows=sum(reference))
    found = shift(counts, reference, past)
    p_value_min = params.false_alarms / params.tests
    evidence = {
        "psi": found.psi,
        "psi_max": params.psi_max,
        "p_value": found.p_value,
        "p_value_min": p_value_min,
        "bins": found.bins,
        "rows": sum(counts),
        "reference_rows": sum(reference),
        "history": len(past),
    }
    return Outcome(
        success=not (found.psi > params.psi_max and found.p_value < p_value_min),
        observed=evidence,
        because=f"the values of {params.column} moved by a stability index of {found.psi:.4f}, expected at most "
        f"{params.psi_max:g}; chance gives as much in {found.p_value:.1g} of cases",
        evidence=evidence,
    )


EXPECTATION = ExpectationType(
    name="expect_column_calibrated_psi_to_be_at_most",
    params=Params,
    needs=lambda params: (measure(params),),
    judge=judge,
    columns=lambda params: (params.column,),
    window=lambda params: params.window if params.reference is None else 0,
)
