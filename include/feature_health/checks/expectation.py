"""What an expectation type is: arguments it takes, measures it needs, and how it judges them. Each type is one file beside this one.

Semantics are Great Expectations': nulls are ignored by row-level types, `mostly` is the least share of non-null values that must
be as expected, and no value at all is a success (the null ceiling is another check's business).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from feature_health.profiles.measure import Count, Measure
from feature_health.profiles.predicate import Not, Predicate, Sql, both, present
from feature_health.profiles.profile import Profile


class Params(BaseModel):
    """Arguments as a contract writes them. `row_condition` is a SQL boolean expression: only rows on which it holds are looked at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    row_condition: str | None = None

    @property
    def where(self) -> Predicate | None:
        """The row condition as a predicate."""
        return None if self.row_condition is None else Sql(expression=self.row_condition)


class ColumnParams(Params):
    """Arguments of a type that looks at one column."""

    column: str


class RowLevelParams(ColumnParams):
    """Arguments of a type that judges every value of one column."""

    mostly: Annotated[float, Field(ge=0, le=1)] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one expectation came to. `observed` is JSON-able and holds no customer rows; `because` completes "expected … but"."""

    success: bool
    observed: Any
    because: str
    evidence: dict[str, Any] = field(default_factory=dict)


P = TypeVar("P", bound=Params)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationType(Generic[P]):
    """One expectation type: `judge` may look up exactly the measures that `needs` names. Columns named in arguments: `columns`."""

    name: str
    params: type[P]
    needs: Callable[[P], tuple[Measure, ...]]
    judge: Callable[[P, Profile], Outcome]
    columns: Callable[[P], tuple[str, ...]]


R = TypeVar("R", bound=RowLevelParams)


def row_level(
    *,
    name: str,
    params: type[R],
    expected: Callable[[R], Predicate],
    wrong: Callable[[R], str],
    among: Callable[[R], Predicate | None] = lambda params: present(params.column),
    columns: Callable[[R], tuple[str, ...]] = lambda params: (params.column,),
) -> ExpectationType[R]:
    """A type that counts values for which `expected` does not hold, among the rows for which `among` does.

    `wrong` says in words what an unexpected value is, such as "outside 300 to 850".
    """

    def of(params: R) -> Count:
        return Count(where=both(params.where, among(params)))

    def unexpected(params: R) -> Count:
        return Count(where=both(params.where, among(params), Not(of=expected(params))))

    def judge(params: R, seen: Profile) -> Outcome:
        return mostly_outcome(params, unexpected=seen[unexpected(params)], of=seen[of(params)], wrong=wrong(params))

    return ExpectationType(
        name=name, params=params, needs=lambda params: (of(params), unexpected(params)), judge=judge, columns=columns
    )


def mostly_outcome(params: RowLevelParams, *, unexpected: int, of: int, wrong: str) -> Outcome:
    """Success when the share of expected values reaches `mostly`; with no values at all there is nothing unexpected."""
    share = (of - unexpected) / of if of else 1.0
    return Outcome(
        success=share >= params.mostly,
        observed={"unexpected_count": unexpected, "element_count": of, "unexpected_percent": 100 * unexpected / of if of else 0.0},
        because=f"{unexpected:,} of {of:,} values of {params.column} are {wrong}",
        evidence={"unexpected_count": unexpected, "element_count": of, "share_min": params.mostly},
    )
