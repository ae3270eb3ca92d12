"""`feature-health contract import gx` and `contract export gx`: Great Expectations' suite files as contracts, and back."""

from pathlib import Path
from typing import Annotated

import typer

from feature_health.cli.options import write_text
from feature_health.errors import CallerError

importing = typer.Typer(help="Make a contract of another tool's file.", no_args_is_help=True)
exporting = typer.Typer(help="Write a contract in another tool's words.", no_args_is_help=True)
FAULTY = 2
STDOUT = "-"


@importing.callback()
def _imports() -> None:
    """Keep `gx` a command of its own: typer would merge a single one into its parent."""


@exporting.callback()
def _exports() -> None:
    """As for imports."""


@importing.command("gx")
def import_gx(
    suite: Annotated[Path, typer.Argument(help="A suite file of Great Expectations (JSON).")],
    data: Annotated[Path, typer.Option(help="A file that the suite is for; the contract's columns are those it has.")],
    out: Annotated[Path, typer.Option(help="The contract to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the contract if it is there.")] = False,
) -> int:
    """Make a contract of a suite: every expectation of it, and no other. Exit 2: the suite has faults, all of them told.

    [bold]Example[/bold]

      feature-health contract import gx suite.json --data loans.parquet --out loans.yaml

      feature-health check loans.parquet --contract loans.yaml --json
    """
    from datetime import datetime

    from feature_health import wiring
    from feature_health.checks.load import load_file
    from feature_health.checks.suites import read
    from feature_health.steps.import_suite import import_suite

    if out.exists() and not force:
        raise CallerError(f"Writing {out}: it is there already. Name another file, or replace it with --force.")
    made, faults = read(_text(suite), file=str(suite), accepts=wiring.accepted_by_great_expectations)
    if made is None:
        for fault in faults:
            typer.echo(str(fault))
        return FAULTY
    now = datetime.now().astimezone()
    text = import_suite(made, data, suite_file=suite.name, beside=out, engine=wiring.engine(), as_of=now)
    write_text(out, text)
    contract = load_file(out)
    typer.echo(f"{out}: {len(contract.expectations)} expectations, {len(contract.columns)} columns.")
    typer.echo(f"Next: feature-health check {data} --contract {out}")
    return 0


@exporting.command("gx")
def export_gx(
    contract: Annotated[Path, typer.Argument(help="A contract.")],
    out: Annotated[str, typer.Option(help="The suite file to write; - prints it.")] = STDOUT,
) -> int:
    """Write a contract's expectations as a suite file; what Great Expectations has not is carried by one class of ours.

    To load such a suite, import feature_health.engines.great_expectations.custom first.

    [bold]Example[/bold]

      feature-health contract export gx expectations/bureau_pull.yaml --out bureau_pull.json
    """
    import json

    from feature_health.checks.load import load_file
    from feature_health.checks.suites import suite_of, written

    text = json.dumps(written(suite_of(load_file(contract))), indent=2, ensure_ascii=False)
    if out == STDOUT:
        typer.echo(text)
    else:
        write_text(Path(out), f"{text}\n")
    return 0


def _text(suite: Path) -> str:
    try:
        return suite.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CallerError(f"Reading {suite}: it cannot be read as a text in UTF-8 ({error}). Check the path.") from error
