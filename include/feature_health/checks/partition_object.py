"""A distribution as a contract states it, Great Expectations' "partition object": shares of listed values, or of bins of numbers.

And what an observed distribution differs from it: Kullback and Leibler's divergence, in nats. Knows no measures.
"""

import math
from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from feature_health.checks.limits import SetValue

_CLOSE = 1e-5  # shares that people write are rounded


def _edge(value: Any) -> Any:  # noqa: ANN401 - whatever a contract holds
    """YAML's names of the infinities, which contracts otherwise read as texts."""
    return {".inf": math.inf, "-.inf": -math.inf}.get(value, value) if isinstance(value, str) else value


Edge = Annotated[float, Field(allow_inf_nan=True), BeforeValidator(_edge, json_schema_input_type=float | str)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Shares(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    weights: Annotated[tuple[Share, ...], Field(min_length=1)]


class Categories(_Shares):
    """`weights` are the shares, 0 to 1, of `values`."""

    values: tuple[SetValue, ...]

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if len(self.values) != len(self.weights):
            raise ValueError(f"{len(self.values)} values but {len(self.weights)} weights; give one weight for each")
        if len(set(self.values)) < len(self.values):
            raise ValueError("a value is listed twice; add its weights up")
        _whole(self.weights)
        return self


class Bins(_Shares):
    """`weights` are the shares of the bins between neighbouring edges `bins`, `tail_weights` those below and above all of them.

    A bin begins with its lower edge and ends before its upper one, which belongs to it only in the last. The outer edges may be
    infinite.
    """

    bins: Annotated[tuple[Edge, ...], Field(min_length=2)]
    tail_weights: tuple[Share, Share] | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if len(self.bins) != len(self.weights) + 1:
            raise ValueError(
                f"{len(self.bins)} edges in bins but {len(self.weights)} weights; one more edge than weights is needed"
            )
        if not all(low < high for low, high in zip(self.bins, self.bins[1:], strict=False)):
            raise ValueError("the edges in bins do not rise; sort them and leave out equal ones")
        if self.tail_weights is not None and math.inf in map(abs, self.bins):
            raise ValueError("beyond an infinite edge there is no tail; leave tail_weights out or make the edges finite")
        _whole((*self.weights, *(self.tail_weights or ())))
        return self


def _whole(weights: Sequence[float]) -> None:
    if abs(sum(weights) - 1) > _CLOSE:
        raise ValueError(f"the weights add up to {sum(weights):.6g}, not to 1")


def divergence(observed: Sequence[float], expected: Sequence[float]) -> float:
    """Sum of p ln(p / q) over the shares that the weights make, in nats; infinite where nothing was expected but something is."""
    whole_observed, whole_expected = math.fsum(observed), math.fsum(expected)
    pairs = [(p / whole_observed, q / whole_expected) for p, q in zip(observed, expected, strict=True) if p]
    return math.fsum(p * math.log(p / q) for p, q in pairs) if all(q for _, q in pairs) else math.inf
