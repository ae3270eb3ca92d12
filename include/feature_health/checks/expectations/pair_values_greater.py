"""In each row one column is greater than another. A row with just one of them is unexpected, since nothing was compared."""

from feature_health.checks.across_columns import PairParams, across
from feature_health.profiles.predicate import Compare


class Params(PairParams):
    """`or_equal` allows equality."""

    or_equal: bool | None = None


def greater(params: Params) -> Compare:
    """What a row must be."""
    return Compare(left=params.column_A, op=">=" if params.or_equal else ">", right=params.column_B)


EXPECTATION = across(
    name="expect_column_pair_values_a_to_be_greater_than_b",
    params=Params,
    expected=greater,
    wrong=lambda params: f"in the wrong order ({params.column_A} must {'reach' if params.or_equal else 'exceed'} the other)",
)
