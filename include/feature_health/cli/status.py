"""`feature-health status`, `partitions`, `incidents` and `published`: what is so now, read from the ledger."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from feature_health.cli.options import DEFAULT_HOME, Home, Json, print_json, settings_of
from feature_health.errors import CallerError

if TYPE_CHECKING:
    from pathlib import Path

    from feature_health.ports import Ledger

NOT_READABLE = 2


def status(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Show in one screen whether people need to act: held partitions, open incidents, undelivered news, the watcher's heartbeat.

    [bold]Example[/bold]

      feature-health status --home build/demo
    """
    from feature_health.steps.watch import HEARTBEAT

    ledger = _ledger(home)
    beat = ledger.heartbeat(HEARTBEAT)
    record = {
        "held": [str(one.revision) for one in ledger.held()],
        "open_incidents": [one.id for one in ledger.open_incidents()],
        "readable_partitions": len(ledger.publications()),
        "undelivered": ledger.undelivered(),
        "watch_arrivals": beat.isoformat() if beat else None,
        "watch_arrivals_missing": _missing(beat),
    }
    if json:
        print_json(record)
        return
    _table("Feature Health", ("", ""), [(name.replace("_", " "), _words(value)) for name, value in record.items()])
    if record["watch_arrivals_missing"]:
        typer.secho("Nobody watches for partitions that never come: unpause the DAG watch_arrivals.", fg="red")


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
        ("job", "key", "revision", "ruling", "readable", "rows", "why"),
        [
            (
                row.partition.job,
                row.partition.key,
                str(row.revision),
                f"{row.ruling}{' (held)' if row.held else ''}",
                str(row.readable_revision or "-"),
                f"{row.rows:,}",
                "; ".join(row.because[:2]),
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
        ("id", "level", "state", "what", "since", "partitions"),
        [
            (
                str(one.id),
                one.level,
                one.state,
                one.title,
                f"{one.opened_at:%Y-%m-%d %H:%M}",
                ", ".join(f"{member.job} {member.key} {member.role}" for member in one.members),
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

    found = _ledger(home).published(PartitionId(job=job, key=key), _moment(at))
    if json:
        print_json(asdict(found) if found else None)
    elif found:
        typer.echo(f"{found.revision}  {found.path}  sha256 {found.sha256}  since {found.valid_from.isoformat()}")
    else:
        typer.echo(f"Nothing of {job} {key} is readable{f' at {at}' if at else ''}.")
    return 0 if found else NOT_READABLE


def _ledger(home: "Path") -> "Ledger":
    from feature_health import wiring

    return wiring.ledger(settings_of(home), read_only=True)


def _missing(beat: datetime | None) -> bool:
    from feature_health.steps.watch import HEARTBEAT_AGE_MAX

    return beat is None or datetime.now(beat.tzinfo) - beat > HEARTBEAT_AGE_MAX


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CallerError(f"--at {text!r} is no ISO time; write it like 2026-06-23T06:00:00-04:00.") from error
    return moment if moment.tzinfo else moment.astimezone()


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def _table(title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*columns, title=title, title_justify="left", show_header=any(columns))
    for row in rows:
        table.add_row(*map(escape, row))
    Console(highlight=False).print(table if rows else f"{title}: none yet.")
