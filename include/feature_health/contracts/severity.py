"""How bad a finding is, what a partition's judgement can be, and which leads to which."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad one finding is: Great Expectations' info, warning and critical."""

    NOTE = "note"
    WARN = "warn"
    BLOCK = "block"


class Ruling(StrEnum):
    """The judgement on a whole partition, mildest first."""

    PUBLISH = "publish"
    PUBLISH_WITH_WARNINGS = "publish_with_warnings"
    QUARANTINE = "quarantine"

    @property
    def harshness(self) -> int:
        """0 for the mildest; comparing rulings means comparing this."""
        return list(Ruling).index(self)

    @property
    def may_publish(self) -> bool:
        """Whether decisioning may read a partition with this ruling."""
        return self is not Ruling.QUARANTINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a finding of each severity makes of the partition; comes from the job's tier in defaults.yaml.

    `unable` is the ruling for a check that could not run, whatever its severity; a tier may soften it only on purpose.
    """

    tier: int
    block: Ruling = Ruling.QUARANTINE
    warn: Ruling = Ruling.PUBLISH_WITH_WARNINGS
    note: Ruling = Ruling.PUBLISH
    unable: Ruling = Ruling.QUARANTINE

    def ruling_for(self, severity: Severity) -> Ruling:
        """The ruling that one violation of this severity asks for."""
        return {Severity.BLOCK: self.block, Severity.WARN: self.warn, Severity.NOTE: self.note}[severity]
