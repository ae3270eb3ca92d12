"""No value stands in two rows; of values that do, every row counts as unexpected."""

from feature_health.checks.expectation import RowLevelParams, column_of, counted
from feature_health.profiles.measure import Duplicates
from feature_health.profiles.predicate import present

EXPECTATION = counted(
    name="expect_column_values_to_be_unique",
    params=RowLevelParams,
    unexpected=lambda params: Duplicates(columns=(params.column,), where=params.where),
    wrong=lambda _: "not unique",
    among=lambda params: present(params.column),
    columns=column_of,
)
