"""What an expectation type is: arguments it takes, measures it needs, and how it judges them; each is a file in `expectations`.

Semantics are Great Expectations': nulls are ignored by row-level types, `mostly` is the least share of non-null values that must
be as expected, and no value at all is a success (the null ceiling is another check's business).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Count, Measure
from feature_health.profiles.predicate import Not, Predicate, Sql, both, present


class Params(BaseModel):
    """Arguments as a contract writes them. `row_condition` is a SQL boolean expression: only rows on which it holds count."""

    # Built when first used: a contract uses a few of the eighty types, and every command would pay for all.
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)

    row_condition: str | None = None

    @property
    def where(self) -> Predicate | None:
        """The row condition as a predicate."""
        return None if self.row_condition is None else Sql(expression=self.row_condition)


class ColumnParams(Params):
    """Arguments of a type that looks at one column."""

    column: str


class MostlyParams(Params):
    """Arguments of a type that judges row by row; `mostly` is the least share, 0 to 1, that must be as expected."""

    mostly: Annotated[float, Field(ge=0, le=1)] = 1.0


class RowLevelParams(ColumnParams, MostlyParams):
    """Arguments of a type that judges every value of one column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one expectation came to. `observed` is JSON-able and holds no customer rows; `because` completes "expected … but".

    `too_early` is a success for want of anything to judge by, such as a history of three days: it is told as a note. `engine` is
    who measured it where that was not the engine that took the profile.
    """

    success: bool
    observed: Any
    because: str
    evidence: dict[str, Any] = field(default_factory=dict)
    too_early: bool = False
    engine: str = ""


P = TypeVar("P", bound=Params)


def _no_single_row(_: Params) -> None:
    """What a type says of failing rows that judges a column or the table as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationType(Generic[P]):
    """One expectation type: `judge` may look up exactly the measures that `needs` names; `columns` are those it is about.

    `window` is how many accepted partitions before the candidate's it wants to look back at: none, for most types.
    `failing` is the one of these measures that counts exactly the rows that fail; None where no single row can.
    """

    name: str
    params: type[P]
    needs: Callable[[P], tuple[Measure, ...]]
    judge: Callable[[P, Seen], Outcome]
    columns: Callable[[P], tuple[str, ...]]
    window: Callable[[P], int] = lambda _: 0
    failing: Callable[[P], Measure | None] = _no_single_row


def column_of(params: ColumnParams) -> tuple[str, ...]:
    """The one column that the arguments name."""
    return (params.column,)


R = TypeVar("R", bound=RowLevelParams)


def row_level(
    *,
    name: str,
    params: type[R],
    expected: Callable[[R], Predicate],
    wrong: Callable[[R], str],
    among: Callable[[R], Predicate | None] = lambda params: present(params.column),
) -> ExpectationType[R]:
    """A type that counts values of one column for which `expected` does not hold, among the rows for which `among` does.

    `wrong` says in words what an unexpected value is, such as "outside 300 to 850".
    """
    return counted(
        name=name,
        params=params,
        unexpected=lambda given: Count(where=both(given.where, among(given), Not(of=expected(given)))),
        wrong=wrong,
        among=among,
        columns=column_of,
    )


M = TypeVar("M", bound=MostlyParams)


def counted(
    *,
    name: str,
    params: type[M],
    unexpected: Callable[[M], Measure],
    wrong: Callable[[M], str],
    among: Callable[[M], Predicate | None],
    columns: Callable[[M], tuple[str, ...]],
) -> ExpectationType[M]:
    """A type whose unexpected rows are one measure, an int, held against the number of rows for which `among` holds."""

    def needs(given: M) -> tuple[Measure, ...]:
        return Count(where=given.where), Count(where=both(given.where, among(given))), unexpected(given)

    def judge(given: M, seen: Seen) -> Outcome:
        rows, of, bad = (seen[measure] for measure in needs(given))
        share = (of - bad) / of if of else 1.0
        return Outcome(
            success=share >= given.mostly,
            observed=_observed(rows, of, bad),
            because=f"{bad:,} of {of:,} values of {' and '.join(columns(given))} are {wrong(given)}",
            evidence={"unexpected_count": bad, "compared_count": of, "share_min": given.mostly},
        )

    return ExpectationType(name=name, params=params, needs=needs, judge=judge, columns=columns, failing=unexpected)


def _observed(rows: int, of: int, bad: int) -> dict[str, int | float | None]:
    """The counts under Great Expectations' names; a percentage of nothing is None."""
    of_values = _percent(bad, of)
    return {
        "element_count": rows,
        "missing_count": rows - of,
        "missing_percent": _percent(rows - of, rows),
        "unexpected_count": bad,
        "unexpected_percent": of_values,
        "unexpected_percent_total": _percent(bad, rows),
        "unexpected_percent_nonmissing": of_values,
    }


def _percent(part: int, whole: int) -> float | None:
    return part / whole * 100 if whole else None
