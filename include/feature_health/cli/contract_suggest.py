"""`feature-health contract suggest`: a contract proposed from partitions of the past."""

from pathlib import Path
from typing import Annotated

import typer

from feature_health.errors import CallerError

STDOUT = "-"
LOOKS = 3


def suggest(
    files: Annotated[list[Path], typer.Argument(help="Partitions of one job, such as 2026-06-01.parquet 2026-06-02.parquet …")],
    job: Annotated[str, typer.Option(help="The job's name.")] = "suggested",
    out: Annotated[str, typer.Option(help="The contract to write; - prints it.")] = STDOUT,
    force: Annotated[bool, typer.Option("--force", help="Replace the contract if it is there.")] = False,
) -> int:
    """Propose a contract that all the files keep, with each limit's evidence as a comment. A person reads and completes it.

    [bold]Examples[/bold]

      feature-health contract suggest build/demo/candidates/bureau_pull/*.parquet --job bureau_pull --out draft.yaml

      feature-health contract lint draft.yaml
    """
    from rich.progress import Progress

    from feature_health import wiring
    from feature_health.checks.load import load_text
    from feature_health.checks.suggested import contract_text
    from feature_health.cli.options import console
    from feature_health.steps.suggest import suggest_contract

    if out != STDOUT and Path(out).exists() and not force:
        raise CallerError(f"Writing {out}: it is there already. Name another file, or replace it with --force.")
    with Progress(console=console(), transient=True, disable=out == STDOUT) as progress:
        bar = progress.add_task("Looking", total=LOOKS * len(files))
        suggestion = suggest_contract(files, wiring.engine(), lambda: progress.advance(bar))
    text = contract_text(suggestion, job=job)
    load_text(text.encode(), beside=Path(out if out != STDOUT else "draft.yaml"))
    if out == STDOUT:
        typer.echo(text, nl=False)
        return 0
    Path(out).write_text(text, encoding="utf-8")
    typer.echo(
        f"{out}: {len(suggestion.columns)} columns, {len(suggestion.expectations)} expectations, of {len(files)} partitions."
    )
    typer.echo(f"Next: read it, complete what it says is to do, then feature-health contract lint {out}")
    return 0
