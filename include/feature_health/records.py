"""What crosses the ports: the records in which steps and adapters speak of files, revisions, judgements and messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from feature_health.contracts.severity import Ruling
from feature_health.incidents.incident import Incident
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.profiles.profile import Profile
from feature_health.verdicts.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A delivery's bytes, kept unchanged under a name that nobody else uses. `path` is the store's own name for it."""

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A CSV or JSON delivery turned into Parquet by the promised types, or why it could not be; then nothing was written.

    `unparsed` counts values, per column, that were not of the promised type (they are null in the Parquet file).
    """

    unparsed: Mapping[str, int] = field(default_factory=dict)
    unreadable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsTold:
    """What an engine wrote of failing rows: how many there are, how many fail each check, and why a check's could not be told."""

    rows: int
    counts: Mapping[str, int]
    untold: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Another partition's file that measures may read."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One delivery as the ledger knows it, pinned to the contract and the `as_of` that it is judged by.

    `parquet` is the store's name of the Parquet form, `parquet_sha256` its contents; None when the delivery is `unreadable`.
    """

    id: RevisionId
    sha256: str
    delivery: str
    parquet: str | None
    parquet_sha256: str | None
    contract_digest: str
    as_of: datetime
    staged_at: datetime
    run: str
    unparsed: Mapping[str, int] = field(default_factory=dict)
    unreadable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict as the ledger keeps it. `held` is true while the revision waits in quarantine, since `held_since`."""

    revision: RevisionId
    verdict: Verdict
    contract_digest: str
    profile_digest: str
    engine: str
    run: str
    decided_at: datetime
    held: bool
    held_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingRows:
    """Where the store keeps the failing rows of a verdict (of the run that it was made in), told by keys, reasons and masks.

    `counts` are rows by the check that they fail; one row may fail several. `untold` says why a check's rows are not among them.
    """

    revision: RevisionId
    run: str
    path: str
    sha256: str
    rows: int
    counts: Mapping[str, int]
    untold: Mapping[str, str]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A readable revision that its verdict let through, with its delivery's sha256 and what was seen of it."""

    revision: RevisionId
    sha256: str
    profile: Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionRow:
    """One cell of the grid of rulings: the newest judged revision of a partition, and what is readable of it.

    `diverted` counts the rows that what is readable lacks.
    """

    partition: PartitionId
    revision: int
    ruling: Ruling
    held: bool
    readable_revision: int | None
    rows: int
    decided_at: datetime
    because: tuple[str, ...]
    diverted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRequest:
    """A person's wish to publish a held revision, and another's decision; a `refused` decision could not be carried out."""

    id: int
    revision: RevisionId
    asked_by: str
    asked_because: str
    asked_at: datetime
    state: Literal["asked", "approved", "rejected", "refused"] = "asked"
    decided_by: str | None = None
    decided_because: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Where an incident's one message lies (Slack: channel and ts), so that it can be updated in place."""

    notifier: str
    channel: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An incident with news that nobody has been told yet, claimed by one deliverer. `upto` is its newest outbox row.

    `tried_before` is true when there is no receipt although somebody tried: the message may lie there, for the deliverer may have
    died, or the answer been lost, after it was posted. `claim` is the ledger's own number of this claim, by which it knows whose
    answer comes back.
    """

    incident: Incident
    upto: int
    receipt: Receipt | None
    tried_before: bool
    claim: int = 0
