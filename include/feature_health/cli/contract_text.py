"""The answer of `feature-health contract diff` for a person: one table of all changes, gravest first, and what to do."""

import typer
from rich import box
from rich.table import Table

from feature_health.checks.contract_diff import ContractDiff
from feature_health.cli.options import console
from feature_health.contracts.severity import Severity

_WORDS = {Severity.BLOCK: "[red]block[/]", Severity.WARN: "[yellow]warn[/]", Severity.NOTE: "allow"}


def show(found: ContractDiff, *, job: str) -> None:
    """Print it."""
    if not found.changes:
        typer.echo(f"{job}: nothing changes.")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("", "change", "what", "would break"):
        table.add_column(name, overflow="fold")
    for change in sorted(found.changes, key=lambda each: -list(Severity).index(each.severity)):
        table.add_row(_WORDS[change.severity], change.kind, _escaped(change.told), ", ".join(change.breaks))
    console().print(table)
    typer.echo(_summary(found, job))


def _summary(found: ContractDiff, job: str) -> str:
    count = f"{job}: {len(found.changes)} {'change' if len(found.changes) == 1 else 'changes'}"
    if found.severity is not Severity.BLOCK:
        return f"{count}, nobody breaks."
    grave = sum(change.severity is Severity.BLOCK for change in found.changes)
    whom = f"; would break: {', '.join(found.breaks)}" if found.breaks else ""
    return f"{count}, {grave} breaking{whom}. Agree with the readers first, or keep the old column beside the new one."


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")
