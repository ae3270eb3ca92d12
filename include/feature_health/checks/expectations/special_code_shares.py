"""The share of each special code lies between stated bounds: a bureau that says "too thin" twice as often has lost files."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from feature_health.checks.expectation import ColumnParams, ExpectationType, Outcome, column_of
from feature_health.checks.wording import percent, share_in_words
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import Count, Measure
from feature_health.profiles.predicate import InSet, both, present

Share = Annotated[float, Field(ge=0, le=1)]


class CodeParams(ColumnParams):
    """`special_codes` are by default those of the column's code table."""

    special_codes: Annotated[tuple[int, ...], Field(min_length=1)]


class Params(CodeParams):
    """Shares, 0 to 1, of the non-null values. `shares` has [least, greatest] for single codes, `share_max` is for all others."""

    shares: dict[int, tuple[Share, Share]] = {}  # noqa: RUF012 - pydantic copies defaults
    share_max: Share | None = None

    @model_validator(mode="after")
    def _limits_are_of_codes(self) -> Self:
        unknown = sorted(set(self.shares) - set(self.special_codes))
        if unknown:
            raise ValueError(f"shares names {unknown}, which are none of the special codes {sorted(self.special_codes)}")
        if not self.shares and self.share_max is None:
            raise ValueError("shares and share_max are both missing, so nothing would be checked; give at least one")
        for code, (low, high) in self.shares.items():
            if low > high:
                raise ValueError(f"shares of {code}: the least, {low}, is above the greatest, {high}; exchange them")
        return self

    def limits(self, code: int) -> tuple[float, float]:
        """Least and greatest share of the code."""
        return self.shares.get(code, (0.0, 1.0 if self.share_max is None else self.share_max))


def needs(params: CodeParams) -> tuple[Measure, ...]:
    """All values, and those of each code in the order of the arguments."""
    codes = (InSet(column=params.column, values=(code,)) for code in params.special_codes)
    return Count(where=both(params.where, present(params.column))), *(Count(where=both(params.where, code)) for code in codes)


def judge(params: Params, seen: Seen) -> Outcome:
    """Success when every share is within its bounds; no values have no shares and fail."""
    of, *counts = (seen[measure] for measure in needs(params))
    found = dict(zip(params.special_codes, counts, strict=True))
    wrong = [code for code, count in found.items() if of and not _within(params.limits(code), count / of)]
    told = (
        f"{code} in {share_in_words(found[code], of)}, expected {percent(low)} to {percent(high)}"
        for code in wrong
        for low, high in [params.limits(code)]
    )
    return Outcome(
        success=bool(of) and not wrong,
        observed={"values": of, "counts": {str(code): count for code, count in found.items()}},
        because=f"of {of:,} values of {params.column} are {', '.join(told)}" if of else f"{params.column} has no values",
        evidence={"compared_count": of, "codes": {str(code): found[code] for code in wrong}},
    )


def _within(limits: tuple[float, float], share: float) -> bool:
    return limits[0] <= share <= limits[1]


EXPECTATION = ExpectationType(
    name="expect_column_special_code_shares_to_be_between", params=Params, needs=needs, judge=judge, columns=column_of
)
