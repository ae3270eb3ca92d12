"""`feature-health rows`: which rows of a partition fail which checks, and where they lie."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from feature_health.cli.options import DEFAULT_HOME, Home, Json, print_json, settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from feature_health.ports import Platform
    from feature_health.records import FailingRows

NONE_TOLD = 2


def rows(
    job: Annotated[str, typer.Argument(help="The job.")],
    key: Annotated[str, typer.Argument(help="The partition's key.")],
    keys: Annotated[
        int, typer.Option(min=0, max=100_000, help="Show the row keys of the first so many, with masked values.")
    ] = 0,
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> int:
    """Say how many rows of the newest judged revision fail which checks, and which file lists them all. Exit 2 when none does.

    [bold]Example[/bold]

      feature-health rows bureau_pull 2026-06-30 --keys 20
    """
    from feature_health import wiring
    from feature_health.profiles.partition import PartitionId

    platform = wiring.platform(settings_of(home), read_only=True)
    judgement = platform.ledger.latest_judged(PartitionId(job=job, key=key))
    told = platform.ledger.failing_rows(judgement.revision) if judgement else None
    if told is None:
        found = f"no failing rows of {judgement.revision} were written" if judgement else f"{job} {key} was never judged"
        print_json(None) if json else typer.echo(f"Nothing to show: {found}.")
        return NONE_TOLD
    shown = _shown(platform, told, keys)
    if json:
        print_json({**asdict(told), "revision": str(told.revision), "keys": shown})
    else:
        _print(told, str(platform.store.local(told.path)), shown)
    return 0


def _shown(platform: "Platform", told: "FailingRows", limit: int) -> "Sequence[Mapping[str, Any]]":
    return platform.engine.told_rows(platform.store.local(told.path), limit) if limit else []


def _print(told: "FailingRows", path: str, shown: "Sequence[Mapping[str, Any]]") -> None:
    typer.secho(f"{told.revision}  {told.rows:,} rows fail", bold=True)
    for check, count in sorted(told.counts.items(), key=lambda it: (-it[1], it[0])):
        typer.echo(f"  {count:>12,}  {check}")
    for check, because in told.untold.items():
        typer.secho(f"  {'not told':>12}  {check}: {because}", fg="yellow")
    typer.echo(f"Each with its key, its reasons and masked values: {path}\nsha256 {told.sha256}")
    for row in shown:
        masks = [f"{column} {mask}" for column, mask in (row.get("masked") or {}).items() if mask is not None]
        named = ", ".join(f"{column} {value}" for column, value in (row.get("key") or {}).items())
        typer.echo("  ".join((f"  row {row['row']}", named, *masks, "fails " + ", ".join(row["failed"]))))
