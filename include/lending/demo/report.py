"""What came of it: a report for machines, tables for people, and whether exactly the planted partitions were held."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from lending.demo.scenario import JOBS, Scenario

if TYPE_CHECKING:
    from rich.console import Console

    from feature_health.incidents.incident import Incident
    from feature_health.ports import Platform

SIGNS = {"publish": "[green]●[/]", "publish_with_warnings": "[yellow]▲[/]", "quarantine": "[red]■[/]"}


class Sent(TypedDict):
    """One message as people see it at one time."""

    incident: int
    state: str
    text: str


def forms_told(incident: "Incident") -> tuple["Incident", ...]:
    """The forms of an incident that people are told: as it opened and, once it ended, as resolved."""
    members = tuple(replace(member, ended_at=None) for member in incident.members)
    opened = replace(incident, state="open", resolved_at=None, resolution=None, members=members)
    return (opened,) if incident.state == "open" else (opened, incident)


def build(platform: "Platform", scenario: Scenario, messages: list[Sent]) -> dict[str, Any]:
    """The report as plain data, read from the ledger."""
    ledger = platform.ledger
    partitions = []
    for row in ledger.partitions():
        judgement = ledger.latest_judged(row.partition)
        findings = [asdict(finding) for finding in judgement.verdict.findings] if judgement else []
        partitions.append({"job": row.partition.job, "key": row.partition.key, "ruling": str(row.ruling), "findings": findings})
    return {
        "partitions": sorted(partitions, key=lambda it: (it["key"], JOBS.index(it["job"]))),
        "planted": [{"job": one.job, "key": one.key, "why": one.why} for one in scenario.planted],
        "incidents": [{**asdict(one), "causes": sorted(one.causes)} for one in reversed(ledger.incidents())],
        "messages": messages,
        "readable": [
            {"job": one.revision.job, "key": one.revision.key, "revision": one.revision.number} for one in ledger.publications()
        ],
    }


def faults(report: Mapping[str, Any], scenario: Scenario) -> list[str]:
    """Everything in the report that is not as it should be; empty when the demo proved its point."""
    ruling = {(it["job"], it["key"]): it["ruling"] for it in report["partitions"]}
    planted = {(it["job"], it["key"]) for it in report["planted"]}
    held = {run for run, it in ruling.items() if it == "quarantine"}
    readable = {(it["job"], it["key"]) for it in report["readable"]}
    lost_keys = {key for _, key in planted}
    expected = {
        (job, key)
        for key in scenario.keys
        for job in JOBS
        if (job, key) not in planted and (job != JOBS[-1] or key not in lost_keys)
    }
    return [
        *(f"{job} {key} was planted, but not held" for job, key in sorted(planted - held)),
        *(f"{job} {key} was held, but nothing was planted there" for job, key in sorted(held - planted)),
        *(f"{job} {key} is not readable" for job, key in sorted(expected - readable)),
        *(f"{job} {key} is readable and must not be" for job, key in sorted(readable - expected)),
    ]


def write(report: Mapping[str, Any], file: Path) -> None:
    """Write the report as JSON, whole or not at all."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps(report, indent=2, default=str) + "\n")
    new.replace(file)


def show(report: Mapping[str, Any], scenario: Scenario, console: "Console") -> None:
    """Print the rulings, the incidents, the messages and what decisioning can read."""
    from rich.markup import escape
    from rich.table import Table

    ruling = {(it["job"], it["key"]): it["ruling"] for it in report["partitions"]}
    grid = Table("partition", *JOBS, title="Rulings", title_justify="left")
    for key in scenario.keys:
        grid.add_row(key, *(_cell(ruling.get((job, key))) for job in JOBS))
    console.print(grid)
    console.print("[green]●[/] published  [yellow]▲[/] published with warnings  [red]■[/] held  · no run: an input is held\n")
    incidents = Table("incident", "level", "state", "what", "partitions", title="Incidents", title_justify="left")
    for it in report["incidents"]:
        members = ", ".join(f"{member['job']} {member['key']} ({member['role']})" for member in it["members"])
        incidents.add_row(str(it["id"]), it["level"], it["state"], escape(it["title"]), escape(members))
    console.print(incidents)
    for message in report["messages"]:
        verb = "posted" if message["state"] == "open" else "updated in place"
        console.rule(f"Slack, incident {message['incident']}: {verb}", align="left", style="dim")
        console.print(message["text"], markup=False, soft_wrap=True)
    console.rule("What decisioning can read", align="left", style="dim")
    for job in JOBS:
        keys = [it["key"] for it in report["readable"] if it["job"] == job]
        console.print(f"{job:<20} {len(keys):>3} partitions, newest {max(keys, default='none')}")


def _cell(ruling: str | None) -> str:
    return f"{SIGNS[ruling]} {ruling.replace('_', ' ')}" if ruling else "[dim]·[/]"
