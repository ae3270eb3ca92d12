"""What decisioning may read, and could read at any past instant. The last guard: nothing becomes readable against a verdict."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, insert, or_, select, update

from feature_health.errors import CallerError, LedgerFailed, ReleaseRefused
from feature_health.ledger.judgements import JudgementWrites, newer_judged
from feature_health.ledger.revisions import RevisionQueries, is_held, row_of
from feature_health.ledger.session import Reading
from feature_health.ledger.tables import profiles, publications, revisions
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.profiles.profile import Profile
from feature_health.records import Accepted, Staged
from feature_health.serving.publication import Publication


class PublicationQueries(Reading):
    """Questions about what is readable."""

    def published(self, partition: PartitionId, at: datetime | None = None) -> Publication | None:
        """What is (or was, at `at`) readable of a partition."""
        query = _select().where(publications.c.job == partition.job, publications.c.key == partition.key)
        with self._reading() as connection:
            row = connection.execute(query.where(*_at(at))).first()
        return _publication(row) if row else None

    def publications(self, job: str | None = None) -> tuple[Publication, ...]:
        """Everything readable now, by job and key."""
        query = _select().where(*_at(None)).order_by(publications.c.job, publications.c.key)
        with self._reading() as connection:
            rows = connection.execute(query if job is None else query.where(publications.c.job == job)).all()
        return tuple(_publication(row) for row in rows)

    def previous_published(self, partition: PartitionId) -> Publication | None:
        """The readable partition of the same job with the greatest key before this one."""
        earlier = _select().where(*_at(None), publications.c.job == partition.job, publications.c.key < partition.key)
        with self._reading() as connection:
            row = connection.execute(earlier.order_by(publications.c.key.desc()).limit(1)).first()
        return _publication(row) if row else None

    def history(self, partition: PartitionId, limit: int) -> tuple[Accepted, ...]:
        """The last readable, never released partitions of the job before this one, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(_accepted_before(partition).limit(limit)).all()
        return tuple(_accepted(row) for row in reversed(rows))


class PublicationWrites(PublicationQueries, RevisionQueries, JudgementWrites):
    """Making a revision the readable one."""

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
        """Make the revision readable from `at` on, as `file` if given; its own hold and those of older revisions end.

        Publishing the readable revision again, or an older one, changes nothing and returns what is readable. Raises CallerError
        when the verdict does not allow it, ReleaseRefused when a release comes too late or for a revision that is not held.
        """
        row = row_of(self._connection, id)
        readable = self.published(id.partition)
        if readable is not None and (readable.revision == id or (released_by is None and readable.revision.number > id.number)):
            return readable
        self._check_allowed(row, id, released_by)
        # Another machine's clock may be ahead of ours; an interval must not end before it began.
        begins = max(at, readable.valid_from) if readable else at
        self._end_publication(id.partition, begins)
        read = (file.path, file.sha256) if file else (row.parquet, row.parquet_sha256)
        facts = {"path": read[0], "sha256": read[1], "rows": rows, "released_by": released_by, "diverted": diverted}
        self._begin_publication(row.id, id, begins, facts)
        self.end_holds(id.partition, upto=id.number, because="released" if released_by else "published", at=at)
        published = self.published(id.partition)
        assert published is not None  # noqa: S101 - written above
        return published

    def _check_allowed(self, row: Row[Any], id: RevisionId, released_by: str | None) -> None:
        if row.parquet is None:
            refusal = ReleaseRefused if released_by else CallerError
            raise refusal(f"Publishing {id}: the delivery could not be read, so there is nothing to publish. Deliver it anew.")
        if released_by is not None:
            self._check_release(row, id)
            return
        judged = self.judgement(id)
        if judged is None or not judged.verdict.ruling.may_publish:
            found = f"its verdict is {judged.verdict.ruling}" if judged else "it has no verdict"
            raise CallerError(f"Publishing {id}: {found}, which does not allow it. Judge it, or ask for its release.")

    def _check_release(self, row: Row[Any], id: RevisionId) -> None:
        newer = newer_judged(self._connection, id)
        if newer is not None:
            raise ReleaseRefused(f"Releasing {id}: revision {newer} was judged since. Release that one, or deliver anew.")
        if not is_held(self._connection, row.id):
            raise ReleaseRefused(
                f"Releasing {id}: it does not wait in quarantine. `feature-health release list` shows what does."
            )

    def _end_publication(self, partition: PartitionId, at: datetime) -> None:
        here = (publications.c.job == partition.job, publications.c.key == partition.key, publications.c.valid_to.is_(None))
        if self._connection.execute(update(publications).where(*here).values(valid_to=at)).rowcount:
            self._record("unpublished", partition, at)

    def _begin_publication(self, row_id: int, id: RevisionId, at: datetime, facts: Mapping[str, Any]) -> None:
        self._connection.execute(
            insert(publications), {**facts, "revision_id": row_id, "job": id.job, "key": id.key, "valid_from": at}
        )
        self._record("published", id, at, **facts)


def _select() -> Select[Any]:
    return select(publications, revisions.c.number).join(revisions, revisions.c.id == publications.c.revision_id)


def _accepted_before(partition: PartitionId) -> Select[Any]:
    """Newest key first; the profile is of the run that the revision is pinned to, which publishing ends."""
    return (
        select(publications.c.job, publications.c.key, revisions.c.number, revisions.c.sha256, profiles.c.body)
        .join(revisions, revisions.c.id == publications.c.revision_id)
        .join(profiles, and_(profiles.c.revision_id == revisions.c.id, profiles.c.run == revisions.c.run))
        .where(*_at(None), publications.c.released_by.is_(None))
        .where(publications.c.job == partition.job, publications.c.key < partition.key)
        .order_by(publications.c.key.desc())
    )


def _accepted(row: Row[Any]) -> Accepted:
    revision = RevisionId(job=row.job, key=row.key, number=row.number)
    try:
        return Accepted(revision=revision, sha256=row.sha256, profile=Profile.from_json(row.body))
    except (TypeError, ValueError, LookupError) as error:
        raise LedgerFailed(
            f"Reading the profile of {row.job} {row.key}: its form is unknown. A newer feature-health may have written it; "
            "update this one."
        ) from error


def _at(at: datetime | None) -> tuple[Any, ...]:
    if at is None:
        return (publications.c.valid_to.is_(None),)
    return (publications.c.valid_from <= at, or_(publications.c.valid_to.is_(None), publications.c.valid_to > at))


def _publication(row: Row[Any]) -> Publication:
    return Publication(
        revision=RevisionId(job=row.job, key=row.key, number=row.number),
        path=row.path,
        sha256=row.sha256,
        rows=row.rows,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        released_by=row.released_by,
        diverted=row.diverted,
    )
