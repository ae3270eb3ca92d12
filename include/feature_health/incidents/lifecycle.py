"""How incidents open, grow and end: functions from the open ones and an event to those that changed. Pure; the caller saves.

An incident that comes back equal has no news. Must not know where incidents are kept or who is told.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from feature_health.contracts.contract import Contract
from feature_health.contracts.severity import Policy
from feature_health.incidents.grouping import concerning, lasting, member_of, of_job, same_fault, unclaimed
from feature_health.incidents.incident import Incident, Kind, Level, Member
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.verdicts.explain import explain_hold, sentences
from feature_health.verdicts.verdict import Verdict

TITLE_CHARS_MAX = 140
ERROR_CHARS_MAX = 300
LATE = "late"
NO_KEY = "(no key)"
"""Of what concerns no partition."""
_LEVELS: tuple[Level, ...] = ("S1", "S2", "S3")


def after_hold(
    open_incidents: Iterable[Incident], *, contract: Contract, revision: RevisionId, verdict: Verdict, at: datetime
) -> Incident:
    """The data incident that a held revision opens (id 0) or continues: that of a shared cause, or of the same partition."""
    mine = of_job(open_incidents, job=contract.job, kind="data")
    blocking = verdict.blocking(contract.policy) or verdict.findings
    causes = frozenset(finding.check for finding in blocking)
    member = Member(
        job=revision.job,
        key=revision.key,
        revision=revision.number,
        role="held",
        because=explain_hold(blocking, verdict),
        at=at,
    )
    level = _level(contract.policy)
    same = same_fault(mine, causes=causes, job=revision.job, key=revision.key)
    if same is None:
        title = _title(contract.job, *sentences(blocking)[:1])
        return _opened("data", contract.job, level=level, title=title, causes=causes, member=member)
    others = (one for one in mine if one is not same)
    return _extended(same, member, causes=unclaimed(causes, others=others), level=level)


def after_publish(
    open_incidents: Iterable[Incident], *, contract: Contract, revision: RevisionId, at: datetime, released_by: str | None = None
) -> tuple[Incident, ...]:
    """The incidents that a publication changes, resolved when nothing is left of them.

    It ends the trouble of its own partition. A good one also ends that of earlier partitions, for the fault is over; a released
    one does not, and an earlier key being backfilled does not end a later fault. `at` is when it became readable: what began
    later is not ended by it, nor is a newer revision that is held.
    """
    open_incidents = tuple(open_incidents)

    def ended(member: Member) -> bool:
        overtaken = released_by is None and member.role == "held" and member.key < revision.key
        return overtaken or (member.key == revision.key and (member.revision or 0) <= revision.number)

    data = of_job(open_incidents, job=contract.job, kind="data")
    eased = _eased(data, ended, at=at, why=lambda incident: _why_published(incident, revision, released_by))
    if released_by is not None:
        return eased
    return (*eased, *_recovered(open_incidents, job=contract.job, key=revision.key, at=at))


def after_judgement(open_incidents: Iterable[Incident], *, job: str, key: str, at: datetime) -> tuple[Incident, ...]:
    """The late and platform incidents that the job's having got this far with this key changes or resolves."""
    open_incidents = tuple(open_incidents)
    late = of_job(open_incidents, job=job, kind="late")
    arrived = _eased(late, lambda member: member.key == key, at=at, why=lambda _: f"{key} came and was judged")
    return (*arrived, *_recovered(open_incidents, job=job, key=key, at=at))


def after_late(
    open_incidents: Iterable[Incident],
    *,
    contract: Contract,
    key: str,
    deadline: datetime,
    at: datetime,
    waits_for: Sequence[PartitionId | RevisionId] = (),
) -> Incident | None:
    """The late incident that a missing partition opens or extends, one per job; for a join, that of the input it waits for.

    `waits_for` are the inputs that cannot be read: a revision that is held, or a partition. None when all that the join waits for
    is held although its incident has ended since: then there is no news.
    """
    open_incidents = tuple(open_incidents)
    for one in waits_for:
        blocked = concerning(open_incidents, job=one.job, key=one.key)
        if blocked is not None:
            waits = Member(
                job=contract.job, key=key, revision=None, role="waits", because=f"waits for {one.job} {one.key}", at=at
            )
            return _extended(blocked, waits, causes=frozenset(), level=blocked.level)
    if waits_for and all(isinstance(one, RevisionId) for one in waits_for):
        return None
    because = f"was due {deadline:%Y-%m-%d %H:%M %Z}" + _not_readable(waits_for)
    member = Member(job=contract.job, key=key, revision=None, role="late", because=because, at=at)
    mine = of_job(open_incidents, job=contract.job, kind="late")
    level, causes = _level(contract.policy), frozenset({LATE})
    grown = (
        _extended(mine[0], member, causes=causes, level=level)
        if mine
        else _opened("late", contract.job, level=level, title="", causes=causes, member=member)
    )
    return _retitled(grown)


