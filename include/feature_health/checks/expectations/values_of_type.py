"""The column is of a type, by the file's own schema."""

from feature_health.checks.expectation import ExpectationType, RowLevelParams, column_of
from feature_health.checks.expectations.values_in_type_list import TypeName, judge_type


class Params(RowLevelParams):
    """`mostly` and `row_condition` change nothing: all values of a column are of its type."""

    type_: TypeName


EXPECTATION = ExpectationType(
    name="expect_column_values_to_be_of_type",
    params=Params,
    needs=lambda _: (),
    judge=lambda params, seen: judge_type(params.column, (params.type_,), seen),
    columns=column_of,
)
