"""Plays events of jobs against the incidents' lifecycle, keeping incidents as a ledger would."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from feature_health.checks.finding import Finding
from feature_health.contracts.contract import Contract, RowLimits
from feature_health.contracts.keys import PartitionScheme
from feature_health.contracts.severity import Policy, Ruling, Severity
from feature_health.incidents.incident import Incident, Member
from feature_health.incidents.lifecycle import after_failure, after_hold, after_judgement, after_late, after_publish
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.verdicts.verdict import Verdict

START = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)


def contract_of(job: str, tier: int = 1) -> Contract:
    """As little of a contract as a lifecycle needs."""
    return Contract(
        job=job,
        about="",
        owner="",
        partition=PartitionScheme(by="day", timezone="America/New_York", ready_by=time(1, 30)),
        key=("application_id",),
        columns=(),
        policy=Policy(tier=tier),
        on_change={},
        rows=RowLimits(row_count_min=0, row_count_max=1),
        freshness=None,
        expectations=(),
    )


def finding(check: str, *, because: str | None = None, severity: str = "block", kind: str = "violation") -> Finding:
    """A finding of a check; a column's change carries the column."""
    column = check.partition(":")[2] or None
    return Finding(check=check, kind=kind, severity=Severity(severity), because=because or f"{check} is wrong", column=column)  # type: ignore[arg-type]


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """A verdict that holds."""
    return Verdict(ruling=Ruling.QUARANTINE, findings=tuple(findings))


@dataclass
class History:
    """Incidents by id, and an hour's step of the clock between events."""

    tier: int = 1
    kept: dict[int, Incident] = field(default_factory=dict)
    hours: int = 0

    @property
    def at(self) -> datetime:
        """Now."""
        return START + timedelta(hours=self.hours)

    @property
    def open(self) -> tuple[Incident, ...]:
        """The open incidents, oldest first."""
        return tuple(one for one in self.kept.values() if one.state == "open")

    def save(self, *incidents: Incident) -> None:
        """Keep them, numbering new ones."""
        for one in incidents:
            numbered = one if one.id else replace(one, id=len(self.kept) + 1)
            self.kept[numbered.id] = numbered

    def hold(self, job: str, key: str, findings: Iterable[Finding], revision: int | str = 1) -> Incident:
        """A held revision."""
        id = RevisionId(job=job, key=key, number=int(revision))
        self.save(*after_judgement(self.open, job=job, key=key, at=self.at))
        incident = after_hold(
            self.open, contract=contract_of(job, self.tier), revision=id, verdict=verdict_of(findings), at=self.at
        )
        self.save(incident)
        return incident

    def publish(self, job: str, key: str, revision: int | str = 1, released_by: str | None = None) -> tuple[Incident, ...]:
        """A published revision."""
        id = RevisionId(job=job, key=key, number=int(revision))
        if released_by is None:
            self.save(*after_judgement(self.open, job=job, key=key, at=self.at))
        changed = after_publish(self.open, contract=contract_of(job), revision=id, at=self.at, released_by=released_by)
        self.save(*changed)
        return changed

    def late(self, job: str, key: str, waits_for: Iterable[str] = ()) -> Incident | None:
        """A partition that did not come."""
        contract = contract_of(job, self.tier)
        incident = after_late(
            self.open,
            contract=contract,
            key=key,
            deadline=contract.partition.deadline(key),
            at=self.at,
            waits_for=[_input(one) for one in waits_for],
        )
        if incident is not None:
            self.save(incident)
        return incident

    def fail(self, job: str, key: str, task: str, error: str = "EngineFailed") -> Incident:
        """A task of ours that failed."""
        incident = after_failure(self.open, job=job, key=key, task=task, error=error, at=self.at)
        self.save(incident)
        return incident

    def play(self, event: Mapping[str, Any]) -> None:
        """One event as a golden case writes it: a verb and its arguments."""
        ((verb, given),) = event.items()
        given = dict(given)
        if verb == "hold":
            given["findings"] = [finding(**one) if isinstance(one, dict) else finding(one) for one in given["findings"]]
        getattr(self, verb)(**given)
        self.hours += 1


def _input(text: str) -> PartitionId | RevisionId:
    if "#" in text:
        return RevisionId.parse(text)
    job, _, key = text.partition("@")
    return PartitionId(job=job, key=key)


def shown(incident: Incident) -> dict[str, Any]:
    """The incident as a golden case writes it."""
    told: dict[str, Any] = {
        "kind": incident.kind,
        "level": incident.level,
        "title": incident.title,
        "state": incident.state,
        "causes": sorted(incident.causes),
        "members": [_member(one) for one in incident.members],
    }
    return told if incident.resolution is None else {**told, "resolution": incident.resolution}


def _member(member: Member) -> str:
    number = "" if member.revision is None else f"#{member.revision}"
    return f"{member.role} {member.job}@{member.key}{number}{' ended' if member.ended_at else ''}"
