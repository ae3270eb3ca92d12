"""The column is of one of the listed types, by the file's own schema: see `checks.type_names` for the names that are known."""

from typing import Annotated

from pydantic import AfterValidator, Field

from feature_health.checks.expectation import ExpectationType, Outcome, RowLevelParams, column_of
from feature_health.checks.table_columns import listed
from feature_health.checks.type_names import KNOWN, names_of
from feature_health.profiles.history import Seen
from feature_health.profiles.profile import NotMeasured


def _known(name: str) -> str:
    if name not in KNOWN:
        raise ValueError(
            f"no column's type is called {name!r}; write a name of pandas, SQL or contracts, such as int64 or BIGINT"
        )
    return name


TypeName = Annotated[str, AfterValidator(_known)]


class Params(RowLevelParams):
    """`mostly` and `row_condition` change nothing: all values of a column are of its type."""

    type_list: Annotated[tuple[TypeName, ...], Field(min_length=1)]


def judge_type(column: str, types: tuple[str, ...], seen: Seen) -> Outcome:
    """Success when the column's type bears one of the names."""
    found = seen.column(column)
    if found is None:
        raise NotMeasured(seen.profile.unreadable or f"there is no column {column!r}")
    names = names_of(found)
    return Outcome(
        success=not set(names).isdisjoint(types),
        observed=names[0],
        because=f"{column} is {found.native}, expected {listed(types)}",
        evidence={"observed": names[0], "native": found.native},
    )


EXPECTATION = ExpectationType(
    name="expect_column_values_to_be_in_type_list",
    params=Params,
    needs=lambda _: (),
    judge=lambda params, seen: judge_type(params.column, params.type_list, seen),
    columns=column_of,
)
