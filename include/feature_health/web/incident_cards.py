"""Open incidents as cards: what is wrong, since when, with which partitions, and what a person can do next. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from feature_health.incidents.incident import Incident, Kind, Level, Member, Role
from feature_health.incidents.message import RELEASE_DAG
from feature_health.profiles.partition import RevisionId
from feature_health.web.quarantine import release_command
from feature_health.web.wording import ago, count, instant

MEMBERS_MAX = 12
_KINDS: Mapping[Kind, str] = {"data": "bad data", "late": "late", "platform": "platform failure"}
_ROLES: Mapping[Role, str] = {"held": "held", "late": "late", "waits": "waits", "failed": "failed"}
_HARSHEST_FIRST = ("held", "late", "failed", "waits")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do next. `command` is for a terminal, `airflow_path` is below Airflow's own address."""

    text: str
    command: str | None = None
    airflow_path: str | None = None
    airflow_label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """One partition of an incident. `over` is true when its own trouble ended while the incident goes on."""

    job: str
    key: str
    revision: int | None
    role: str
    over: bool
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One open incident. `unshown` counts the members beyond those listed."""

    id: int
    level: Level
    kind: Kind
    kind_label: str
    job: str
    title: str
    since: datetime
    since_text: str
    since_ago: str
    causes: tuple[str, ...]
    members_text: str
    members: tuple[MemberLine, ...]
    unshown: int
    actions: tuple[Action, ...]


def cards(
    incidents: Iterable[Incident], *, held: Collection[RevisionId], now: datetime, joins: Collection[str] = ()
) -> tuple[Card, ...]:
    """The gravest first, the oldest first among equals. `joins` are the jobs that are made of others and have no delivery."""
    ordered = sorted(incidents, key=lambda it: (it.level, it.opened_at, it.id))
    return tuple(_card(incident, held, now, joins) for incident in ordered)


def _card(incident: Incident, held: Collection[RevisionId], now: datetime, joins: Collection[str]) -> Card:
    members = sorted(incident.members, key=lambda it: (_over(it, held), _HARSHEST_FIRST.index(it.role), it.job, it.key))
    return Card(
        id=incident.id,
        level=incident.level,
        kind=incident.kind,
        kind_label=_KINDS[incident.kind],
        job=incident.job,
        title=incident.title,
        since=incident.opened_at,
        since_text=instant(incident.opened_at),
        since_ago=ago(incident.opened_at, now),
        causes=tuple(sorted(incident.causes)),
        members_text=_in_numbers(members),
        members=tuple(_line(member, held) for member in members[:MEMBERS_MAX]),
        unshown=max(0, len(members) - MEMBERS_MAX),
        actions=(
            _remedy(incident, is_join=incident.job in joins),
            *_release([member for member in members if _waits_in_quarantine(member, held)]),
        ),
    )


def _line(member: Member, held: Collection[RevisionId]) -> MemberLine:
    return MemberLine(
        job=member.job,
        key=member.key,
        revision=member.revision,
        role=_ROLES[member.role],
        over=_over(member, held),
        because=member.because,
    )


def _over(member: Member, held: Collection[RevisionId]) -> bool:
    return member.ended_at is not None or (member.role == "held" and not _waits_in_quarantine(member, held))


def _waits_in_quarantine(member: Member, held: Collection[RevisionId]) -> bool:
    return member.revision is not None and RevisionId(job=member.job, key=member.key, number=member.revision) in held


def _in_numbers(members: Collection[Member]) -> str:
    roles = (sum(member.role == role for member in members) for role in _HARSHEST_FIRST)
    return ", ".join(f"{number} {role}" for role, number in zip(_HARSHEST_FIRST, roles, strict=True) if number)


def _remedy(incident: Incident, *, is_join: bool) -> Action:
    if incident.kind == "platform":
        return _at_job(
            incident.job,
            "Our own failure: the data was not judged. Read the log of the failed task, remove the cause, clear the task.",
        )
    if incident.kind == "late":
        return _at_job(incident.job, "Find out where the delivery is; when it is there, start the run of the job for its key.")
    sent = "Have its inputs corrected" if is_join else "Have a corrected delivery sent"
    return _at_job(incident.job, f"{sent} and start the run of the job for its key.")


def _release(waiting: list[Member]) -> Iterable[Action]:
    if waiting:
        newest = max(waiting, key=lambda it: it.key)
        yield Action(
            text=f"Or ask for a release ({count(len(waiting), 'partition')} held), with a reason that an auditor can follow, in",
            command=release_command(newest.job, newest.key),
            airflow_path=f"dags/{RELEASE_DAG}",
            airflow_label=RELEASE_DAG,
        )


def _at_job(job: str, text: str) -> Action:
    return Action(text=text, airflow_path=f"dags/{quote(job, safe='')}", airflow_label=f"open {job}")
