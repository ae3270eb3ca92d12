"""A contract's promises and expectations against a profile: which measures they need, which checks must run, what they find.

A check that cannot run is a finding of kind `unable`, never a pass. Pure: no engine, clock or database.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from feature_health.checks.bind import Bound, bind
from feature_health.checks.divert import divert_promises
from feature_health.checks.expectation import Outcome
from feature_health.checks.finding import CheckRun, ExpectationResult, Finding
from feature_health.checks.promises import Promise, Setting, promises
from feature_health.checks.schema_diff import GROUP as SCHEMA_GROUP
from feature_health.checks.schema_diff import SCHEMA_CHECKS, measures_of_values, unreadable
from feature_health.checks.stated import Stated, stated
from feature_health.contracts.contract import Contract
from feature_health.contracts.keys import Period
from feature_health.contracts.severity import Severity
from feature_health.profiles.history import NO_HISTORY, History, Seen
from feature_health.profiles.measure import Measure, each_once, relation_of
from feature_health.profiles.profile import NotMeasured, Profile

GROUP = "expectations"
CHECKS = "contract.checks"
GROUPS = (SCHEMA_GROUP, GROUP)


def measures_needed(contract: Contract) -> tuple[Measure, ...]:
    """Every measure that some check of the contract needs, each once, in the order of the contract."""
    of_promises = (measure for promise in _promises(contract) for measure in promise.needs)
    of_expectations = (measure for bound in bind(contract)[0] for measure in bound.type.needs(bound.params))
    return each_once((*of_promises, *measures_of_values(contract), *of_expectations))


def promised(contract: Contract) -> frozenset[str]:
    """The names of all checks that must have run before a verdict may be mild."""
    of_promises = (promise.check for promise in _promises(contract))
    return frozenset((*SCHEMA_CHECKS, *of_promises, *(each.check for each in stated(contract))))


def window_needed(contract: Contract) -> int:
    """How many accepted partitions before the candidate's some check of the contract wants to look back at."""
    return max((bound.type.window(bound.params) for bound in bind(contract)[0]), default=0)


def across_partitions(contract: Contract) -> frozenset[str]:
    """The names of the checks that read other partitions or their history, and so need a ledger and a store."""
    return frozenset(each.check for each in stated(contract) if each.bound and _reads_others(each.bound))


def run_expectations(
    contract: Contract,
    profile: Profile,
    *,
    as_of: datetime,
    volume: tuple[float, str],
    period: Period | None,
    history: History = NO_HISTORY,
    sha256: str | None = None,
    leave_out: Collection[str] = (),
) -> CheckRun:
    """What every promise and expectation comes to, but for the checks to leave out.

    `as_of` is the instant that ages are judged against, `volume` the day's volume relative to an ordinary one and why, `period`
    the partition's, None when nobody said which it is, `history` the accepted partitions before it, `sha256` the
    delivered file's. An unreadable delivery is one finding, and then every expectation's `success` is None.
    """
    setting = Setting(as_of=as_of, volume=volume, period=period)
    seen = Seen(profile=profile, history=history, period=period, volume=volume[0], sha256=sha256)
    kept = [promise for promise in _promises(contract) if promise.check not in leave_out]
    expected = [each for each in stated(contract) if each.check not in leave_out]
    judged = [_judge_expectation(each, seen) for each in expected]
    broken = [finding for promise in kept if (finding := _judge_promise(promise, profile, setting))]
    nothing = None if leave_out else _nothing_compared([result for result, _ in judged], profile)
    findings = (*broken, *(finding for _, finding in judged if finding), *([nothing] if nothing else []))
    return CheckRun(
        group=GROUP,
        contract_digest=contract.digest,
        profile_digest=profile.digest,
        ran=(*(promise.check for promise in kept), *(each.check for each in expected)),
        findings=findings if profile.unreadable is None else (unreadable(profile.unreadable),),
        results=tuple(result for result, _ in judged),
        history=history.revisions,
        history_digest=history.digest,
    )


