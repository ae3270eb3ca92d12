"""Why a revision was ruled as it was, in sentences for people. Must not know who reads them or where they are shown."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from feature_health.checks.diversion import REFUSALS
from feature_health.checks.finding import Finding
from feature_health.checks.schema_diff import BREAKING
from feature_health.checks.schema_policy import who_breaks
from feature_health.contracts.severity import Ruling, Severity
from feature_health.profiles.partition import RevisionId
from feature_health.verdicts.verdict import Verdict, gravest_first

REASONS_MAX = 3
LISTED_MAX = 20
COLUMNS_MAX = 8
_TOGETHER = {"schema.removed": "gone", "schema.added": "new", "nulls": "null too often"}
"""What happens to many columns at once; one sentence says more than one for each column."""


class Judged(Protocol):
    """What is needed of a judgement."""

    @property
    def revision(self) -> RevisionId:
        """Which revision was judged."""
        ...

    @property
    def verdict(self) -> Verdict:
        """The ruling and its findings."""
        ...

    @property
    def engine(self) -> str:
        """What measured it."""
        ...


class Delivered(Protocol):
    """What is needed of the delivery that was judged."""

    @property
    def as_of(self) -> datetime:
        """The instant that age was judged against."""
        ...


def explain_judgement(judgement: Judged, revision: Delivered, *, checks: int | None = None) -> str:
    """Several lines for a task's log: what was judged, what was found, and last what was decided and why.

    `checks` is the number of checks that ran, when it is known.
    """
    found = gravest_first(judgement.verdict.findings)
    lines = [f"Judged {named(judgement.revision)} as of {_instant(revision.as_of)}, measured by {judgement.engine}."]
    told = [
        f"  {severity:<5}  {sentence}"
        for severity in reversed(Severity)
        for sentence in sentences(finding for finding in found if finding.severity is severity)
    ]
    lines += told[:LISTED_MAX]
    if len(told) > LISTED_MAX:
        lines.append(f"  and {len(told) - LISTED_MAX} more, all of them in the ledger")
    return "\n".join([*lines, explain_ruling(judgement.revision, judgement.verdict, checks=checks)])


def explain_ruling(revision: RevisionId, verdict: Verdict, *, checks: int | None = None) -> str:
    """One line: what was decided about the revision, why, and what decisioning reads now."""
    ran = "no check" if checks is None else f"{checks:,} {_plural(checks, 'check')} ran, none"
    match verdict.ruling:
        case Ruling.QUARANTINE:
            why = explain_hold(_holding(verdict.findings), verdict)
            return f"HELD {named(revision)}: {why}. Decisioning keeps reading what it read before."
        case Ruling.PUBLISH_WITH_WARNINGS:
            why = explain_findings(_speaking(verdict.findings))
            return f"PUBLISH WITH WARNINGS {named(revision)}: {why}. {_may_read(verdict)}"
        case Ruling.PUBLISH:
            return f"PUBLISH {named(revision)}: {ran} objects. Decisioning may read it."


def explain_hold(holding: Iterable[Finding], verdict: Verdict) -> str:
    """At most three of the findings that hold the whole, and why rows that fail were not held back by themselves."""
    return "; ".join((explain_findings(holding), *sentences(_against_diverting(verdict.findings))))


def _may_read(verdict: Verdict) -> str:
    held_back = verdict.diverted
    if held_back is None:
        return "Decisioning may read it."
    return f"{held_back.rows:,} of {held_back.of:,} rows are diverted with their reasons; decisioning may read the rest."


def explain_findings(findings: Iterable[Finding], limit: int = REASONS_MAX) -> str:
    """At most `limit` reasons, gravest first, in one line; how many more there are is said."""
    reasons = sentences(findings)
    more = len(reasons) - limit
    return "; ".join([*reasons[:limit], *([f"and {more} more"] if more > 0 else [])])


def sentences(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The findings in words, gravest first: columns gone or new together, what follows from lost columns counted and not told."""
    ordered = gravest_first(findings)
    lost = {finding.column for finding in ordered if finding.check.startswith("schema.removed") and finding.column}
    told = [finding for finding in ordered if not (finding.kind == "unable" and finding.column in lost)]
    spoken: dict[str, None] = {}
    for finding in told:
        spoken[_sentence(finding, told, unrun=len(ordered) - len(told))] = None
    return tuple(spoken)


def named(revision: RevisionId) -> str:
    """The revision as people write it."""
    return f"{revision.job} {revision.key} (revision {revision.number})"


def _sentence(finding: Finding, among: Sequence[Finding], *, unrun: int) -> str:
    change = finding.check.partition(":")[0]
    same = list(dict.fromkeys(one.column for one in among if one.check.partition(":")[0] == change and one.column))
    consequence = f" (so {unrun} {_plural(unrun, 'check')} could not run)" if change == "schema.removed" and unrun else ""
    if change not in _TOGETHER or len(same) < 2:
        return _line(finding.because) + consequence
    breaking = BREAKING if change.startswith("schema.") and finding.severity is Severity.BLOCK else ""
    worst, whom = _at_worst(change, among), broken_by(one for one in among if one.check.partition(":")[0] == change)
    return f"{breaking}{len(same)} columns {_TOGETHER[change]}{worst}: {listed(same)}{whom}{consequence}"


def broken_by(findings: Iterable[Finding]) -> str:
    """Who would break by these findings, as the end of a sentence; "" when nobody is named."""
    return who_breaks(name for finding in findings for name in finding.evidence.get("would_break", ()))


def _at_worst(change: str, among: Iterable[Finding]) -> str:
    """By how much of the rows the worst of the columns that are null too often is above its ceiling."""
    nulls = [one.evidence for one in among if change == "nulls" and one.check.startswith("nulls:")]
    above = [one["null_count"] / one["row_count"] - one["null_ratio_max"] for one in nulls if one.get("row_count")]
    return f" (by up to {max(above):.0%} of rows)" if above else ""


def listed(names: Sequence[str], limit: int = COLUMNS_MAX) -> str:
    """Names with commas, at most `limit` of them."""
    more = len(names) - limit
    return ", ".join([*names[:limit], *([f"… ({more} more)"] if more > 0 else [])])


def _holding(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    speaking = _speaking(findings)
    grave = tuple(finding for finding in speaking if finding.severity is Severity.BLOCK or finding.kind == "unable")
    return grave or speaking


def _against_diverting(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Why rows that fail were not held back by themselves, where they might have been."""
    return tuple(finding for finding in findings if finding.check.startswith(REFUSALS) and finding.kind == "note")


def _speaking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.kind != "note")


def _line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
