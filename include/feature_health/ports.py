"""What the steps need of the outside world, as protocols. Adapters implement them; `wiring` chooses.

No adapter is imported here, and a step never sees which one it talks to.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from feature_health.checks.finding import CheckRun
from feature_health.contracts.contract import Contract
from feature_health.incidents.incident import Incident
from feature_health.profiles.measure import Measure
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.profiles.profile import ObservedColumn, Profile
from feature_health.profiles.row_rule import RowRule
from feature_health.records import (
    Accepted,
    Conversion,
    Delivery,
    FailingRows,
    Judgement,
    PartitionRow,
    Receipt,
    Relation,
    ReleaseRequest,
    Revision,
    RowsTold,
    Staged,
)
from feature_health.serving.publication import Publication
from feature_health.verdicts.verdict import Verdict

Calendar = Callable[[date], tuple[float, str]]
"""Volume of a day relative to an ordinary one (1.0), and why in words ("Saturday ×0.78"); raises ValueError where it cannot."""


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Store(Protocol):
    """Immutable files. Decisioning finds them only through publications."""

    def stage(self, partition: PartitionId, candidate: str) -> Staged:
        """Keep the candidate's bytes, atomically and durably; the same bytes again give the same answer.

        Raises StoreFailed when there is no such candidate, no room, or no permission; nothing half-written stays behind.
        """
        ...

    def local(self, path: str) -> Path:
        """Where an engine can read the file; raises StoreFailed when it is gone or its name leads outside the store."""
        ...

    def intact(self, path: str, sha256: str) -> bool:
        """Whether the file is still there with exactly these contents."""
        ...

    def sweep(self, *, older_than: datetime) -> tuple[str, ...]:
        """Remove what writers that died left half-written before then; kept files are never removed. Returns the names."""
        ...

    def beside(self, path: str, suffix: str) -> Path:
        """A new place to write a file derived from a staged one, such as its Parquet form; it is the caller's until `seal`."""
        ...

    def seal(self, written: Path) -> Staged:
        """Keep what was written at `beside`, durably and unchangeable, under a name made of its contents; raises StoreFailed."""
        ...


# ── measuring ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Engine(Protocol):
    """Takes measures. Bad data is in the answer; only a broken engine raises EngineFailed."""

    @property
    def name(self) -> str:
        """Engine and version, such as "duckdb 2.0.0"."""
        ...

    def to_parquet(self, delivery: Path, contract: Contract, to: Path) -> Conversion:
        """Write a CSV (.csv) or JSON-lines (.jsonl, .ndjson, .json) delivery as Parquet, parsed by the contract's columns."""
        ...

    def keep_columns(self, staged: Path, columns: Sequence[ObservedColumn], to: Path) -> None:
        """Write a Parquet file with only these columns of the staged one, and only these fields in them; rows in their order."""
        ...

    def failing_rows(self, staged: Path, rules: Sequence[RowRule], key: Sequence[str], to: Path) -> RowsTold:
        """Write every row that fails one of the rules to a Parquet file, in the order of the staged one, without raw values.

        Columns: `row` (its place in the staged file, from 0), `key` (a struct of those key columns that are there), `failed` (a
        list of checks) and `masked` (a struct of the columns that failed checks are about: of what kind and how long a value is,
        and a fingerprint that is the same for equal values of one delivery). A rule that cannot be told is in `untold`.
        """
        ...

    def without_rows(self, staged: Path, columns: Sequence[ObservedColumn], told: Path, checks: Collection[str], to: Path) -> int:
        """Write a Parquet file with these columns of the staged one, without the rows that `told` says fail one of the checks.

        `told` is what `failing_rows` wrote of the staged file. The others stay in their order and as they are; returns how many.
        """
        ...

    def sample(self, staged: Path, count: int, seed: str, to: Path) -> None:
        """Write a Parquet file with so many rows of the staged one, drawn at random; the same seed draws the same ones."""
        ...

    def told_rows(self, told: Path, limit: int) -> Sequence[Mapping[str, Any]]:
        """The first rows of a file that `failing_rows` wrote."""
        ...

    def schema(self, staged: Path) -> Profile:
        """What a Parquet file says of itself, its columns and its number of rows; no row is read, so nothing vouches for it."""
        ...

    def profile(self, staged: Path, measures: Collection[Measure], others: Mapping[str, Relation | str | None]) -> Profile:
        """Observed schema and all measures of a Parquet file, in as few scans as the engine can.

        `others` maps "previous" or a job's name to its partition, or to the sentence that says why there is none; None for
        "previous" when nothing was published before, so that nothing can be a repetition of it. A measure that could not be taken
        is in `unmeasured` with its reason; it never stops the others.
        """
        ...


