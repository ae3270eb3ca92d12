"""`feature-health drill`: break a job on purpose, in a shadow of the lender, and see that the gate stops it.

The typer side alone: what is asked is read here, played elsewhere. Nothing heavy is imported at the top.
"""

from pathlib import Path
from typing import Annotated

import typer

from feature_health.cli.options import DEFAULT_HOME, Home, Json, console, print_json
from lending.drill import given

app = typer.Typer(help="Break a job on purpose, in a shadow of the lender, and see that the gate stops it.", no_args_is_help=True)
FIRST_WRITTEN_DAY = "2026-04-15"

FaultName = Annotated[str, typer.Argument(metavar="FAULT", help="A fault's name, such as B3, or two at once: B1+I2.")]
StrengthOf = Annotated[int, typer.Option("--strength", min=1, max=3, help="How hard: 1, 2 or 3.")]
ScopeOf = Annotated[
    list[str] | None, typer.Option("--scope", metavar="NAME=VALUE", help="Confine it, such as bureau=EXP; may be repeated.")
]

Applications = Annotated[int | None, typer.Option(min=1, help="Applications on a plain day; default: the small world's 5,000.")]
ContractsOf = Annotated[Path | None, typer.Option(help="Judge by the contracts of this folder instead of those in force.")]


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
def run(  # noqa: PLR0913, PLR0917 - every option is an argument
    fault: FaultName,
    strength: StrengthOf = 2,
    day: Annotated[str, typer.Option(help="The day on which it begins.")] = FIRST_WRITTEN_DAY,
    seed: Annotated[int, typer.Option(help="Of the lender's world, and of the rows that are taken.", min=0)] = 1,
    scope: ScopeOf = None,
    warm_up: Annotated[int, typer.Option(help="Clean nights before it, which become the gate's history.", min=1)] = 16,
    airflow: Annotated[bool, typer.Option("--airflow", help="Through the real DAGs, in an Airflow of its own.")] = False,
    applications: Applications = None,
    contracts: ContractsOf = None,
    home: Home = DEFAULT_HOME,
    out: Annotated[Path | None, typer.Option(help="Folder for the report; default: HOME/drills/FAULT-STRENGTH-DAY.")] = None,
    json: Json = False,
) -> int:
    """Plant one fault in a shadow of the lender, and measure what the gate makes of it. Nothing live is touched.

    Exit 0: it was stopped in time, or was a decoy and nothing was stopped. 2: it got through, or good data was stopped.

    [bold]Examples[/bold]

      feature-health drill run B3

      feature-health drill run B1 --strength 1 --scope bureau=EXP --day 2026-07-03

      feature-health drill run I2 --airflow
    """
    from lending.drill import running

    asked = running.Asked(
        fault=fault,
        strength=strength,
        day=given.day(day),
        seed=seed,
        scope=given.pairs(scope or (), "--scope", like="bureau=EXP"),
        warm_days=warm_up,
    )
    return running.run(asked, home=home, contracts=contracts, applications=applications, airflow=airflow, out=out, json=json)


@app.command()
def matrix(  # noqa: PLR0913, PLR0917 - every option is an argument
    faults: Annotated[str, typer.Option(metavar="B1,I2,…", help="Only these; default: all of them, decoys too.")] = "",
    strengths: Annotated[str, typer.Option(metavar="1,2,3", help="Only these; default: those of the split.")] = "",
    seed: Annotated[int | None, typer.Option(help="Of world and rows; default: the split's first.", min=0)] = None,
    days: Annotated[int, typer.Option(help="Days on which each is planted.", min=1)] = 1,
    clean_days: Annotated[int, typer.Option(help="Clean days one after another, judged beside these.", min=0)] = 0,
    held_out: Annotated[
        bool, typer.Option("--held-out", help="Seeds, days and strengths that were kept apart while the contracts were written.")
    ] = False,
    warm_up: Annotated[int, typer.Option(help="Clean nights before the first day, the gate's history.", min=1)] = 28,
    applications: Applications = None,
    contracts: ContractsOf = None,
    processes: Annotated[int | None, typer.Option(help="How many at once; default: one for each core.", min=1)] = None,
    home: Home = DEFAULT_HOME,
    out: Annotated[Path | None, typer.Option(help="File for all of it; default: HOME/drills/matrix.json.")] = None,
    json: Json = False,
) -> int:
    """Run faults by strength on days, decoys and clean days, and print what was caught, missed and wrongly stopped.

    Exit 0: every S1 was stopped (held out: 98 percent), and of each job at most one clean partition in 90 held. 2: not so.

    [bold]Examples[/bold]

      feature-health drill matrix --faults B1,B3,I2 --strengths 1,3

      feature-health drill matrix --days 2 --clean-days 180

      feature-health drill matrix --held-out --json
    """
    from lending.drill import measuring
    from lending.drill.split import HELD_OUT, WRITING

    asked = measuring.Asked(
        split=HELD_OUT if held_out else WRITING,
        faults=given.names(faults),
        strengths=given.strengths(strengths) if strengths else None,
        seed=seed,
        days=days,
        clean_days=clean_days,
        warm_days=warm_up,
    )
    return measuring.run(
        asked, home=home, contracts=contracts, applications=applications, processes=processes, out=out, json=json
    )


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
