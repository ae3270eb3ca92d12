"""Incidents as they stand, and the outbox row that each change of one leaves. Must not know how incidents open or end."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, or_, select, update

from feature_health.errors import CallerError
from feature_health.incidents.incident import Incident, Member
from feature_health.ledger.session import Reading, Writing
from feature_health.ledger.tables import incident_causes, incident_members, incidents, outbox

_FACTS = ("kind", "job", "level", "title", "state", "opened_at", "updated_at", "resolved_at", "resolution")
_MEMBER_FACTS = ("job", "key", "revision", "role", "because", "at", "ended_at")


class IncidentQueries(Reading):
    """Questions about incidents."""

    def incident(self, id: int) -> Incident | None:
        """The incident as it stands, or None."""
        with self._reading() as connection:
            return incident_of(connection, id)

    def open_incidents(self, job: str | None = None) -> tuple[Incident, ...]:
        """Open incidents, oldest first; of one job: those that it began and those of which one of its partitions is a member."""
        query = select(incidents).where(incidents.c.state == "open").order_by(incidents.c.id)
        if job is not None:
            member = select(incident_members.c.incident_id).where(incident_members.c.job == job)
            query = query.where(or_(incidents.c.job == job, incidents.c.id.in_(member)))
        with self._reading() as connection:
            return _all(connection, query)

    def incidents(self, limit: int = 200) -> tuple[Incident, ...]:
        """Open and resolved, newest first."""
        with self._reading() as connection:
            return _all(connection, select(incidents).order_by(incidents.c.id.desc()).limit(limit))


class IncidentWrites(IncidentQueries, Writing):
    """Keeping incidents."""

    def save_incident(self, incident: Incident) -> Incident:
        """Insert (id 0) or replace the incident and put its news into the outbox; returns it as it is kept, with its id.

        Raises CallerError when there is no incident of that id.
        """
        id = self._insert_incident(incident) if incident.id == 0 else self._replace(incident)
        members = [{"incident_id": id, "place": place, **_member_facts(it)} for place, it in enumerate(incident.members)]
        if members:
            self._connection.execute(insert(incident_members), members)
        if incident.causes:
            self._connection.execute(
                insert(incident_causes), [{"incident_id": id, "cause": it} for it in sorted(incident.causes)]
            )
        self._connection.execute(insert(outbox), {"incident_id": id, "at": incident.updated_at})
        kept = incident_of(self._connection, id)
        assert kept is not None  # noqa: S101 - written above
        members_kept = [_member_facts(it) for it in kept.members]
        self._record("incident", id, incident.updated_at, **_facts(kept), causes=kept.causes, members=members_kept)
        return kept

    def _insert_incident(self, incident: Incident) -> int:
        return int(self._connection.execute(insert(incidents).values(**_facts(incident)).returning(incidents.c.id)).scalar_one())

    def _replace(self, incident: Incident) -> int:
        changed = self._connection.execute(update(incidents).where(incidents.c.id == incident.id).values(**_facts(incident)))
        if changed.rowcount != 1:
            raise CallerError(f"Saving incident {incident.id}: the ledger has none of that number. A new incident has the id 0.")
        for table in (incident_members, incident_causes):
            self._connection.execute(delete(table).where(table.c.incident_id == incident.id))
        return incident.id


def incident_of(connection: Connection, id: int) -> Incident | None:
    """The incident as it stands, or None."""
    found = _all(connection, select(incidents).where(incidents.c.id == id))
    return found[0] if found else None


def _all(connection: Connection, query: Select[Any]) -> tuple[Incident, ...]:
    rows = connection.execute(query).all()
    members, causes = _members(connection, rows), _causes(connection, rows)
    return tuple(
        Incident(
            id=row.id,
            causes=frozenset(causes[row.id]),
            members=tuple(members[row.id]),
            **{name: getattr(row, name) for name in _FACTS},
        )
        for row in rows
    )


def _members(connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, list[Member]]:
    found = defaultdict(list)
    query = select(incident_members).where(incident_members.c.incident_id.in_([row.id for row in rows]))
    for row in connection.execute(query.order_by(incident_members.c.incident_id, incident_members.c.place)):
        found[row.incident_id].append(Member(**{name: getattr(row, name) for name in _MEMBER_FACTS}))
    return found


def _causes(connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, list[str]]:
    found = defaultdict(list)
    for row in connection.execute(select(incident_causes).where(incident_causes.c.incident_id.in_([row.id for row in rows]))):
        found[row.incident_id].append(row.cause)
    return found


def _facts(incident: Incident) -> dict[str, Any]:
    return {name: getattr(incident, name) for name in _FACTS}


def _member_facts(member: Member) -> dict[str, Any]:
    return {name: getattr(member, name) for name in _MEMBER_FACTS}
