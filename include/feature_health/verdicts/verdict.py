"""The ruling on one revision: the harshest that any finding asks for. Doubt counts as harm."""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Self

from feature_health.checks.finding import Finding
from feature_health.contracts.severity import Policy, Ruling, Severity

_CAUSES = ("file.", "contract.", "rows.empty", "schema.", "partition.", "key.", "rows.", "nulls:")
"""Checks whose failure explains those of others: a column that is gone fails all that was expected of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A ruling with every finding that led to it, harshest first."""

    ruling: Ruling
    findings: tuple[Finding, ...]

    def to_json(self) -> str:
        """Canonical JSON; `from_json` reads it back equal."""
        return json.dumps(asdict(self), sort_keys=True, default=str)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The verdict that `to_json` wrote."""
        record = json.loads(text)
        return cls(
            ruling=Ruling(record["ruling"]), findings=tuple(Finding.from_record(finding) for finding in record["findings"])
        )

    def blocking(self, policy: Policy) -> tuple[Finding, ...]:
        """The findings that alone would have held the partition."""
        return tuple(finding for finding in self.findings if ruling_for(finding, policy) is Ruling.QUARANTINE)


def decide(findings: Iterable[Finding], *, promised: Collection[str], ran: Collection[str], policy: Policy) -> Verdict:
    """The harshest ruling that any finding asks for.

    A promised check that did not run, or an empty promise, is itself a finding of kind `unable`. Order and repetition do not
    matter, and a further finding never makes the ruling milder.
    """
    everything = {_identity(finding): finding for finding in (*findings, *_unrun(promised, ran), *_nothing_promised(promised))}
    ordered = sorted(gravest_first(everything.values()), key=lambda finding: -ruling_for(finding, policy).harshness)
    ruling = max((ruling_for(finding, policy) for finding in ordered), key=lambda it: it.harshness, default=Ruling.PUBLISH)
    return Verdict(ruling=ruling, findings=tuple(ordered))


def ruling_for(finding: Finding, policy: Policy) -> Ruling:
    """What one finding asks for. A check that could not run is never milder than a violation of the same severity."""
    by_severity = policy.ruling_for(finding.severity)
    if finding.kind == "note":
        return Ruling.PUBLISH
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
    """By severity; among equals what could not run last, and causes before what follows from them."""
    return tuple(sorted(findings, key=_rank))


def _rank(finding: Finding) -> tuple[int, bool, int, str, str]:
    severity = (Severity.BLOCK, Severity.WARN, Severity.NOTE).index(finding.severity)
    cause = next((place for place, prefix in enumerate(_CAUSES) if finding.check.startswith(prefix)), len(_CAUSES))
    return severity + 3 * (finding.kind == "note"), finding.kind == "unable", cause, finding.check, _identity(finding)


def _identity(finding: Finding) -> str:
    return json.dumps(asdict(finding), sort_keys=True, default=str)
