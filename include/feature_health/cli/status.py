"""`feature-health status`, `partitions`, `incidents` and `published`: what is so now, read from the ledger."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from feature_health.cli.options import DEFAULT_HOME, Home, Json, console, moment, print_json, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from feature_health.ports import Ledger

NOT_READABLE = 2
NAMES_SHOWN = 6
_FOLDED = {"what", "why"}
"""Columns of sentences; names and numbers are never cut."""


def status(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Show in one screen whether people need to act: held partitions, open incidents, undelivered news, the watcher's heartbeat.

    [bold]Example[/bold]

      feature-health status --home build/demo
    """
    from feature_health.drills import heartbeat as self_test
    from feature_health.steps import watch

    ledger = _ledger(home)
    beat, tested = ledger.heartbeat(watch.HEARTBEAT), ledger.heartbeat(self_test.HEARTBEAT)
    unseen = _missing(beat, watch.HEARTBEAT_AGE_MAX)
    untested = _missing(tested, self_test.HEARTBEAT_AGE_MAX)
    held, opened, undelivered = ledger.held(), ledger.open_incidents(), ledger.undelivered()
    readable = ledger.publications()
    diverted = {str(one.revision): one.diverted for one in readable if one.diverted}
    record = {
        "held": [str(one.revision) for one in held],
        "open_incidents": [one.id for one in opened],
        "readable_partitions": len(readable),
        "diverted": diverted,
        "undelivered": undelivered,
        "watch_arrivals": beat.isoformat() if beat else None,
        "watch_arrivals_missing": unseen,
        "gate_self_test": tested.isoformat() if tested else None,
        "gate_self_test_missing": untested,
    }
    if json:
        print_json(record)
        return
    typer.secho(f"Feature Health in {home}", bold=True)
    _line("held", _counted([str(one.revision) for one in held], "no partition"), bad=bool(held))
    _line("incidents", _counted([f"{one.id} ({one.level}, {one.title})" for one in opened], "none open"), bad=bool(opened))
    _line("readable", f"{record['readable_partitions']:,} partitions")
    if diverted:
        _line("diverted", _counted([f"{name} ({rows:,} rows)" for name, rows in diverted.items()], ""))
    _line("news", f"{undelivered:,} not told yet; they are sent again" if undelivered else "all told", bad=bool(undelivered))
    _line("watcher", _heartbeat(beat, missing=unseen, so="nobody notices partitions that never come"), bad=unseen)
    _line("self-test", _heartbeat(tested, missing=untested, so="nobody knows whether the gate holds"), bad=untested)
    _line("next", _next(bool(held), bool(opened), unseen=unseen, untested=untested))


def partitions(
    home: Home = DEFAULT_HOME,
    job: Annotated[str | None, typer.Option(help="Only this job.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most this many, newest keys first.")] = 100,
    json: Json = False,
) -> None:
    """List partitions with their ruling, and the revision that decisioning reads.

    [bold]Example[/bold]

      feature-health partitions --job bureau_pull --limit 30
    """
    rows = _ledger(home).partitions(job, limit)
    if json:
        print_json([asdict(row) for row in rows])
        return
    _table(
        "Partitions",
        ("job", "key", "rev", "ruling", "readable", "rows", "why"),
        [
            (
                row.partition.job,
                row.partition.key,
                str(row.revision),
                "held" if row.held else str(row.ruling).replace("publish_with_warnings", "with warnings"),
                str(row.readable_revision or "-"),
                f"{row.rows:,}",
                "; ".join((*([f"{row.diverted:,} rows diverted"] if row.diverted else []), *row.because[:2])),
            )
            for row in rows
        ],
    )


def incidents(
    home: Home = DEFAULT_HOME,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most this many, newest first.")] = 50,
    json: Json = False,
) -> None:
    """List incidents: what is or was wrong, since when, and which partitions belong to it.

    [bold]Example[/bold]

      feature-health incidents --json
    """
    found = _ledger(home).incidents(limit)
    if json:
        print_json([{**asdict(one), "causes": sorted(one.causes)} for one in found])
        return
    _table(
        "Incidents",
        ("id", "level", "state", "what", "since (UTC)", "partitions"),
        [
            (
                str(one.id),
                one.level,
                one.state,
                one.title,
                f"{one.opened_at.astimezone(UTC):%Y-%m-%d %H:%M}",
                "\n".join(f"{member.job} {member.key} {member.role}" for member in one.members),
            )
            for one in found
        ],
    )


def published(
    job: Annotated[str, typer.Argument(help="The job.")],
    key: Annotated[str, typer.Argument(help="The partition's key.")],
    at: Annotated[str | None, typer.Option(help="As it was at this ISO time; default: now.")] = None,
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> int:
    """Say what decisioning reads (or read, at a time) of a partition. Exit 2 when nothing is readable.

    [bold]Example[/bold]

      feature-health published bureau_pull 2026-06-22 --at 2026-06-23T06:00:00-04:00
    """
    from feature_health.profiles.partition import PartitionId

    found = _ledger(home).published(PartitionId(job=job, key=key), None if at is None else moment(at, "--at"))
    if json:
        print_json(asdict(found) if found else None)
    elif found:
        diverted = f"  without {found.diverted:,} diverted rows" if found.diverted else ""
        since = f"since {found.valid_from.isoformat()}"
        typer.echo(f"{found.revision}  {found.path}  sha256 {found.sha256}  {since}{diverted}")
    else:
        typer.echo(f"Nothing of {job} {key} is readable{f' at {at}' if at else ''}.")
    return 0 if found else NOT_READABLE


def _ledger(home: "Path") -> "Ledger":
    from feature_health import wiring

    return wiring.ledger(settings_of(home), read_only=True)


def _missing(beat: datetime | None, age_max: timedelta) -> bool:
    return beat is None or datetime.now(beat.tzinfo) - beat > age_max


def _heartbeat(beat: datetime | None, *, missing: bool, so: str) -> str:
    if beat is None:
        return f"NEVER seen: {so}"
    ago = datetime.now(beat.tzinfo) - beat
    seen = f"last seen {_length(ago)} ago ({beat:%Y-%m-%d %H:%M %Z})"
    return f"MISSING, {seen}: {so}" if missing else seen


def _length(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{max(minutes, 0)} min"
    return f"{minutes // 60} h" if minutes < 72 * 60 else f"{minutes // (24 * 60)} days"


def _next(held: bool, opened: bool, *, unseen: bool, untested: bool) -> str:
    steps = [
        *(["feature-health incidents, and their runbooks"] if opened else []),
        *(["feature-health release list"] if held else []),
        *(["unpause the DAG watch_arrivals in Airflow"] if unseen else []),
        *(["unpause the DAG gate_self_test in Airflow"] if untested else []),
    ]
    return "; ".join(steps) or "nothing to do"


def _counted(names: list[str], none: str) -> str:
    more = [f"and {len(names) - NAMES_SHOWN} more"] if len(names) > NAMES_SHOWN else []
    return f"{len(names)}: {', '.join([*names[:NAMES_SHOWN], *more])}" if names else none


def _line(name: str, text: str, *, bad: bool = False) -> None:
    typer.echo(f"  {name:<10} " + (typer.style(text, fg="red") if bad else text))


def _table(title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column not in _FOLDED)
    for row in rows:
        table.add_row(*map(escape, row))
    console().print(table if rows else f"{title}: none yet.")
