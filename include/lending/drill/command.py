"""`feature-health drill`: break a job on purpose, in a shadow of the lender, and see that the gate stops it.

The typer side alone: what is asked is read here, played elsewhere. Nothing heavy is imported at the top.
"""

from pathlib import Path
from typing import Annotated

import typer

from feature_health.cli.options import Json, console, print_json
from lending.drill import given

app = typer.Typer(help="Break a job on purpose, in a shadow of the lender, and see that the gate stops it.", no_args_is_help=True)
FIRST_WRITTEN_DAY = "2026-04-15"

FaultName = Annotated[str, typer.Argument(metavar="FAULT", help="A fault's name, such as B3, or two at once: B1+I2.")]
StrengthOf = Annotated[int, typer.Option("--strength", min=1, max=3, help="How hard: 1, 2 or 3.")]
ScopeOf = Annotated[
    list[str] | None, typer.Option("--scope", metavar="NAME=VALUE", help="Confine it, such as bureau=EXP; may be repeated.")
]


@app.command(name="list")
def list_faults(json: Json = False) -> None:
    """Explain every fault in a lender's words: its story, its strengths, what it can be confined to; decoys apart.

    [bold]Example[/bold]

      feature-health drill list
    """
    from dataclasses import asdict

    from lending.drill.library import LendingFaults

    cards = LendingFaults().cards()
    if json:
        print_json([asdict(card) for card in cards])
        return
    from lending.drill.showing import show_cards

    show_cards(cards, console())


@app.command()
def plant(  # noqa: PLR0913, PLR0917 - every option is an argument
    fault: Annotated[str, typer.Argument(metavar="FAULT", help="A fault's name, such as I2.")],
    file: Annotated[Path, typer.Argument(help="A clean Parquet file; it stays as it is.")],
    to: Annotated[Path, typer.Option(help="Where to write its faulty twin.")],
    role: Annotated[
        list[str] | None,
        typer.Option(metavar="ROLE=COLUMN", help="Which column is what, such as income=annual_inc; may be repeated."),
    ] = None,
    like: Annotated[
        str | None, typer.Option(metavar="TABLE", help="Take the roles of a table that we know, such as bureau_pull.")
    ] = None,
    strength: StrengthOf = 2,
    scope: ScopeOf = None,
    seed: Annotated[int, typer.Option(help="Draws the rows that are taken.", min=0)] = 1,
    day: Annotated[str, typer.Option(help="The day that the file is of.")] = FIRST_WRITTEN_DAY,
    previous: Annotated[Path | None, typer.Option(help="The file of the day before, which some faults replay.")] = None,
    json: Json = False,
) -> None:
    """Plant a fault in any Parquet file whose columns you name by role.

    [bold]Examples[/bold]

      feature-health drill plant D2 loans.parquet --to broken.parquet --role key=id --role ratios=dti

      feature-health drill plant B7 candidate.parquet --to broken.parquet --like bureau_pull --scope bureau=EFX
    """
    from lending.drill import planting

    done = planting.plant(
        fault,
        file,
        to,
        like=like,
        roles=given.pairs(role or (), "--role", like="income=annual_inc"),
        scope=given.pairs(scope or (), "--scope", like="bureau=EXP"),
        strength=strength,
        seed=seed,
        day=given.day(day),
        previous=previous,
    )
    if json:
        print_json(planting.record(fault, file, to, done))
        return
    came = "" if done.rows_faulty == done.rows_clean else f", which makes them {done.rows_faulty:,}"
    typer.echo(f"{fault} took {done.rows_taken:,} of {done.rows_clean:,} rows{came}: {to}")
