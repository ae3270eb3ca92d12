"""Which open incident a new fault belongs to. Pure; must not know how incidents grow or end."""

from collections.abc import Collection, Iterable

from feature_health.incidents.incident import Incident, Kind, Member, Role


def of_job(incidents: Iterable[Incident], *, job: str, kind: Kind) -> tuple[Incident, ...]:
    """The job's open incidents of that kind, oldest first."""
    mine = (one for one in incidents if one.state == "open" and one.job == job and one.kind == kind)
    return tuple(sorted(mine, key=lambda one: (one.opened_at, one.id)))


def same_fault(incidents: Iterable[Incident], *, causes: Collection[str], job: str, key: str) -> Incident | None:
    """The incident that a fault of this partition continues: the one that it is in already, else the oldest of a shared cause."""
    incidents = tuple(incidents)
    own = (one for one in incidents if member_of(one, job=job, key=key) is not None)
    alike = (one for one in incidents if one.causes & set(causes))
    return next(own, None) or next(alike, None)


def unclaimed(causes: Iterable[str], *, others: Iterable[Incident]) -> frozenset[str]:
    """The causes that no other incident has, so that one cause never has two incidents."""
    return frozenset(causes) - frozenset(cause for one in others for cause in one.causes)


def member_of(incident: Incident, *, job: str, key: str) -> Member | None:
    """The incident's member for that partition, or None."""
    return next((member for member in incident.members if (member.job, member.key) == (job, key)), None)


def concerning(incidents: Iterable[Incident], *, job: str, key: str) -> Incident | None:
    """The oldest open incident that still keeps that partition from being readable, or None."""
    for one in sorted(incidents, key=lambda it: (it.opened_at, it.id)):
        member = member_of(one, job=job, key=key)
        if one.state == "open" and member is not None and member.ended_at is None:
            return one
    return None


def lasting(incident: Incident, *roles: Role) -> tuple[Member, ...]:
    """The members of these roles whose own trouble has not ended, by job and key."""
    mine = (member for member in incident.members if member.role in roles and member.ended_at is None)
    return tuple(sorted(mine, key=lambda member: (member.job, member.key)))
