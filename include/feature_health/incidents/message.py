"""What people are told of an incident: at most twelve lines, as a value. Must not know through which channel.

What decisioning reads meanwhile and what still waits in quarantine are handed in as text, for they are in the ledger.
"""

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from feature_health.incidents.grouping import lasting
from feature_health.incidents.incident import Incident, Member
from feature_health.verdicts.explain import listed

LINES_MAX = 12
KEYS_MAX = 6
REASON_CHARS_MAX = 500
PAGE_PATH = "/plugin/feature-health"
RELEASE_DAG = "release_quarantine"
"""Airflow 3.3 keeps the trigger form in a dialogue without an address, so the link leads to the DAG that has the button."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A title, labelled lines of text (commands in `backticks`), short labelled facts, and labelled addresses."""

    title: str
    lines: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]


def compose(incident: Incident, *, base_url: str, runbook: str | None = None, meanwhile: str = "", waiting: str = "") -> Message:
    """The message for the incident as it stands.

    `base_url` is Airflow's, without a slash at its end; `meanwhile` says what decisioning reads, `waiting` what is in quarantine.
    """
    lines = _resolved_lines(incident, waiting) if incident.state == "resolved" else _open_lines(incident, runbook, meanwhile)
    count = sum(member.role != "waits" for member in incident.members)
    return Message(
        title=f"[{incident.level}] {_state(incident)} · {incident.title}",
        lines=tuple((label, text) for label, text in lines if text),
        fields=(
            ("Incident", str(incident.id)),
            ("Job", incident.job),
            ("Since", _instant(incident.opened_at)),
            ("Partitions", str(count)),
        ),
        links=_links(incident, base_url, runbook),
    )


def as_text(message: Message) -> str:
    """The message as plain text of at most twelve lines, for a log or a terminal."""
    facts = " · ".join(f"{label}: {text}" for label, text in message.fields)
    links = (f"{label}: {url}" for label, url in message.links)
    return "\n".join([message.title, *(f"{label}: {text}" for label, text in message.lines), facts, *links])


def _state(incident: Incident) -> str:
    if incident.state == "resolved":
        return "RESOLVED"
    return {"data": "HELD", "late": "LATE", "platform": "PLATFORM FAILURE — the data was not judged"}[incident.kind]


def _open_lines(incident: Incident, runbook: str | None, meanwhile: str) -> list[tuple[str, str]]:
    lines = {"data": _held_lines, "late": _late_lines, "platform": _failed_lines}[incident.kind](incident)
    waits = listed([f"{one.job} {one.key}" for one in lasting(incident, "waits")], KEYS_MAX)
    known = [] if runbook is None or _is_url(runbook) else [("Runbook", runbook)]
    return [*lines[:-1], ("Meanwhile", meanwhile), ("Waits for it", waits), *known, lines[-1]]


def _held_lines(incident: Incident) -> list[tuple[str, str]]:
    held = lasting(incident, "held")
    newest = held[-1]
    request = f"feature-health release request {shlex.quote(newest.job)} {shlex.quote(newest.key)} --reason …"
    return [
        ("Held", listed([f"{one.key} (revision {one.revision})" for one in held], KEYS_MAX)),
        (f"Why {newest.key}", _clipped(newest.because)),
        ("Next", f"have a corrected delivery sent, or ask for a release: `{request}`"),
    ]


def _late_lines(incident: Incident) -> list[tuple[str, str]]:
    late = lasting(incident, "late")
    newest = late[-1]
    return [
        ("Never came", listed([f"{one.key} {_clipped(one.because)}" for one in late], KEYS_MAX)),
        ("Next", f"find out where the delivery is; when it is there, start the run of {newest.job} for {newest.key}"),
    ]


def _failed_lines(incident: Incident) -> list[tuple[str, str]]:
    failed = lasting(incident, "failed")
    newest = max(failed, key=lambda member: member.at)
    return [
        ("Failed", listed([one.key for one in failed], KEYS_MAX)),
        (f"Error {newest.key}", _clipped(newest.because)),
        ("Safe", "what was not judged is not readable; this says nothing about the data"),
        ("Next", "read the task's log, remove the cause, clear the task: the run goes on where it stopped"),
    ]


def _resolved_lines(incident: Incident, waiting: str) -> list[tuple[str, str]]:
    partitions: tuple[Member, ...] = tuple(member for member in incident.members if member.role != "waits")
    ended = _instant(incident.resolved_at) if incident.resolved_at else ""
    return [
        ("Resolved", f"{ended}: {_clipped(incident.resolution or 'no reason given')}"),
        ("Was about", listed(sorted({one.key for one in partitions}), KEYS_MAX)),
        ("Still in quarantine", waiting),
    ]


def _links(incident: Incident, base_url: str, runbook: str | None) -> tuple[tuple[str, str], ...]:
    may_release = incident.kind == "data" and incident.state == "open"
    return (
        ("Feature Health", f"{base_url}{PAGE_PATH}"),
        ("Job in Airflow", f"{base_url}/dags/{quote(incident.job, safe='')}"),
        *((("Release form", f"{base_url}/dags/{RELEASE_DAG}"),) if may_release else ()),
        *((("Runbook", runbook),) if runbook is not None and _is_url(runbook) else ()),
    )


def _is_url(runbook: str) -> bool:
    return runbook.startswith(("https://", "http://"))


def _clipped(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= REASON_CHARS_MAX else f"{flat[: REASON_CHARS_MAX - 1]}…"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
