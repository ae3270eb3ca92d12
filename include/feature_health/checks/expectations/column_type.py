"""The column is of a type, by the file's own schema: Great Expectations' newer name of it, which takes no `mostly`."""

from feature_health.checks.expectation import ColumnParams, ExpectationType, column_of
from feature_health.checks.expectations.values_in_type_list import TypeName, judge_type


class Params(ColumnParams):
    """`type_` is a name of pandas, SQL or contracts."""

    type_: TypeName
    row_condition: None = None


EXPECTATION = ExpectationType(
    name="expect_column_type_to_be",
    params=Params,
    needs=lambda _: (),
    judge=lambda params, seen: judge_type(params.column, (params.type_,), seen),
    columns=column_of,
)
