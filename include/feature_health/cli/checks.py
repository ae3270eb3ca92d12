"""`feature-health checks`: what each check of the contracts is worth, by the newest matrix of drills."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feature_health.cli.options import DEFAULT_HOME, Home, Json, console, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feature_health.drills.checks_report import CheckWorth

NAMES_SHOWN = 12


def checks(
    from_: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="A matrix's JSON. Default: drills/matrix.json in the home.")
    ] = None,
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Say what each check caught, alone and with others, its false alarms, precision, recall and cost; name what is of no use.

    Read from the matrix that [bold]feature-health drill matrix[/bold] has left. Recall is over the faults that the check says it
    is for; own measures are those that nobody would take without it.

    [bold]Example[/bold]

      feature-health checks --from matrix.json
    """
    from feature_health.drills.checks_report import checks_report
    from feature_health.drills.matrix_file import NAME, read

    kept = read(from_ or home / NAME)
    found = checks_report(kept.cells, kept.clean, kept.checks)
    if json:
        print_json([{**asdict(one), "dead": one.dead, "redundant": one.redundant} for one in found])
        return
    _show(found)
    _list("Never the only one to stop a fault", [one for one in found if one.redundant])
    _list("Dead: never objected to anything", [one for one in found if one.dead and one.failures])
    silent = sum(one.dead and not one.failures for one in found)
    typer.echo(f"Beside them {silent} checks that are for no named failure never objected.")


def _show(found: "Sequence[CheckWorth]") -> None:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("job", "check"):
        table.add_column(name, overflow="fold")
    for name in ("alone", "with others", "warned", "false", "precision", "recall", "measures", "own"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("for", overflow="fold")
    for one in sorted((one for one in found if not one.dead), key=lambda one: (-one.caught_alone, -one.caught_with_others)):
        counts = (one.caught_alone, one.caught_with_others, one.warned, one.false_alarms)
        recall = f"{_share(one.recall)} of {one.for_cells}" if one.for_cells else "-"
        rates = (_share(one.precision), recall, str(one.measures), str(one.own_measures))
        told = f"{escape(one.check)}\n[dim]{escape(one.says)}[/]" if one.says else escape(one.check)
        table.add_row(one.job, told, *map(str, counts), *rates, ", ".join(one.failures))
    console().print(table)


def _list(title: str, found: "Sequence[CheckWorth]") -> None:
    names = [f"{one.job} {one.check}" for one in found]
    more = f", and {len(names) - NAMES_SHOWN} more (--json lists all)" if len(names) > NAMES_SHOWN else ""
    typer.echo(f"{title} ({len(names)}): {', '.join(names[:NAMES_SHOWN]) or 'none'}{more}")


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"