# ── what happened ────────────────────────────────────────────────────────────────────────────────────────────────────


class LedgerReader(Protocol):
    """Questions to the ledger. Every method raises LedgerFailed when it cannot be read within its time."""

    def revision(self, id: RevisionId) -> Revision:
        """Raises CallerError when there is no such revision."""
        ...

    def revision_by_sha256(self, partition: PartitionId, sha256: str) -> Revision | None:
        """The revision of the partition with these contents, or None."""
        ...

    def latest_revision(self, partition: PartitionId) -> Revision | None:
        """The newest delivery of the partition, judged or not; None when nothing came."""
        ...

    def contract(self, digest: str) -> Contract:
        """The contract as it was when a revision was pinned to it."""
        ...

    def profile(self, id: RevisionId) -> Profile | None:
        """The profile taken in the run that the revision is pinned to."""
        ...

    def history(self, partition: PartitionId, limit: int) -> tuple[Accepted, ...]:
        """The last `limit` readable partitions of the same job before this one, oldest first.

        Only of those that a verdict let through: what was released against one is left out.
        """
        ...

    def check_runs(self, id: RevisionId) -> tuple[CheckRun, ...]:
        """What was checked in the run that the revision is pinned to."""
        ...

    def judgement(self, id: RevisionId) -> Judgement | None:
        """The newest verdict on the revision, of whichever run."""
        ...

    def failing_rows(self, id: RevisionId) -> FailingRows | None:
        """Where the failing rows of the newest verdict on the revision lie; None when it has none, or none were written yet."""
        ...

    def latest_judged(self, partition: PartitionId) -> Judgement | None:
        """The newest verdict on the newest judged revision of the partition, or None."""
        ...

    def published(self, partition: PartitionId, at: datetime | None = None) -> Publication | None:
        """What is (or was, at `at`) readable of a partition."""
        ...

    def publications(self, job: str | None = None) -> tuple[Publication, ...]:
        """Everything readable now, by job and key."""
        ...

    def previous_published(self, partition: PartitionId) -> Publication | None:
        """The readable partition of the same job with the greatest key before this one."""
        ...

    def held(self) -> tuple[Judgement, ...]:
        """Revisions that wait in quarantine now, oldest first."""
        ...

    def partitions(self, job: str | None = None, limit: int = 1000) -> tuple[PartitionRow, ...]:
        """The grid: newest keys first."""
        ...

    def incident(self, id: int) -> Incident | None:
        """The incident as it stands, or None."""
        ...

    def open_incidents(self, job: str | None = None) -> tuple[Incident, ...]:
        """Oldest first; of one job: those that it began and those of which one of its partitions is a member."""
        ...

    def incidents(self, limit: int = 200) -> tuple[Incident, ...]:
        """Newest first."""
        ...

    def release_request(self, id: int) -> ReleaseRequest | None:
        """The request as it stands, or None."""
        ...

    def release_requests(self, id: RevisionId) -> tuple[ReleaseRequest, ...]:
        """Everything that was asked about a revision, oldest first."""
        ...

    def undelivered(self) -> int:
        """Outbox rows that nobody has been told yet."""
        ...

    def heartbeat(self, name: str) -> datetime | None:
        """When `name` last said that it is alive."""
        ...


