"""A distribution as a contract states it, Great Expectations' "partition object": shares of listed values, or of bins of numbers.

And what an observed distribution differs from it: Kullback and Leibler's divergence, in nats. Knows no measures.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from feature_health.checks.limits import SetValue

_CLOSE = 1e-5  # shares that people write are rounded


_INFINITIES = {".inf": math.inf, "-.inf": -math.inf}  # YAML's names of them, which contracts read as texts, and JSON has none


def edge_read(edge: Any) -> Any:  # noqa: ANN401 - whatever a contract holds
    """The edge as a number, of a contract's name of an infinite one; anything else as it is."""
    return _INFINITIES.get(edge, edge) if isinstance(edge, str) else edge


def edge_written(edge: float) -> float | str:
    """The edge as a contract writes it."""
    return next((name for name, value in _INFINITIES.items() if value == edge), edge)


Edge = Annotated[
    float,
    Field(allow_inf_nan=True),
    BeforeValidator(edge_read, json_schema_input_type=float | Literal[".inf", "-.inf"]),
    PlainSerializer(edge_written, when_used="json"),
]
Share = Annotated[float, Field(ge=0, le=1)]


class PartitionObject(BaseModel):
    """`weights` are the shares, 0 to 1, of `values`, or of the bins between neighbouring edges `bins`.

    `tail_weights` are the shares below and above all bins. A bin begins with its lower edge and ends before its upper one, which
    belongs to it only in the last. The outer edges may be infinite.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    weights: Annotated[tuple[Share, ...], Field(min_length=1)]
    values: tuple[SetValue, ...] | None = None
    bins: Annotated[tuple[Edge, ...], Field(min_length=2)] | None = None
    tail_weights: tuple[Share, Share] | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.values is None) == (self.bins is None):
            raise ValueError("give either values or bins, which the weights are of")
        if self.values is not None:
            _of_values(self.values, self.weights)
        if self.bins is not None:
            _of_bins(self.bins, self.weights)
        if self.tail_weights is not None and (self.bins is None or math.inf in map(abs, self.bins)):
            raise ValueError("tail_weights are of what lies beyond bins with finite ends; leave them out")
        _whole((*self.weights, *(self.tail_weights or ())))
        return self


def _of_values(values: Sequence[SetValue], weights: Sequence[float]) -> None:
    if len(values) != len(weights):
        raise ValueError(f"{len(values)} values but {len(weights)} weights; give one weight for each")
    if len(set(values)) < len(values):
        raise ValueError("a value is listed twice; add its weights up")


def _of_bins(edges: Sequence[float], weights: Sequence[float]) -> None:
    if len(edges) != len(weights) + 1:
        raise ValueError(f"{len(edges)} edges in bins but {len(weights)} weights; one more edge than weights is needed")
    if not all(low < high for low, high in pairwise(edges)):
        raise ValueError("the edges in bins do not rise; sort them and leave out equal ones")


def _whole(weights: Sequence[float]) -> None:
    if abs(sum(weights) - 1) > _CLOSE:
        raise ValueError(f"the weights add up to {sum(weights):.6g}, not to 1")


def divergence(observed: Sequence[float], expected: Sequence[float]) -> float:
    """Sum of p ln(p / q) over the shares that the weights make, in nats; infinite where nothing was expected but something is."""
    whole_observed, whole_expected = math.fsum(observed), math.fsum(expected)
    pairs = [(p / whole_observed, q / whole_expected) for p, q in zip(observed, expected, strict=True) if p]
    return math.fsum(p * math.log(p / q) for p, q in pairs) if all(q for _, q in pairs) else math.inf
