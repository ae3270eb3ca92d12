"""Whether the rows that fail may be held back while the rest is published: not too many, and not if they gather.

Two checks answer, `divert.row_share` and `divert.segments`. Where one of them says anything, or could not run, nothing is
diverted and a failing row holds the whole partition, as in a contract that does not divert.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any as Anything

from feature_health.checks.bind import Bound
from feature_health.checks.concentration import ROWS_MIN, Crowd, Segment, crowds
from feature_health.checks.diversion import REFUSALS, Diversion
from feature_health.checks.expectation import MostlyParams
from feature_health.checks.finding import Finding
from feature_health.checks.promises import Promise, Setting
from feature_health.checks.stated import stated
from feature_health.checks.wording import percent, share_in_words
from feature_health.contracts.contract import Contract, DivertLimits
from feature_health.contracts.severity import Severity
from feature_health.profiles.measure import Count, CountBy
from feature_health.profiles.predicate import Any, Predicate
from feature_health.profiles.profile import NotMeasured, Profile

ROW_SHARE, SEGMENTS = f"{REFUSALS}row_share", f"{REFUSALS}segments"
_SHOWN_MAX = 3


def may_be_diverted(bound: Bound) -> bool:
    """Whether the expectation's failing rows may be held back by themselves.

    It must block, hold for every row (`mostly` below 1 is about their share), and say of a row by itself that it is wrong (of two
    equal keys nobody knows which one is).
    """
    return bound.spec.divert and bound.spec.severity is Severity.BLOCK and _condition(bound) is not None


def divertible(contract: Contract) -> dict[str, Predicate]:
    """By the name of each check whose failing rows may be held back: the condition on which a row fails it."""
    bound = ((each.check, each.bound) for each in stated(contract) if each.bound and may_be_diverted(each.bound))
    return {check: condition for check, each in bound if (condition := _condition(each)) is not None}


def divert_promises(contract: Contract) -> tuple[Promise, ...]:
    """The checks that stand against diverting; none where the contract does not divert."""
    limits, counts = contract.divert, _counts(contract)
    if limits is None or counts is None:
        return ()
    return (
        Promise(check=ROW_SHARE, needs=(counts,), judge=partial(_judge_share, limits, counts)),
        Promise(check=SEGMENTS, columns=limits.segments, needs=(counts,), judge=partial(_judge_segments, limits, counts)),
    )


def diversion(contract: Contract, seen: Profile) -> Diversion | None:
    """What may be held back of the candidate unless a check stands against it; None where there is nothing, or nobody counted."""
    counts = _counts(contract)
    if counts is None:
        return None
    try:
        found = seen[counts]
    except NotMeasured:
        return None
    checks = tuple(divertible(contract))
    return Diversion(checks=checks, rows=found["counted"], of=found["rows"]) if found["counted"] else None


def _condition(bound: Bound) -> Predicate | None:
    if isinstance(bound.params, MostlyParams) and bound.params.mostly < 1:
        return None
    failing = bound.type.failing(bound.params)
    return failing.where if isinstance(failing, Count) else None


def _counts(contract: Contract) -> CountBy | None:
    """One measure for all of it: rows that fail any of the checks, overall and by segment."""
    conditions = divertible(contract) if contract.divert else {}
    if contract.divert is None or not conditions:
        return None
    return CountBy(by=contract.divert.segments, where=Any(of=tuple(conditions.values())))


def _judge_share(limits: DivertLimits, counts: CountBy, seen: Profile, _: Setting) -> Finding | None:
    rows, failing = seen[counts]["rows"], seen[counts]["counted"]
    if failing <= limits.row_share_max * rows:
        return None
    because = (
        f"{failing:,} of {rows:,} rows ({share_in_words(failing, rows)}) would have to be diverted, "
        f"promised: at most {percent(limits.row_share_max)}"
    )
    return _against(ROW_SHARE, because, failing_count=failing, row_count=rows, row_share_max=limits.row_share_max)


def _judge_segments(limits: DivertLimits, counts: CountBy, seen: Profile, _: Setting) -> Finding | None:
    found = seen[counts]
    segments = [Segment(column=column, value=value, rows=rows, counted=hit) for column, value, rows, hit in found["segments"]]
    gathered = crowds(segments, rows=found["rows"], counted=found["counted"], significance=limits.significance)
    drained = [one for one in segments if one.counted >= ROWS_MIN and one.share > limits.segment_share_max]
    if not gathered and not drained:
        return None
    because = "; ".join((*_gathered_in_words(gathered, found["counted"]), *_drained_in_words(drained, limits)))
    evidence = [[one.segment.column, one.segment.value, one.segment.rows, one.segment.counted, one.p] for one in gathered]
    lost = [[one.column, one.value, one.rows, one.counted] for one in drained]
    return _against(SEGMENTS, because, gathered=evidence, drained=lost, significance=limits.significance)


def _gathered_in_words(gathered: Sequence[Crowd], counted: int) -> Iterable[str]:
    for one in gathered[:_SHOWN_MAX]:
        outside = percent(one.share_outside)
        yield (
            f"{one.segment.counted:,} of the {counted:,} rows that fail are of {one.segment.column} {one.segment.value} "
            f"({percent(one.segment.share)} of its rows, {outside} elsewhere), which is no chance"
        )


def _drained_in_words(drained: Sequence[Segment], limits: DivertLimits) -> Iterable[str]:
    worst = sorted(drained, key=lambda one: (-one.share, one.column, str(one.value)))
    for one in worst[:_SHOWN_MAX]:
        lost = f"{one.counted:,} of {one.rows:,} rows of {one.column} {one.value}"
        yield f"{lost} would be missing, promised: at most {percent(limits.segment_share_max)}"


def _against(check: str, because: str, **evidence: Anything) -> Finding:  # noqa: ANN401 - any JSON
    """Says why nothing is diverted. A note: the rows that fail are what holds the partition, and what its incident is about."""
    return Finding(check=check, kind="note", severity=Severity.NOTE, because=f"not diverted: {because}", evidence=evidence)
