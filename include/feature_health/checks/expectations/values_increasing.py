"""Each value is at least the one before it, in the order of the file; nulls are passed over."""

from feature_health.checks.expectation import ExpectationType, RowLevelParams, column_of, counted
from feature_health.profiles.measure import OutOfOrder
from feature_health.profiles.predicate import present


class Params(RowLevelParams):
    """`strictly` forbids two equal values in succession."""

    strictly: bool | None = None


def in_order(name: str, *, descending: bool) -> ExpectationType[Params]:
    """The type that counts values out of order."""
    return counted(
        name=name,
        params=Params,
        unexpected=lambda params: OutOfOrder(
            column=params.column, descending=descending, strictly=bool(params.strictly), where=params.where
        ),
        wrong=lambda params: f"not {_words(descending=descending, strictly=bool(params.strictly))} the value before",
        among=lambda params: present(params.column),
        columns=column_of,
    )


def _words(*, descending: bool, strictly: bool) -> str:
    if strictly:
        return "below" if descending else "above"
    return "at most" if descending else "at least"


EXPECTATION = in_order("expect_column_values_to_be_increasing", descending=False)