class LedgerWriter(LedgerReader, Protocol):
    """One write transaction: everything in it happens, or nothing. Reads inside it see its own writes and hold the write lock."""

    def stage(  # noqa: PLR0913 - one row of the ledger, every part named
        self,
        *,
        partition: PartitionId,
        staged: Staged,
        parquet: Staged | None,
        unparsed: Mapping[str, int],
        unreadable: str | None,
        contract: Contract,
        as_of: datetime,
        run: str,
        at: datetime,
    ) -> Revision:
        """The next revision of the partition, or the one that already has this sha256.

        A revision that waits in quarantine is pinned anew when another run brings it (contract, `as_of`, `run`) and so is judged
        again: its contract may have changed, or an input may have come. Any other revision is left as it is.
        """
        ...

    def save_profile(self, id: RevisionId, profile: Profile, at: datetime) -> None:
        """Keep the profile of the pinned run, until that run has its verdict: then it is evidence and stays."""
        ...

    def save_check_run(self, id: RevisionId, run: CheckRun, at: datetime) -> None:
        """Keep what a group found in the pinned run, until that run has its verdict."""
        ...

    def save_verdict(self, id: RevisionId, verdict: Verdict, *, profile: Profile, at: datetime) -> Judgement:
        """Keep the verdict and, when it quarantines, the hold. The first verdict of a run stands; saving again returns it.

        Nothing is held back that is readable already, or older than what is readable. An accepting verdict ends an earlier hold.
        """
        ...

    def save_failing_rows(self, id: RevisionId, *, run: str, file: Staged, told: RowsTold, at: datetime) -> FailingRows:
        """Keep where the failing rows of the verdict of that run lie; the first that were kept stand."""
        ...

    def publish(
        self,
        id: RevisionId,
        *,
        rows: int,
        at: datetime,
        released_by: str | None = None,
        file: Staged | None = None,
        diverted: int = 0,
    ) -> Publication:
        """Make the revision the readable one from `at` on, ending what was; its hold and those of older revisions end.

        `file` is what is read instead of the staged Parquet file, where that holds more than was promised or rows that were
        `diverted`; `rows` are those of what is read.

        Publishing the readable one again, or an older one without `released_by`, changes nothing and returns what is readable.
        Raises CallerError when the verdict does not allow it, ReleaseRefused when `released_by` releases what is not held or was
        overtaken by a newer judged revision.
        """
        ...

    def save_incident(self, incident: Incident) -> Incident:
        """Insert (id 0) or replace the incident, and put its news into the outbox; returns it with its id."""
        ...

    def ask_release(self, id: RevisionId, *, by: str, because: str, at: datetime) -> ReleaseRequest:
        """Write the request down; whether it may be granted is decided later."""
        ...

    def decide_release(
        self, request: int, *, state: Literal["approved", "rejected", "refused"], by: str, because: str, at: datetime
    ) -> ReleaseRequest:
        """Write the decision once; a rejected revision stays held."""
        ...

    def beat(self, name: str, at: datetime) -> None:
        """Say that `name` is alive."""
        ...

    def claim_delivery(self, *, notifier: str, at: datetime, lease_seconds: float) -> Delivery | None:
        """The next incident with news, which no other deliverer takes until the lease ends; None when all is told."""
        ...

    def delivered(self, delivery: Delivery, receipt: Receipt, at: datetime) -> None:
        """Mark the news as told, and keep where the message lies."""
        ...

    def not_delivered(self, delivery: Delivery, because: str, at: datetime) -> None:
        """Give the claim back; the news stays in the outbox."""
        ...


class Ledger(LedgerReader, Protocol):
    """The append-only record of everything that happened."""

    def transaction(self) -> AbstractContextManager[LedgerWriter]:
        """A write transaction under the one write lock; leaving the block commits, an exception rolls back."""
        ...


# ── telling and starting ─────────────────────────────────────────────────────────────────────────────────────────────


class Notifier(Protocol):
    """One way of telling people. A message is made from the incident as it stands, so late delivery tells the present state."""

    @property
    def name(self) -> str:
        """A word that names the channel in receipts."""
        ...

    def deliver(self, delivery: Delivery) -> Receipt:
        """Post the incident's message, or update it in place where a receipt says it lies. Raises NotifierFailed."""
        ...


class Orchestrator(Protocol):
    """The scheduler of jobs (Airflow), reached from outside it or from a task."""

    def start(self, job: str, key: str, *, note: str) -> str:
        """Start the job's run for the key and return the run's id; one of that key that has not begun yet is returned instead."""
        ...

    def has_run(self, job: str, key: str) -> bool:
        """Whether a run of the job for that key was ever made."""
        ...

    def emit(self, job: str, key: str) -> None:
        """Tell the scheduler that this partition of the job is there, so that what waits for it may start."""
        ...

    def start_release(self, request: ReleaseRequest) -> str:
        """Start the run in which a person decides about the request; returns the run's id."""
        ...


class Contracts(Protocol):
    """The contracts in force."""

    def jobs(self) -> tuple[str, ...]:
        """The names of all jobs that have a contract, sorted."""
        ...

    def current(self, job: str) -> Contract:
        """Raises JobUnknown or ContractInvalid."""
        ...


class Clock(Protocol):
    """The only source of the present time."""

    def now(self) -> datetime:
        """Aware, UTC."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """All ports, filled in one place (`wiring.platform`), handed to every step."""

    contracts: Contracts
    store: Store
    engine: Engine
    ledger: Ledger
    notifiers: Sequence[Notifier]
    orchestrator: Orchestrator
    calendars: Mapping[str, Calendar]
    clock: Clock
