"""The ruling on one revision: the harshest that any finding asks for. Doubt counts as harm."""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Self

from feature_health.checks.diversion import REFUSALS, Diversion
from feature_health.checks.finding import Finding
from feature_health.contracts.severity import Policy, Ruling, Severity

_CAUSES = ("file.", "contract.", "rows.empty", "schema.", "partition.", "key.", "rows.", "nulls:")
"""Checks whose failure explains those of others: a column that is gone fails all that was expected of it."""

_STATISTICS = ("_to_match_history", "_psi_", "_stdev_", "_mean_", "_median_", "_quantile_", "_kl_divergence_")
"""Parts of the names of expectations about a whole column's shape."""


DIVERTED = "diverted"
"""The mark in a finding's evidence that the rows which fail it are held back, so that the rest may be published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A ruling with every finding that led to it, harshest first. `diverted` is held back so that the rest may be read."""

    ruling: Ruling
    findings: tuple[Finding, ...]
    diverted: Diversion | None = None

    def to_json(self) -> str:
        """Canonical JSON; `from_json` reads it back equal."""
        return json.dumps(asdict(self), sort_keys=True, default=str)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The verdict that `to_json` wrote."""
        record = json.loads(text)
        return cls(
            ruling=Ruling(record["ruling"]),
            findings=tuple(Finding.from_record(finding) for finding in record["findings"]),
            diverted=Diversion.from_record(record["diverted"]) if record["diverted"] else None,
        )

    def blocking(self, policy: Policy) -> tuple[Finding, ...]:
        """The findings that alone would have held the partition."""
        return tuple(finding for finding in self.findings if ruling_for(finding, policy) is Ruling.QUARANTINE)


def decide(
    findings: Iterable[Finding],
    *,
    promised: Collection[str],
    ran: Collection[str],
    policy: Policy,
    divertible: Diversion | None = None,
) -> Verdict:
    """The harshest ruling that any finding asks for.

    A promised check that did not run, or an empty promise, is itself a finding of kind `unable`. Order and repetition do not
    matter, and a further finding never makes the ruling milder. Rows that fail `divertible` checks do not hold the partition:
    they are held back themselves, unless a finding stands against that, or another one holds the partition anyway.
    """
    everything = {_identity(finding): finding for finding in (*findings, *_unrun(promised, ran), *_nothing_promised(promised))}
    whole = _ruled(everything.values(), policy)
    excused = _excused(everything.values(), divertible)
    if whole.ruling.may_publish or not excused or divertible is None:
        return whole
    marked = [_marked(finding) if finding.check in excused else finding for finding in everything.values()]
    rest = _ruled(marked, policy)
    return replace(rest, diverted=replace(divertible, checks=excused)) if rest.ruling.may_publish else whole


def _ruled(findings: Iterable[Finding], policy: Policy) -> Verdict:
    ordered = sorted(gravest_first(findings), key=lambda finding: -ruling_for(finding, policy).harshness)
    ruling = max((ruling_for(finding, policy) for finding in ordered), key=lambda it: it.harshness, default=Ruling.PUBLISH)
    return Verdict(ruling=ruling, findings=tuple(ordered))


def _excused(findings: Collection[Finding], divertible: Diversion | None) -> tuple[str, ...]:
    """The violated checks whose failing rows may be held back by themselves; none where anything stands against it."""
    if divertible is None or any(finding.check.startswith(REFUSALS) for finding in findings):
        return ()
    violated = {finding.check for finding in findings if finding.kind == "violation"}
    return tuple(check for check in divertible.checks if check in violated)


def _marked(finding: Finding) -> Finding:
    if finding.kind != "violation":
        return finding
    return replace(finding, evidence={**finding.evidence, DIVERTED: True})


def ruling_for(finding: Finding, policy: Policy) -> Ruling:
    """What one finding asks for. A check that could not run is never milder than a violation of the same severity.

    A finding whose rows are held back asks for no more than a warning.
    """
    by_severity = policy.ruling_for(finding.severity)
    if finding.kind == "note":
        return Ruling.PUBLISH
    if finding.kind == "violation" and finding.evidence.get(DIVERTED) is True:
        return min(by_severity, Ruling.PUBLISH_WITH_WARNINGS, key=lambda it: it.harshness)
    if finding.kind == "unable":
        return max(policy.unable, by_severity, key=lambda it: it.harshness)
    return by_severity


def _unrun(promised: Collection[str], ran: Collection[str]) -> Iterable[Finding]:
    for check in sorted(set(promised) - set(ran)):
        yield Finding(
            check=check,
            kind="unable",
            severity=Severity.BLOCK,
            because=f"{check} is promised by the contract but no result of it is there for this revision; run the gate again",
        )


def _nothing_promised(promised: Collection[str]) -> Iterable[Finding]:
    if not promised:
        yield Finding(
            check="contract.checks",
            kind="unable",
            severity=Severity.BLOCK,
            because="the contract promises no check at all, so nothing vouches for this partition; add expectations to it",
        )


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By severity; among equals what could not run last, causes before what follows from them, and what is plainly wrong before
    what is only unlike: a value out of its range says more than the correlation that it spoils.
    """
    return tuple(sorted(findings, key=_rank))


def _rank(finding: Finding) -> tuple[int, bool, int, bool, str, str]:
    severity = (Severity.BLOCK, Severity.WARN, Severity.NOTE).index(finding.severity)
    cause = next((place for place, prefix in enumerate(_CAUSES) if finding.check.startswith(prefix)), len(_CAUSES))
    return (
        severity + 3 * (finding.kind == "note"),
        finding.kind == "unable",
        cause,
        _is_statistic(finding),
        finding.check,
        _identity(finding),
    )


def _is_statistic(finding: Finding) -> bool:
    kind = finding.check.partition(":")[0]
    return any(part in kind for part in _STATISTICS)


def _identity(finding: Finding) -> str:
    return json.dumps(asdict(finding), sort_keys=True, default=str)
