"""What a verdict makes us do, as values. `steps` carry the actions out; nothing is done here."""

from dataclasses import dataclass

from feature_health.profiles.partition import RevisionId
from feature_health.verdicts.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """Make this revision the one that decisioning reads."""

    revision: RevisionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """Hold this revision until a person or a better delivery decides; what was readable stays readable."""

    revision: RevisionId


Action = Publish | Quarantine


def plan(revision: RevisionId, verdict: Verdict) -> Action:
    """What follows from the verdict for the partition itself."""
    return Publish(revision=revision) if verdict.ruling.may_publish else Quarantine(revision=revision)
