"""Verdicts and holds: what was decided about a revision, and whether it waits in quarantine. Must not decide anything."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, select, update

from feature_health.contracts.severity import Ruling, Severity
from feature_health.ledger.revisions import row_of
from feature_health.ledger.session import Reading, Writing
from feature_health.ledger.tables import holds, publications, revisions, verdicts
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.profiles.profile import Profile
from feature_health.records import Judgement, PartitionRow
from feature_health.verdicts.verdict import Verdict

_NEWEST_FIRST = (revisions.c.number.desc(), verdicts.c.id.desc())


class JudgementQueries(Reading):
    """Questions about verdicts."""

    def judgement(self, id: RevisionId) -> Judgement | None:
        """The newest verdict on the revision, of whichever run."""
        with self._reading() as connection:
            row = connection.execute(_judged(id.partition).where(revisions.c.number == id.number).limit(1)).first()
        return _judgement(row) if row else None

    def latest_judged(self, partition: PartitionId) -> Judgement | None:
        """The newest verdict on the newest revision that has one."""
        with self._reading() as connection:
            row = connection.execute(_judged(partition).limit(1)).first()
        return _judgement(row) if row else None

    def held(self) -> tuple[Judgement, ...]:
        """Revisions that wait in quarantine now, oldest first, each with its newest verdict."""
        newest = (
            select(func.max(verdicts.c.id))
            .where(verdicts.c.revision_id == holds.c.revision_id)
            .correlate(holds)
            .scalar_subquery()
        )
        query = _select().where(holds.c.id.is_not(None), verdicts.c.id == newest).order_by(holds.c.since, holds.c.id)
        with self._reading() as connection:
            return tuple(_judgement(row) for row in connection.execute(query))

    def partitions(self, job: str | None = None, limit: int = 1000) -> tuple[PartitionRow, ...]:
        """One row per judged partition, newest keys first, then by job."""
        rank = func.row_number().over(partition_by=(revisions.c.job, revisions.c.key), order_by=_NEWEST_FIRST)
        ranked = select(verdicts.c.id, rank.label("rank")).select_from(verdicts.join(revisions))
        if job is not None:
            ranked = ranked.where(revisions.c.job == job)
        newest = ranked.subquery()
        query = _select().join(newest, and_(newest.c.id == verdicts.c.id, newest.c.rank == 1))
        with self._reading() as connection:
            rows = connection.execute(query.order_by(revisions.c.key.desc(), revisions.c.job).limit(limit)).all()
        return tuple(_partition_row(row) for row in rows)


class JudgementWrites(JudgementQueries, Writing):
    """Keeping verdicts, and the holds that follow from them."""

    def save_verdict(self, id: RevisionId, verdict: Verdict, *, profile: Profile, at: datetime) -> Judgement:
        """Keep the verdict of the pinned run, and begin or end the hold. The first verdict of a run stands."""
        row = row_of(self._connection, id)
        if not self._judged_in_this_run(row):
            self._insert_verdict(row, id, verdict, profile, at)
            self._follow(row, id, verdict.ruling, at)
        judged = self.judgement(id)
        assert judged is not None  # noqa: S101 - written above
        return judged

    def end_holds(self, partition: PartitionId, *, upto: int, because: str, at: datetime) -> None:
        """End the holds of the partition's revisions up to that number."""
        query = select(holds.c.id, revisions.c.number).join(revisions, revisions.c.id == holds.c.revision_id).order_by(holds.c.id)
        here = (revisions.c.job == partition.job, revisions.c.key == partition.key, revisions.c.number <= upto)
        for hold in self._connection.execute(query.where(*here, holds.c.ended_at.is_(None))).all():
            why = because if hold.number == upto else "superseded"
            self._connection.execute(update(holds).where(holds.c.id == hold.id).values(ended_at=at, ended_because=why))
            ended = RevisionId(job=partition.job, key=partition.key, number=hold.number)
            self._record("hold_ended", ended, at, because=why)

    def _judged_in_this_run(self, row: Row[Any]) -> bool:
        here = (verdicts.c.revision_id == row.id, verdicts.c.run == row.run)
        return self._connection.scalar(select(verdicts.c.id).where(*here)) is not None

    def _insert_verdict(self, row: Row[Any], id: RevisionId, verdict: Verdict, profile: Profile, at: datetime) -> None:
        because = [it.because for it in verdict.findings if it.kind != "note" and it.severity is not Severity.NOTE]
        facts = {
            "run": row.run,
            "contract_digest": row.contract_digest,
            "profile_digest": profile.digest,
            "engine": profile.engine,
            "ruling": verdict.ruling.value,
            "rows": profile.rows,
            "body": verdict.to_json(),
            "as_of": row.as_of,
        }
        self._connection.execute(
            insert(verdicts), {**facts, "revision_id": row.id, "because": json.dumps(because), "decided_at": at}
        )
        self._record("judged", id, at, **facts)

    def _follow(self, row: Row[Any], id: RevisionId, ruling: Ruling, at: datetime) -> None:
        """Begin a hold, unless it is there or there is nothing to hold back: this revision or a newer one is readable."""
        here = (holds.c.revision_id == row.id, holds.c.ended_at.is_(None))
        hold = self._connection.scalar(select(holds.c.id).where(*here))
        if ruling.may_publish and hold is not None:
            self._connection.execute(update(holds).where(holds.c.id == hold).values(ended_at=at, ended_because="accepted"))
            self._record("hold_ended", id, at, because="accepted")
        elif not ruling.may_publish and hold is None and self._readable_number(id.partition) < id.number:
            self._connection.execute(insert(holds), {"revision_id": row.id, "since": at})
            self._record("held", id, at)

    def _readable_number(self, partition: PartitionId) -> int:
        query = select(revisions.c.number).join(publications, publications.c.revision_id == revisions.c.id)
        here = (publications.c.job == partition.job, publications.c.key == partition.key, publications.c.valid_to.is_(None))
        return self._connection.scalar(query.where(*here)) or 0


