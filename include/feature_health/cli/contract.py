"""`feature-health contract`: are contracts well-formed, what does a new version change, and the schema for editors."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feature_health.cli import contract_gx
from feature_health.cli.contract_suggest import suggest
from feature_health.cli.options import Json, print_json
from feature_health.errors import CallerError

if TYPE_CHECKING:
    from feature_health.checks.contract_diff import ContractDiff
    from feature_health.contracts.contract import Contract

app = typer.Typer(help="Look after contracts.", no_args_is_help=True)
app.command()(suggest)
app.add_typer(contract_gx.importing, name="import")
app.add_typer(contract_gx.exporting, name="export")
FAULTY = 2
BREAKING = 2
STDIN = "-"


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
def diff(
    old: Annotated[str, typer.Argument(help="The contract as it was; - reads it from standard input.")],
    new: Annotated[str, typer.Argument(help="The contract as it shall be; or -.")],
    json: Json = False,
) -> int:
    """Say what changes between two versions of a contract and who would break. Exit 0: nobody. 2: somebody. 1: called wrongly.

    Each change of schema has its class and is ruled by the policies of both versions and of their consumers.

    [bold]Examples[/bold]

      git show main:expectations/bureau_pull.yaml | feature-health contract diff - expectations/bureau_pull.yaml

      feature-health contract diff old.yaml new.yaml --json
    """
    from feature_health.checks.contract_diff import contract_diff
    from feature_health.contracts.severity import Severity

    before, after = _versions(old, new)
    found = contract_diff(before, after)
    if json:
        print_json(_record(before, after, found))
    else:
        from feature_health.cli.contract_text import show

        show(found, job=after.job)
    return BREAKING if found.severity is Severity.BLOCK else 0


def _versions(old: str, new: str) -> "tuple[Contract, Contract]":
    from feature_health.checks.load import load_file, load_text

    if STDIN in {old, new} and old == new:
        raise CallerError("Only one of the two contracts can come from standard input.")
    beside = Path(new if old == STDIN else old)
    before, after = (
        load_text(sys.stdin.buffer.read(), beside=beside) if name == STDIN else load_file(Path(name)) for name in (old, new)
    )
    if before.job != after.job:
        raise CallerError(f"These are contracts of two jobs, {before.job} and {after.job}; name two versions of one.")
    return before, after


def _record(before: "Contract", after: "Contract", found: "ContractDiff") -> dict[str, object]:
    return {
        "job": after.job,
        "old": before.digest,
        "new": after.digest,
        "policy": found.policy,
        "would_break": found.breaks,
        "changes": [
            {"class": it.kind, "what": it.what, "because": it.told, "policy": it.policy, "would_break": it.breaks}
            for it in found.changes
        ],
    }


@app.command()
def schema() -> None:
    """Print the JSON schema of a contract, for editors.

    [bold]Example[/bold]

      feature-health contract schema > expectations/contract.schema.json
    """
    from feature_health.checks.load import editor_schema

    print_json(editor_schema())
