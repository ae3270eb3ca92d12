"""Deliveries and what was seen of them: revisions, contracts, profiles, check runs. Must not know verdicts' meaning."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, exists, insert, select, update

from feature_health.checks.finding import CheckRun
from feature_health.contracts.contract import Contract
from feature_health.errors import CallerError, LedgerFailed
from feature_health.ledger.chain import canonical_json
from feature_health.ledger.session import Reading, Writing
from feature_health.ledger.tables import check_runs, contracts, holds, profiles, revisions, verdicts
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.profiles.profile import Profile
from feature_health.records import Revision, Staged


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """What a revision is judged by now."""

    contract_digest: str
    as_of: datetime
    run: str
    parquet: str | None
    parquet_sha256: str | None
    unparsed: Mapping[str, int]
    unreadable: str | None

    def columns(self) -> dict[str, Any]:
        """Its values as the table keeps them."""
        return {
            "contract_digest": self.contract_digest,
            "as_of": self.as_of,
            "run": self.run,
            "parquet": self.parquet,
            "parquet_sha256": self.parquet_sha256,
            "unparsed": canonical_json(dict(self.unparsed)),
            "unreadable": self.unreadable,
        }


class RevisionQueries(Reading):
    """Questions about deliveries."""

    def revision(self, id: RevisionId) -> Revision:
        """Raises CallerError when there is no such revision."""
        with self._reading() as connection:
            return _revision(row_of(connection, id))

    def revision_by_sha256(self, partition: PartitionId, sha256: str) -> Revision | None:
        """The revision that has these bytes, or None."""
        with self._reading() as connection:
            row = connection.execute(_of(partition).where(revisions.c.sha256 == sha256)).first()
            return _revision(row) if row else None

    def latest_revision(self, partition: PartitionId) -> Revision | None:
        """The newest delivery, judged or not."""
        with self._reading() as connection:
            row = connection.execute(_of(partition).order_by(revisions.c.number.desc()).limit(1)).first()
            return _revision(row) if row else None

    def contract(self, digest: str) -> Contract:
        """The contract as it was; raises LedgerFailed when a digest that something refers to is not there."""
        from feature_health.contracts.record import from_json

        with self._reading() as connection:
            body = connection.scalar(select(contracts.c.body).where(contracts.c.digest == digest))
        if body is None:
            raise LedgerFailed(
                f"Reading contract {digest[:12]}…: the ledger does not have it. Check that this is the right ledger."
            )
        try:
            return from_json(body)
        except ValueError as error:
            raise LedgerFailed(
                f"Reading contract {digest[:12]}…: {error} A newer feature-health may have written it; update this one."
            ) from error

    def profile(self, id: RevisionId) -> Profile | None:
        """The profile taken in the run that the revision is pinned to."""
        with self._reading() as connection:
            row = row_of(connection, id)
            query = select(profiles.c.body).where(profiles.c.revision_id == row.id, profiles.c.run == row.run)
            body = connection.scalar(query)
        return None if body is None else Profile.from_json(body)

    def check_runs(self, id: RevisionId) -> tuple[CheckRun, ...]:
        """What was checked in the run that the revision is pinned to, by group."""
        with self._reading() as connection:
            row = row_of(connection, id)
            query = select(check_runs.c.body).where(check_runs.c.revision_id == row.id, check_runs.c.run == row.run)
            bodies = connection.scalars(query.order_by(check_runs.c.checks)).all()
        return tuple(CheckRun.from_json(body) for body in bodies)


class RevisionWrites(RevisionQueries, Writing):
    """Taking deliveries in, and keeping what was seen of them."""

    def stage(  # noqa: PLR0913 - the port's: a revision is made of all of these
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
        """The next revision, or the one that has these bytes: pinned anew while it is held, else as it was."""
        pin = Pin(
            contract_digest=contract.digest,
            as_of=as_of,
            run=run,
            parquet=parquet.path if parquet else None,
            parquet_sha256=parquet.sha256 if parquet else None,
            unparsed=unparsed,
            unreadable=unreadable,
        )
        known = self._connection.execute(_of(partition).where(revisions.c.sha256 == staged.sha256)).first()
        if known is None:
            self._keep_contract(contract, at)
            return self.revision(self._insert_revision(partition, staged, pin, at))
        if known.run != run and is_held(self._connection, known.id):
            self._keep_contract(contract, at)
            self._pin(known, pin, at)
        return self.revision(_id(known))

    def save_profile(self, id: RevisionId, profile: Profile, at: datetime) -> None:
        """Keep the profile of the pinned run. Once that run has its verdict the profile is evidence and stays as it is."""
        row = row_of(self._connection, id)
        body = profile.to_json()
        if self._put(profiles, row, {"digest": profile.digest, "body": body, "at": at}):
            self._record("profiled", id, at, run=row.run, digest=profile.digest, rows=profile.rows, engine=profile.engine)

    def save_check_run(self, id: RevisionId, run: CheckRun, at: datetime) -> None:
        """Keep what a group of checks found in the pinned run; once that run has its verdict it is evidence and stays."""
        row = row_of(self._connection, id)
        if self._put(check_runs, row, {"body": run.to_json(), "at": at}, checks=run.group):
            self._record("checked", id, at, run=row.run, group=run.group, ran=len(run.ran), findings=len(run.findings))

    def _insert_revision(self, partition: PartitionId, staged: Staged, pin: Pin, at: datetime) -> RevisionId:
        last = self.latest_revision(partition)
        id = RevisionId(job=partition.job, key=partition.key, number=last.id.number + 1 if last else 1)
        delivery = {"sha256": staged.sha256, "bytes": staged.bytes, "delivery": staged.path, "staged_at": at}
        self._connection.execute(
            insert(revisions), {"job": id.job, "key": id.key, "number": id.number, **delivery, **pin.columns()}
        )
        self._record("staged", id, at, sha256=staged.sha256, bytes=staged.bytes, delivery=staged.path, **pin.columns())
        return id

    def _pin(self, row: Row[Any], pin: Pin, at: datetime) -> None:
        self._connection.execute(update(revisions).where(revisions.c.id == row.id).values(**pin.columns()))
        self._record("pinned", _id(row), at, **pin.columns())

    def _keep_contract(self, contract: Contract, at: datetime) -> None:
        if self._connection.scalar(select(exists().where(contracts.c.digest == contract.digest))):
            return
        body = contract.canonical_json()
        self._connection.execute(insert(contracts), {"digest": contract.digest, "job": contract.job, "body": body, "at": at})
        self._record("contract", contract.job, at, digest=contract.digest)

    def _put(self, table: Table, row: Row[Any], values: Mapping[str, Any], **names: str) -> bool:
        """Insert or replace the row of the pinned run; false when it already says this or is evidence."""
        keys = {"revision_id": row.id, "run": row.run, **names}
        here = [table.c[name] == value for name, value in keys.items()]
        kept = self._connection.scalar(select(table.c.body).where(*here))
        judged = exists().where(verdicts.c.revision_id == row.id, verdicts.c.run == row.run)
        if kept == values["body"] or self._connection.scalar(select(judged)):
            return False
        if kept is None:
            self._connection.execute(insert(table), {**keys, **values})
        else:
            self._connection.execute(update(table).where(*here).values(**values))
        return True


def row_of(connection: Connection, id: RevisionId) -> Row[Any]:
    """The revision's row; raises CallerError when there is none."""
    row = connection.execute(_of(id.partition).where(revisions.c.number == id.number)).first()
    if row is None:
        raise CallerError(f"The ledger has no revision {id}. `feature-health partitions` lists what there is.")
    return row


def is_held(connection: Connection, revision_id: int) -> bool:
    """Whether the revision waits in quarantine."""
    return bool(connection.scalar(select(exists().where(holds.c.revision_id == revision_id, holds.c.ended_at.is_(None)))))


def _of(partition: PartitionId) -> Select[Any]:
    return select(revisions).where(revisions.c.job == partition.job, revisions.c.key == partition.key)


def _id(row: Row[Any]) -> RevisionId:
    return RevisionId(job=row.job, key=row.key, number=row.number)


def _revision(row: Row[Any]) -> Revision:
    return Revision(
        id=_id(row),
        sha256=row.sha256,
        delivery=row.delivery,
        parquet=row.parquet,
        parquet_sha256=row.parquet_sha256,
        contract_digest=row.contract_digest,
        as_of=row.as_of,
        staged_at=row.staged_at,
        run=row.run,
        unparsed=json.loads(row.unparsed),
        unreadable=row.unreadable,
    )
