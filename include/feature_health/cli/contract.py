"""`feature-health contract`: are the contracts well-formed, and the schema by which editors complete them."""

from pathlib import Path
from typing import Annotated

import typer

from feature_health.cli.options import Json, print_json

app = typer.Typer(help="Look after contracts.", no_args_is_help=True)
FAULTY = 2


@app.command()
def lint(
    files: Annotated[list[Path] | None, typer.Argument(help="Contract files; default: all of expectations/.")] = None,
    json: Json = False,
) -> int:
    """Report every fault of every contract, with line, what was found and the nearest valid name. Exit 2 if there is one.

    [bold]Example[/bold]

      feature-health contract lint expectations/bureau_pull.yaml
    """
    from dataclasses import asdict

    from feature_health.checks.load import contract_files, faults_of
    from feature_health.settings import Settings

    chosen = files or list(contract_files(Settings.of({}).contracts))
    faults = [fault for file in chosen for fault in faults_of(file)]
    if json:
        print_json([asdict(fault) for fault in faults])
    else:
        for fault in faults:
            typer.echo(str(fault))
        typer.echo(f"{len(chosen)} contracts, {len(faults)} faults.")
    return FAULTY if faults else 0


@app.command()
def schema() -> None:
    """Print the JSON schema of a contract, for editors.

    [bold]Example[/bold]

      feature-health contract schema > expectations/contract.schema.json
    """
    from feature_health.checks.load import editor_schema

    print_json(editor_schema())
