"""The share of each special code is an ordinary one, given the accepted partitions before: one code's gain is another's loss.

Counts beyond what a Poisson variable's tail allows, once both are divided by the dispersion that history shows (days vary by more
than chance; as in Laney's p' chart, 2002) and by the reference's own error.
"""

import math
from dataclasses import asdict, dataclass
from statistics import median
from typing import Annotated

from pydantic import Field

from feature_health.checks.against_history import HistoryParams, by_history, too_early
from feature_health.checks.expectation import ExpectationType, Outcome, column_of
from feature_health.checks.expectations.special_code_shares import CodeParams, needs
from feature_health.checks.probability import poisson_at_least, poisson_at_most
from feature_health.checks.wording import percent, share_in_words
from feature_health.profiles.history import Past, Seen

_HALF_A_ROW = 0.5  # a code that never was seen is rare, not impossible
_MAD_TO_SIGMA = 1.4826


class Params(HistoryParams, CodeParams):
    """Differences of less than `difference_min`, a share, never matter. Of fewer than `rows_min` values nothing is concluded."""

    difference_min: Annotated[float, Field(ge=0, le=1)] = 0.005
    rows_min: Annotated[int, Field(ge=50)] = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One code: its count, its usual share, and the chance of a count as far from it."""

    code: int
    count: int
    share: float
    p_value: float


def judge(params: Params, seen: Seen) -> Outcome:
    """Success when no code's share differs by what matters and by what chance does not give."""
    measures = needs(params)
    of = seen[measures[0]]
    if of < params.rows_min:
        return too_early(f"{of:,} of {params.rows_min:,} values of {params.column} are there", values=of)
    return by_history(params, seen, measures, lambda past: _judge(params, [seen[measure] for measure in measures], past))


def _judge(params: Params, counted: list[int], past: tuple[Past, ...]) -> Outcome:
    (whole, *measures), (of, *counts) = needs(params), counted
    values = sum(then[whole] for then in past)
    if values < params.rows_min:
        return too_early(f"{values:,} of {params.rows_min:,} accepted values of {params.column} are there", values=values)
    found = [
        _found(code, count, of, [(then[measure], then[whole]) for then in past])
        for code, count, measure in zip(params.special_codes, counts, measures, strict=True)
    ]
    # Each code is a test of its own, and two-sided.
    p_value_min = params.false_alarms / (2 * len(found))
    wrong = [it for it in found if it.p_value < p_value_min and abs(it.count / of - it.share) >= params.difference_min]
    told = ", ".join(f"{it.code} in {share_in_words(it.count, of)}, usually in {percent(it.share)}" for it in wrong)
    return Outcome(
        success=not wrong,
        observed={"values": of, "codes": [asdict(it) for it in found], "history": len(past)},
        because=f"of {of:,} values of {params.column} are {told}, by {len(past)} accepted partitions",
        evidence={"compared_count": of, "codes": [asdict(it) for it in wrong], "history": len(past)},
    )


def _found(code: int, count: int, of: int, past: list[tuple[int, int]]) -> Found:
    usual = usual_share(past)
    return Found(code=code, count=count, share=usual, p_value=chance(count, of, usual, past))


def usual_share(past: list[tuple[int, int]]) -> float:
    """The share of all past values, of (count, values) each; never quite 0."""
    return (sum(count for count, _ in past) + _HALF_A_ROW) / (sum(of for _, of in past) + 2 * _HALF_A_ROW)


def dispersion(past: list[tuple[int, int]], usual: float) -> float:
    """How much more than chance past counts varied, as a ratio of variances, at least 1."""
    errors = [(count - of * usual) / math.sqrt(of * usual * (1 - usual)) for count, of in past if of]
    middle = median(errors) if errors else 0.0
    return max(1.0, _MAD_TO_SIGMA * median(abs(error - middle) for error in errors)) ** 2 if errors else 1.0


def chance(count: int, of: int, usual: float, past: list[tuple[int, int]]) -> float:
    """The smaller tail's probability of such a count."""
    by = dispersion(past, usual) * (1 + of / max(1, sum(values for _, values in past)))
    mean, seen = of * usual / by, count / by
    return min(poisson_at_least(seen, mean), poisson_at_most(seen, mean))


EXPECTATION = ExpectationType(
    name="expect_column_special_code_shares_to_match_history",
    params=Params,
    needs=needs,
    judge=judge,
    columns=column_of,
    window=lambda params: params.window,
)
