"""Values were known by the moment that the row is about; otherwise a model would learn from what nobody could know.

A value in a row without such a moment is unexpected: it cannot be shown to have been known.
"""

from feature_health.checks.expectation import RowLevelParams, counted
from feature_health.profiles.measure import Count
from feature_health.profiles.predicate import Any, Compare, IsNull, Not, both, present


class Params(RowLevelParams):
    """`column` and `as_of_column` are dates or timestamps of the same row; equal ones are as expected."""

    as_of_column: str


def unexpected(params: Params) -> Count:
    """Rows whose value is later than their moment, or which have no moment."""
    known = Compare(left=params.column, op="<=", right=params.as_of_column)
    return Count(where=both(params.where, present(params.column), Any(of=(IsNull(column=params.as_of_column), Not(of=known)))))


EXPECTATION = counted(
    name="expect_values_not_from_the_future",
    params=Params,
    unexpected=unexpected,
    wrong=lambda params: f"later than {params.as_of_column}",
    among=lambda params: present(params.column),
    columns=lambda params: (params.column, params.as_of_column),
)
