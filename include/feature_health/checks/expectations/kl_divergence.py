"""The values' distribution is near a stated one: its Kullback-Leibler divergence from that, in nats, is at most a threshold.

Of values, each one that was not listed shares `tail_weight_holdout` with the others of its kind; of bins, the tails do.
Source: S. Kullback and R. A. Leibler, "On information and sufficiency", Annals of Mathematical Statistics 22, 1951.
"""

import math
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import Field, model_validator

from feature_health.checks.expectation import ColumnParams, ExpectationType, Outcome, column_of
from feature_health.checks.limits import number
from feature_health.checks.partition_object import PartitionObject, Share, divergence
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import BinCounts, Count, GroupSizes, Measure
from feature_health.profiles.predicate import InSet, Not, both


class Params(ColumnParams):
    """`threshold` is in nats. The holdouts are the shares expected of what `partition_object` gives no weight to."""

    partition_object: PartitionObject
    threshold: Annotated[float, Field(ge=0)]
    tail_weight_holdout: Share = 0.0
    internal_weight_holdout: Share = 0.0
    bucketize_data: bool = True

    @model_validator(mode="after")
    def _holdouts_make_sense(self) -> Self:
        stated = self.partition_object
        if self.tail_weight_holdout + self.internal_weight_holdout > 1:
            raise ValueError("tail_weight_holdout and internal_weight_holdout hold back more than the whole; lower them")
        if stated.bins is None:
            if self.internal_weight_holdout:
                raise ValueError("internal_weight_holdout is for bins; values have no inside")
        elif not self.bucketize_data:
            raise ValueError("bucketize_data is false, but values are put into the bins of partition_object; leave it out")
        elif self.tail_weight_holdout and (stated.tail_weights is not None or _infinite(stated.bins) == (True, True)):
            raise ValueError("tail_weight_holdout is for tails of which nothing is stated, and here there are none; leave it out")
        return self


def needs(params: Params) -> tuple[Measure, ...]:
    """The numbers of values in the bins; or of each listed value, and of the others."""
    stated = params.partition_object
    if stated.bins is not None:
        return (BinCounts(column=params.column, edges=stated.bins, where=params.where),)
    values = stated.values or ()
    listed = (Count(where=both(params.where, InSet(column=params.column, values=(value,)))) for value in values)
    others = both(params.where, Not(of=InSet(column=params.column, values=values)))
    return *listed, GroupSizes(column=params.column, where=others)


def judge(params: Params, seen: Seen) -> Outcome:
    """Success up to the threshold. It is infinite, and so a failure, where a value is that nothing is expected of."""
    measured, stated = [seen[measure] for measure in needs(params)], params.partition_object
    if stated.bins is not None:
        nats = _of_bins(params, stated.bins, measured[0])
    else:
        nats = _of_values(params, measured[:-1], measured[-1])
    finite = nats if math.isfinite(nats) else None
    told = "infinite, or there are no values" if finite is None else number(finite)
    return Outcome(
        success=nats <= params.threshold,
        observed=finite,
        because=f"the divergence of {params.column} from what is stated is {told}, expected at most {number(params.threshold)}",
        evidence={"observed": finite, "threshold": params.threshold},
    )


def _of_bins(params: Params, edges: Sequence[float], counts: list[int]) -> float:
    stated = params.partition_object
    if not sum(counts):
        return math.inf
    weights = [weight * (1 - params.tail_weight_holdout - params.internal_weight_holdout) for weight in stated.weights]
    empty = weights.count(0)
    weights = [weight or params.internal_weight_holdout / empty for weight in weights]
    no_lower, no_upper = _infinite(edges)
    share = params.tail_weight_holdout / (1 if no_lower or no_upper else 2)
    lower, upper = stated.tail_weights or (share, share)
    expected = [*([] if no_lower else [lower]), *weights, *([] if no_upper else [upper])]
    return divergence(counts[no_lower : len(counts) - no_upper], expected)


def _infinite(edges: Sequence[float]) -> tuple[bool, bool]:
    """Whether the lowest and the highest edge are infinite, so that nothing lies beyond."""
    return edges[0] == -math.inf, edges[-1] == math.inf


def _of_values(params: Params, counts: list[int], others: dict[str, float]) -> float:
    """The others count as one category, to which comes how unevenly they divide it among themselves."""
    groups, rows = others["groups"], others["rows"]
    if not (all_rows := sum(counts) + rows):
        return math.inf
    holdout = params.tail_weight_holdout if groups else 0.0
    nats = divergence([*counts, rows], [*(weight * (1 - holdout) for weight in params.partition_object.weights), holdout])
    return nats + (rows * math.log(groups / rows) + others["n_log_n"]) / all_rows if groups else nats


EXPECTATION = ExpectationType(
    name="expect_column_kl_divergence_to_be_less_than",
    params=Params,
    needs=needs,
    judge=judge,
    columns=column_of,
)
