"""Values are none of those listed."""

from feature_health.checks.expectation import row_level
from feature_health.checks.expectations.values_in_set import Params
from feature_health.profiles.predicate import InSet, Not

EXPECTATION = row_level(
    name="expect_column_values_to_not_be_in_set",
    params=Params,
    expected=lambda params: Not(of=InSet(column=params.column, values=params.value_set)),
    wrong=lambda params: f"among the {len(params.value_set)} forbidden values",
)