def _nothing_compared(results: Sequence[ExpectationResult], profile: Profile) -> Finding | None:
    """Expectations that all looked at no row, or at nulls alone, are met and vouch for nothing.

    No rows at all, and expectations that could not run, are told elsewhere.
    """
    if profile.rows == 0 or not all(map(_vacuous, results)):
        return None
    told = f"none of the contract's {len(results)} expectations compared a value, so nothing vouches for these"
    return Finding(check=CHECKS, kind="unable", severity=Severity.BLOCK, because=f"{told}; look at their row conditions")


def _vacuous(result: ExpectationResult) -> bool:
    seen = result.observed if isinstance(result.observed, Mapping) else {}
    return "unexpected_count" in seen and seen.get("element_count", 1) == seen.get("missing_count", 0)


def _promises(contract: Contract) -> tuple[Promise, ...]:
    return (*promises(contract), *divert_promises(contract))


def _reads_others(bound: Bound) -> bool:
    needs = bound.type.needs(bound.params)
    return bound.type.window(bound.params) > 0 or any(relation_of(measure) is not None for measure in needs)


def _judge_promise(promise: Promise, seen: Profile, setting: Setting) -> Finding | None:
    absent = _absent(promise.columns, seen)
    if absent is not None:
        return _unable(promise.check, _not_there(absent), column=absent, severity=Severity.BLOCK)
    try:
        return promise.judge(seen, setting)
    except NotMeasured as error:
        column = promise.columns[0] if len(promise.columns) == 1 else None
        return _unable(promise.check, str(error), column=column, severity=Severity.BLOCK)


def _judge_expectation(each: Stated, seen: Seen) -> tuple[ExpectationResult, Finding | None]:
    if each.bound is None:
        return _result(each, None, seen), _could_not(each, f"it is not an expectation that can be judged: {each.fault}")
    absent = _absent(each.bound.columns, seen.profile)
    if absent is not None:
        return _result(each, None, seen), _could_not(each, _not_there(absent), column=absent)
    try:
        outcome = each.bound.type.judge(each.bound.params, seen)
    except NotMeasured as error:
        return _result(each, None, seen), _could_not(each, str(error), column=_column(each))
    return _result(each, outcome, seen), _said(each, outcome)


def _absent(columns: Iterable[str], seen: Profile) -> str | None:
    """The first of the columns that is not in the delivery, or None."""
    return next((name for name in columns if seen.unreadable is None and seen.column(name) is None), None)


def _not_there(column: str) -> str:
    return f"column {column} is not in the delivery (see schema diff)"


def _column(each: Stated) -> str | None:
    columns = each.bound.columns if each.bound else ()
    return columns[0] if columns else None


def _could_not(each: Stated, because: str, *, column: str | None = None) -> Finding:
    return _unable(each.check, because, column=column, severity=each.spec.severity, failures=each.spec.failures)


def _unable(check: str, because: str, *, column: str | None, severity: Severity, failures: tuple[str, ...] = ()) -> Finding:
    told = f"{check} could not be checked: {because}"
    return Finding(check=check, kind="unable", severity=severity, because=told, column=column, failures=failures)


def _said(each: Stated, outcome: Outcome) -> Finding | None:
    """A violation, or a note where the owner wants no more than that; a note too where it was too early to judge."""
    if outcome.success and not outcome.too_early:
        return None
    severity = Severity.NOTE if outcome.success else each.spec.severity
    return Finding(
        check=each.check,
        kind="note" if severity is Severity.NOTE else "violation",
        severity=severity,
        because=_because(each, outcome),
        column=_column(each),
        failures=each.spec.failures,
        evidence=outcome.evidence,
    )


def _because(each: Stated, outcome: Outcome) -> str:
    if outcome.too_early:
        return f"{each.check} was not judged yet: {outcome.because}"
    return f"{outcome.because} ({each.spec.about})" if each.spec.about else outcome.because


def _result(each: Stated, outcome: Outcome | None, seen: Seen) -> ExpectationResult:
    return ExpectationResult(
        type=each.spec.type,
        kwargs=each.bound.kwargs if each.bound else dict(each.spec.kwargs),
        success=outcome.success if outcome else None,
        observed=outcome.observed if outcome else None,
        severity=each.spec.severity,
        engine=(outcome.engine if outcome else "") or seen.profile.engine.partition(",")[0],
    )