def newer_judged(connection: Connection, id: RevisionId) -> int | None:
    """The number of the newest judged revision of the partition that is newer than this one, or None."""
    here = (revisions.c.job == id.job, revisions.c.key == id.key, revisions.c.number > id.number)
    query = select(func.max(revisions.c.number)).select_from(verdicts.join(revisions)).where(*here)
    number: int | None = connection.scalar(query)
    return number


def _select() -> Select[Any]:
    readable = revisions.alias("readable")
    open_hold = and_(holds.c.revision_id == revisions.c.id, holds.c.ended_at.is_(None))
    open_publication = and_(
        publications.c.job == revisions.c.job, publications.c.key == revisions.c.key, publications.c.valid_to.is_(None)
    )
    columns = (
        revisions.c.job,
        revisions.c.key,
        revisions.c.number,
        holds.c.id.label("hold"),
        holds.c.since,
        readable.c.number.label("readable"),
        publications.c.diverted,
    )
    return (
        select(verdicts, *columns)
        .select_from(verdicts.join(revisions))
        .outerjoin(holds, open_hold)
        .outerjoin(publications, open_publication)
        .outerjoin(readable, readable.c.id == publications.c.revision_id)
    )


def _judged(partition: PartitionId) -> Select[Any]:
    here = (revisions.c.job == partition.job, revisions.c.key == partition.key)
    return _select().where(*here).order_by(*_NEWEST_FIRST)


def _judgement(row: Row[Any]) -> Judgement:
    return Judgement(
        revision=RevisionId(job=row.job, key=row.key, number=row.number),
        verdict=Verdict.from_json(row.body),
        contract_digest=row.contract_digest,
        profile_digest=row.profile_digest,
        engine=row.engine,
        run=row.run,
        decided_at=row.decided_at,
        held=row.hold is not None,
        held_since=row.since,
    )


def _partition_row(row: Row[Any]) -> PartitionRow:
    return PartitionRow(
        partition=PartitionId(job=row.job, key=row.key),
        revision=row.number,
        ruling=Ruling(row.ruling),
        held=row.hold is not None,
        readable_revision=row.readable,
        rows=row.rows,
        decided_at=row.decided_at,
        because=tuple(json.loads(row.because)),
        diverted=row.diverted or 0,
    )