def after_failure(open_incidents: Iterable[Incident], *, job: str, key: str, task: str, error: str, at: datetime) -> Incident:
    """The platform incident that our own failure opens or extends, one per job and task. `error` must not hold customer data."""
    told = " ".join(error.split())[:ERROR_CHARS_MAX] or "no reason given"
    member = Member(job=job, key=key, revision=None, role="failed", because=f"{task}: {told}", at=at)
    causes = frozenset({f"task:{task}"})
    same = next((one for one in of_job(open_incidents, job=job, kind="platform") if one.causes & causes), None)
    if same is None:
        return _opened("platform", job, level="S2", title=_title(job, f"task {task} failed"), causes=causes, member=member)
    return _extended(same, member, causes=causes, level="S2")


def after_self_test(
    open_incidents: Iterable[Incident], *, job: str, wrong: Mapping[str, str], at: datetime, what: str = "canary"
) -> Incident:
    """The incident that the gate is open, opened or extended by canaries that came to what they must not, which `wrong` names.

    `what` is what was sent to try the gate: a canary, or a fault of a drill.
    """
    told = "; ".join(wrong.values())[:ERROR_CHARS_MAX]
    member = Member(job=job, key=NO_KEY, revision=None, role="failed", because=told, at=at)
    causes = frozenset(f"{what}:{name}" for name in wrong)
    same = next(iter(of_job(open_incidents, job=job, kind="platform")), None)
    if same is None:
        title = _title(job, f"the gate does not hold: {told}")
        return _opened("platform", job, level="S1", title=title, causes=causes, member=member)
    return _extended(same, member, causes=causes, level="S1")


def _opened(kind: Kind, job: str, *, level: Level, title: str, causes: frozenset[str], member: Member) -> Incident:
    return Incident(
        id=0,
        kind=kind,
        job=job,
        level=level,
        title=title,
        causes=causes,
        members=(member,),
        state="open",
        opened_at=member.at,
        updated_at=member.at,
    )


def _extended(incident: Incident, member: Member, *, causes: frozenset[str], level: Level) -> Incident:
    """The incident with the member added or renewed; the very same incident when that says nothing new."""
    known = member_of(incident, job=member.job, key=member.key)
    graver = min(incident.level, level)
    united = incident.causes | causes
    renewed = member if known is None or replace(member, at=known.at) != known else known
    if renewed is known and (united, graver) == (incident.causes, incident.level):
        return incident
    members = (
        (*incident.members, renewed) if known is None else tuple(renewed if one is known else one for one in incident.members)
    )
    return replace(incident, members=members, causes=united, level=graver, updated_at=max(incident.updated_at, member.at))


def _recovered(incidents: Iterable[Incident], *, job: str, key: str, at: datetime) -> tuple[Incident, ...]:
    """Success with a later key counts as well: the platform works again; what is missing still is the late incident's matter."""
    platform = of_job(incidents, job=job, kind="platform")
    return _eased(platform, lambda member: member.key <= key, at=at, why=lambda _: f"the job succeeded since, for {key}")


def _eased(
    incidents: Iterable[Incident], ended: Callable[[Member], bool], *, at: datetime, why: Callable[[Incident], str]
) -> tuple[Incident, ...]:
    """Those incidents of which some member's trouble ended, resolved when no trouble is left but waiting."""
    changed = []
    for incident in incidents:
        members = tuple(
            replace(member, ended_at=at) if member.ended_at is None and member.at <= at and ended(member) else member
            for member in incident.members
        )
        if members == incident.members:
            continue
        eased = _retitled(replace(incident, members=members, updated_at=max(incident.updated_at, at)))
        changed.append(eased if lasting(eased, "held", "late", "failed") else _resolved(eased, at=at, why=why(eased)))
    return tuple(changed)


def _resolved(incident: Incident, *, at: datetime, why: str) -> Incident:
    return replace(incident, state="resolved", resolved_at=at, resolution=why)


def _why_published(incident: Incident, revision: RevisionId, released_by: str | None) -> str:
    what = f"{revision.key} (revision {revision.number})"
    if released_by is not None:
        return f"{what} was released by {released_by}"
    own = member_of(incident, job=revision.job, key=revision.key)
    corrected = own is not None and own.role == "held"
    return f"{what} {'was corrected' if corrected else 'came good'} and is published"


def _retitled(incident: Incident) -> Incident:
    """A late incident's title counts what is missing now, or, when all has come, what was."""
    if incident.kind != "late":
        return incident
    missing = [member.key for member in lasting(incident, "late")]
    if not missing:
        return incident
    told = f"{missing[0]} never came" if len(missing) == 1 else f"{len(missing)} partitions never came, first {missing[0]}"
    return replace(incident, title=_title(incident.job, told))


def _not_readable(waits_for: Sequence[PartitionId | RevisionId]) -> str:
    return "".join(f"; {one.job} {one.key} is not readable" for one in waits_for)


def _level(policy: Policy) -> Level:
    return _LEVELS[min(max(policy.tier, 1), len(_LEVELS)) - 1]


def _title(job: str, *reasons: str) -> str:
    text = f"{job}: {reasons[0] if reasons else 'held'}"
    return text if len(text) <= TITLE_CHARS_MAX else f"{text[: TITLE_CHARS_MAX - 1]}…"
