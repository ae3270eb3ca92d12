"""A ledger that answers the page's questions from lists, and a platform around it. Knows nothing of SQL."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from feature_health.checks.finding import Finding
from feature_health.contracts.contract import Contract
from feature_health.contracts.severity import Ruling, Severity
from feature_health.errors import ContractInvalid, LedgerFailed
from feature_health.incidents.incident import Incident, Kind, Level, Member, Role
from feature_health.ports import Platform
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.records import FailingRows, Judgement, PartitionRow, ReleaseRequest
from feature_health.serving.publication import Publication
from feature_health.verdicts.verdict import Verdict

NOW = datetime(2026, 3, 12, 6, 30, tzinfo=UTC)
JOBS = ("application_intake", "bureau_pull", "dti_join", "income_verification")
INPUTS = {"dti_join": ("application_intake", "bureau_pull", "income_verification")}


@dataclass
class LedgerInMemory:
    """The questions that the page asks, and no others: a new one shows as an AttributeError."""

    rows: list[PartitionRow] = field(default_factory=list)
    incidents_open: list[Incident] = field(default_factory=list)
    readable: list[Publication] = field(default_factory=list)
    beat: datetime | None = NOW - timedelta(minutes=4)
    waiting: int = 0
    requests: list[ReleaseRequest] = field(default_factory=list)
    failing: list[FailingRows] = field(default_factory=list)
    fails: Exception | None = None

    def open_incidents(self, job: str | None = None) -> tuple[Incident, ...]:
        if self.fails:
            raise self.fails
        return tuple(incident for incident in self.incidents_open if job in (None, incident.job))

    def held(self) -> tuple[Judgement, ...]:
        return tuple(judgement(row) for row in self.rows if row.held)

    def partitions(self, job: str | None = None, limit: int = 1000) -> tuple[PartitionRow, ...]:
        rows = [row for row in self.rows if job in (None, row.partition.job)]
        return tuple(sorted(rows, key=lambda row: row.partition.key, reverse=True)[:limit])

    def previous_published(self, partition: PartitionId) -> Publication | None:
        before = [one for one in self.readable if one.revision.job == partition.job and one.revision.key < partition.key]
        return max(before, key=lambda one: one.revision.key, default=None)

    def release_requests(self, id: RevisionId) -> tuple[ReleaseRequest, ...]:
        return tuple(request for request in self.requests if request.revision == id)

    def failing_rows(self, id: RevisionId) -> FailingRows | None:
        return next((told for told in self.failing if told.revision == id), None)

    def heartbeat(self, name: str) -> datetime | None:
        assert name in {"watch_arrivals", "gate_self_test"}
        return self.beat

    def undelivered(self) -> int:
        return self.waiting


@dataclass(frozen=True)
class Contracts:
    names: tuple[str, ...]
    inputs: Mapping[str, tuple[str, ...]]

    def jobs(self) -> tuple[str, ...]:
        return self.names

    def current(self, job: str) -> Contract:
        if job not in self.inputs:
            raise ContractInvalid(f"The contract of {job} has faults.")
        return cast(Contract, SimpleNamespace(inputs=self.inputs[job]))


class Clock:
    def now(self) -> datetime:
        return NOW


def platform_of(ledger: LedgerInMemory, jobs: Iterable[str] = JOBS, inputs: Mapping[str, tuple[str, ...]] = INPUTS) -> Platform:
    """Pages may use its ledger, contracts and clock; the rest fails. A job that is not in `inputs` has a faulty contract."""
    nothing = cast(Any, None)
    return Platform(
        contracts=cast(Any, Contracts(tuple(jobs), inputs)),
        store=nothing,
        engine=nothing,
        ledger=cast(Any, ledger),
        notifiers=(),
        orchestrator=nothing,
        calendars={},
        clock=Clock(),
    )


def judgement(row: PartitionRow) -> Judgement:
    return Judgement(
        revision=RevisionId(job=row.partition.job, key=row.partition.key, number=row.revision),
        verdict=Verdict(ruling=row.ruling, findings=tuple(map(_finding, row.because))),
        contract_digest="",
        profile_digest="",
        engine="",
        run="",
        decided_at=row.decided_at,
        held=row.held,
        held_since=row.decided_at - timedelta(hours=1) if row.held else None,
    )


def _finding(because: str) -> Finding:
    return Finding(check=because, kind="violation", severity=Severity.BLOCK, because=because)


def release_request(job: str, key: str, number: int = 1, **changes: Any) -> ReleaseRequest:
    """What bob asked two hours ago."""
    values = {
        "id": 7,
        "revision": RevisionId(job=job, key=key, number=number),
        "asked_by": "bob",
        "asked_because": "the outage is confirmed",
        "asked_at": NOW - timedelta(hours=2),
    }
    return ReleaseRequest(**cast(Any, values | changes))


def row(job: str, key: str, ruling: Ruling = Ruling.PUBLISH, **changes: Any) -> PartitionRow:
    """A judged partition of 5,012 rows; a held one is not readable, any other is."""
    held = ruling is Ruling.QUARANTINE
    values = {
        "partition": PartitionId(job=job, key=key),
        "revision": 1,
        "ruling": ruling,
        "held": held,
        "readable_revision": None if held else 1,
        "rows": 5012,
        "decided_at": NOW - timedelta(hours=3),
        "because": (),
    }
    return PartitionRow(**cast(Any, values | changes))


def member(
    job: str,
    key: str,
    role: Role = "held",
    *,
    revision: int | None = 1,
    because: str = "it is so",
    ended_at: datetime | None = None,
) -> Member:
    return Member(
        job=job, key=key, revision=revision if role == "held" else None, role=role, because=because, at=NOW, ended_at=ended_at
    )


def incident(
    *members: Member, id: int = 1, kind: Kind = "data", level: Level = "S1", title: str = "Something is wrong"
) -> Incident:
    """An open incident of the first member's job, three hours old."""
    return Incident(
        id=id,
        kind=kind,
        job=members[0].job,
        level=level,
        title=title,
        causes=frozenset({"schema.removed:fico_low"}),
        members=members,
        state="open",
        opened_at=NOW - timedelta(hours=3),
        updated_at=NOW,
    )


def publication(job: str, key: str, number: int = 1, *, released_by: str | None = None) -> Publication:
    return Publication(
        revision=RevisionId(job=job, key=key, number=number),
        path=f"{job}/{key}/{number}.parquet",
        sha256="0" * 64,
        rows=5012,
        valid_from=NOW - timedelta(hours=26),
        released_by=released_by,
    )


def ledger_failure() -> LedgerFailed:
    return LedgerFailed(
        "Reading the ledger at sqlite:////srv/ledger.db: it was locked for 30 s. Try again; if it stays, look who holds it."
    )
