"""People's requests to publish what is held, their decisions, and signs of life. Must not judge a reason."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, insert, select, update

from feature_health.errors import CallerError
from feature_health.ledger.revisions import row_of
from feature_health.ledger.session import Reading, Writing
from feature_health.ledger.tables import heartbeats, release_requests, revisions
from feature_health.profiles.partition import RevisionId
from feature_health.records import ReleaseRequest


class ReleaseQueries(Reading):
    """Questions about release requests and heartbeats."""

    def release_request(self, id: int) -> ReleaseRequest | None:
        """The request as it stands, or None."""
        with self._reading() as connection:
            row = connection.execute(_select().where(release_requests.c.id == id)).first()
        return _request(row) if row else None

    def release_requests(self, id: RevisionId) -> tuple[ReleaseRequest, ...]:
        """Every request for this revision, oldest first."""
        here = (revisions.c.job == id.job, revisions.c.key == id.key, revisions.c.number == id.number)
        with self._reading() as connection:
            rows = connection.execute(_select().where(*here).order_by(release_requests.c.id)).all()
        return tuple(_request(row) for row in rows)

    def heartbeat(self, name: str) -> datetime | None:
        """When `name` last said that it is alive."""
        with self._reading() as connection:
            at: datetime | None = connection.scalar(select(heartbeats.c.at).where(heartbeats.c.name == name))
        return at


class ReleaseWrites(ReleaseQueries, Writing):
    """Keeping release requests, decisions and heartbeats."""

    def ask_release(self, id: RevisionId, *, by: str, because: str, at: datetime) -> ReleaseRequest:
        """A new request; raises CallerError when there is no such revision."""
        revision = row_of(self._connection, id).id
        facts = {"asked_by": by, "asked_because": because, "asked_at": at, "state": "asked"}
        written = insert(release_requests).values(revision_id=revision, **facts).returning(release_requests.c.id)
        number = int(self._connection.execute(written).scalar_one())
        self._record("release_asked", id, at, request=number, by=by, because=because)
        return self._request(number)

    def decide_release(
        self, request: int, *, state: Literal["approved", "rejected", "refused"], by: str, because: str, at: datetime
    ) -> ReleaseRequest:
        """Write the decision once; a request that is decided is returned as it stands. Raises CallerError when there is none."""
        asked = self._request(request)
        if asked.state != "asked":
            return asked
        decision = {"state": state, "decided_by": by, "decided_because": because, "decided_at": at}
        self._connection.execute(update(release_requests).where(release_requests.c.id == request).values(**decision))
        self._record("release_decided", asked.revision, at, request=request, state=state, by=by, because=because)
        return self._request(request)

    def beat(self, name: str, at: datetime) -> None:
        """Write down that `name` is alive; an earlier instant than the one that is there changes nothing."""
        known = self.heartbeat(name)
        if known is not None and known >= at:
            return
        if known is None:
            self._connection.execute(insert(heartbeats).values(name=name, at=at))
        else:
            self._connection.execute(update(heartbeats).where(heartbeats.c.name == name).values(at=at))
        self._record("heartbeat", name, at)

    def _request(self, number: int) -> ReleaseRequest:
        found = self.release_request(number)
        if found is None:
            raise CallerError(f"The ledger has no release request {number}. `feature-health release list` lists them.")
        return found


def _select() -> Select[Any]:
    return select(release_requests, revisions.c.job, revisions.c.key, revisions.c.number).join(revisions)


def _request(row: Row[Any]) -> ReleaseRequest:
    return ReleaseRequest(
        id=row.id,
        revision=RevisionId(job=row.job, key=row.key, number=row.number),
        asked_by=row.asked_by,
        asked_because=row.asked_because,
        asked_at=row.asked_at,
        state=row.state,
        decided_by=row.decided_by,
        decided_because=row.decided_because,
        decided_at=row.decided_at,
    )
