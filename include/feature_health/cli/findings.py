"""Findings as lines for a person: what has one cause in one line, the many of a kind counted after the first few.

Knows neither files nor partitions. Machines get every finding in JSON.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from feature_health.checks.finding import Finding
from feature_health.verdicts.explain import broken_by, listed

SHOWN_OF_A_KIND = 3
_UNRUN = " could not be checked: "
_TOGETHER = {"schema.removed": "gone", "schema.added": "new"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: how grave, of what kind, in words."""

    severity: str
    kind: str
    text: str


def every_line(findings: Iterable[Finding]) -> tuple[Line, ...]:
    """One line for each finding, in their order."""
    return tuple(_line(finding, finding.because) for finding in findings)


def short_lines(findings: Sequence[Finding]) -> tuple[Line, ...]:
    """As few lines as tell every cause, in the findings' order; those that merely follow from a lost column are counted."""
    lost = {finding.column for finding in findings if finding.check.startswith("schema.removed") and finding.column}
    told = [finding for finding in findings if not _follows(finding, lost)]
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in told:
        groups.setdefault((finding.severity, finding.kind, _family(finding)), []).append(finding)
    unrun = len(findings) - len(told)
    return tuple(line for (_, _, family), group in groups.items() for line in _lines_of(family, group, unrun))


def _follows(finding: Finding, lost: Collection[str]) -> bool:
    """Whether the check could not run because a column is gone that it is about, or that its SQL names."""
    if finding.kind != "unable":
        return False
    return finding.column in lost or any(f'"{name}"' in finding.because for name in lost)


def _family(finding: Finding) -> str:
    """What makes findings be of one kind: the reason why they could not run, or else the kind of check."""
    _, unrun, reason = finding.because.partition(_UNRUN)
    return reason if finding.kind == "unable" and unrun else finding.check.partition(":")[0]


def _lines_of(family: str, group: Sequence[Finding], unrun: int) -> list[Line]:
    first, names = group[0], [finding.column or finding.check for finding in group]
    follows = f" (so {unrun} {'check' if unrun == 1 else 'checks'} could not run)" if family == "schema.removed" and unrun else ""
    if len(group) == 1:
        return [_line(first, first.because + follows)]
    if family in _TOGETHER:
        return [_line(first, f"{len(group)} columns are {_TOGETHER[family]}: {listed(names)}{broken_by(group)}{follows}")]
    if _UNRUN in first.because:
        checks = [finding.check for finding in group]
        return [_line(first, f"{len(group)} checks could not run: {family}: {listed(checks)}")]
    shown = group if len(group) <= SHOWN_OF_A_KIND + 1 else group[:SHOWN_OF_A_KIND]
    rest = names[len(shown) :]
    more = [_line(first, f"and {len(rest)} more of this kind: {listed(rest)}")] if rest else []
    return [*(_line(finding, finding.because) for finding in shown), *more]


def _line(finding: Finding, text: str) -> Line:
    return Line(severity=finding.severity, kind=finding.kind, text=" ".join(text.split()))
