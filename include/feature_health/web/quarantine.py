"""Held revisions as lines: since when and why they wait, who asked for what, and the command that asks for a release. Pure."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.records import Judgement, PartitionRow, ReleaseRequest
from feature_health.verdicts.explain import explain_findings
from feature_health.web.wording import ago, count, instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A release request that nobody has decided yet."""

    id: int
    by: str
    because: str
    at: datetime
    at_text: str
    at_ago: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """One revision that waits. `command` asks for its release; None when revision `overtaken_by` was judged since.

    `failing` says how many rows fail a check and how to see which; None where they were not told.
    """

    job: str
    key: str
    revision: int
    since: datetime
    since_text: str
    since_ago: str
    why: str
    asked: Asked | None
    overtaken_by: int | None
    command: str | None
    failing: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """What waits, newest first. `unshown` counts the older ones beyond those listed."""

    lines: tuple[HeldLine, ...]
    unshown: int


def quarantine(
    held: Sequence[Judgement],
    *,
    asked: Iterable[ReleaseRequest],
    failing: Mapping[RevisionId, int],
    rows: Iterable[PartitionRow],
    now: datetime,
    lines_max: int,
) -> Quarantine:
    """The newest `lines_max` of what is `held`, which is oldest first; `rows` say which revision of a partition is the newest."""
    newest = {row.partition: row.revision for row in rows}
    for judgement in held:
        partition = judgement.revision.partition
        newest[partition] = max(judgement.revision.number, newest.get(partition, 0))
    requests = {request.revision: _asked(request, now) for request in asked}
    shown = list(reversed(held))[:lines_max]
    return Quarantine(lines=tuple(_line(one, newest, requests, failing, now) for one in shown), unshown=len(held) - len(shown))


def release_command(job: str, key: str) -> str:
    """What a person types to ask for the release of a partition's newest revision; safe to paste into a shell."""
    return f"feature-health release request {shlex.quote(job)} {shlex.quote(key)} --reason …"


def _line(
    judgement: Judgement,
    newest: Mapping[PartitionId, int],
    requests: Mapping[RevisionId, Asked],
    failing: Mapping[RevisionId, int],
    now: datetime,
) -> HeldLine:
    id, since = judgement.revision, judgement.held_since or judgement.decided_at
    overtaken_by = newest[id.partition] if newest[id.partition] > id.number else None
    return HeldLine(
        job=id.job,
        key=id.key,
        revision=id.number,
        since=since,
        since_text=instant(since),
        since_ago=ago(since, now),
        why=explain_findings(finding for finding in judgement.verdict.findings if finding.kind != "note"),
        asked=requests.get(id),
        overtaken_by=overtaken_by,
        command=None if overtaken_by else release_command(id.job, id.key),
        failing=None if overtaken_by or id not in failing else _failing(id, failing[id]),
    )


def _failing(id: RevisionId, rows: int) -> str:
    return f"{count(rows, 'row fails', 'rows fail')} a check: feature-health rows {shlex.quote(id.job)} {shlex.quote(id.key)}"


def _asked(request: ReleaseRequest, now: datetime) -> Asked:
    return Asked(
        id=request.id,
        by=request.asked_by,
        because=request.asked_because,
        at=request.asked_at,
        at_text=instant(request.asked_at),
        at_ago=ago(request.asked_at, now),
    )
