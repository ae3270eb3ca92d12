"""Values are among those listed, or null."""

from typing import Annotated

from pydantic import Field

from feature_health.checks.expectation import RowLevelParams, row_level
from feature_health.checks.limits import SetValue
from feature_health.profiles.predicate import InSet


class Params(RowLevelParams):
    """An empty set would allow no value at all and is refused."""

    value_set: Annotated[tuple[SetValue, ...], Field(min_length=1)]


EXPECTATION = row_level(
    name="expect_column_values_to_be_in_set",
    params=Params,
    expected=lambda params: InSet(column=params.column, values=params.value_set),
    wrong=lambda params: f"not among the {len(params.value_set)} allowed values",
)
