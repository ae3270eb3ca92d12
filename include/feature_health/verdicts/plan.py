"""What a verdict makes us do, as values. `steps` carry the actions out; nothing is done here."""

from dataclasses import dataclass

from feature_health.profiles.partition import RevisionId
from feature_health.verdicts.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Divert:
    """Hold back the `rows` of the revision's `of` rows that fail one of the checks, with their reasons."""

    revision: RevisionId
    checks: tuple[str, ...]
    rows: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """Make this revision the one that decisioning reads: what is left of it after `divert`, where that is part of the plan."""

    revision: RevisionId
    divert: Divert | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """Hold this revision until a person or a better delivery decides; what was readable stays readable."""

    revision: RevisionId


Action = Publish | Quarantine


def plan(revision: RevisionId, verdict: Verdict) -> Action:
    """What follows from the verdict for the partition itself."""
    if not verdict.ruling.may_publish:
        return Quarantine(revision=revision)
    held_back = verdict.diverted
    divert = Divert(revision=revision, checks=held_back.checks, rows=held_back.rows, of=held_back.of) if held_back else None
    return Publish(revision=revision, divert=divert)
