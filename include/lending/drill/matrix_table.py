"""A matrix on a terminal: each fault by strength, and the figures with their intervals. Decides nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from lending.drill.measuring import FALSE_QUARANTINE_PER, by_tuning
from lending.drill.split import Split

if TYPE_CHECKING:
    from rich.console import Console

    from feature_health.drills.cell import Cell
    from feature_health.drills.matrix import Matrix
    from feature_health.drills.summary import Summary

CHECKS_SHOWN = 2


def show_matrix(matrix: "Matrix", split: Split, file: Path, console: "Console") -> None:
    """The table of faults, what was missed and wrongly stopped, the figures, and where all of it lies."""
    console.print(_faults(matrix.cells, sorted({cell.strength for cell in matrix.cells})))
    console.print(
        "[green]■[/] stopped in time  [red]✗[/] missed, or a decoy stopped  [green]●[/] let through  · no effect that day"
    )
    _show_wrong(matrix, console)
    console.print(_figures({f"all ({split.name})": matrix.summary, **by_tuning(matrix)}))
    console.print(_datasets(matrix.summary))
    console.print(
        f"{len(matrix.cells)} cells and {len(matrix.clean)} clean nights in {matrix.seconds:.0f} s: {file}", soft_wrap=True
    )


def _faults(cells: Iterable["Cell"], strengths: Sequence[int]) -> Table:
    table = Table("fault", *(f"strength {number}" for number in strengths), "impact", "stopped by", title_justify="left")
    by_fault: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_fault[cell.fault].append(cell)
    for fault, of_fault in by_fault.items():
        signs = (" ".join(sign_of(cell) for cell in of_fault if cell.strength == number) for number in strengths)
        impacts = " ".join(sorted({cell.impact for cell in of_fault if cell.impact}))
        checks = dict.fromkeys(check for cell in of_fault for check in cell.caught_by)
        told = ", ".join(list(checks)[:CHECKS_SHOWN]) + (
            f" and {len(checks) - CHECKS_SHOWN} more" if len(checks) > CHECKS_SHOWN else ""
        )
        table.add_row(fault, *signs, "decoy" if of_fault[0].decoy else impacts, escape(told))
    return table


def sign_of(cell: "Cell") -> str:
    """What came of one cell, as one sign."""
    from feature_health.drills.summary import has_effect

    if cell.error is not None:
        return "[red]?[/]"
    if cell.decoy:
        return "[green]●[/]" if cell.partitions is None else "[red]✗[/]"
    if not has_effect(cell):
        return "[dim]·[/]"
    return "[green]■[/]" if cell.caught else "[red]✗[/]" if cell.impact != "S3" else "[yellow]✗[/]"


def _show_wrong(matrix: "Matrix", console: "Console") -> None:
    from feature_health.drills.summary import has_effect

    for cell in matrix.cells:
        where = f"{cell.fault} at strength {cell.strength} on {cell.day}"
        if cell.error is not None:
            console.print(f"[red]no result:[/] {where}: {escape(cell.error)}")
        elif cell.decoy and cell.partitions is not None:
            console.print(f"[red]wrongly stopped:[/] {where}: {cell.caught_job}: {escape(cell.because)}")
        elif not cell.decoy and not cell.caught and has_effect(cell) and cell.impact != "S3":
            console.print(
                f"[red]missed:[/] {where} ({cell.impact}): {cell.flipped:,} of {cell.decisions:,} decisions flipped, "
                f"{cell.corrupted_rows_published:,} corrupted rows published"
            )
    for night in matrix.clean:
        for one in night.judged:
            if one.held:
                because = one.fired[0].because if one.fired else ""
                console.print(f"[red]wrongly held:[/] {one.job} {one.key}, a clean partition: {escape(because)}")


def _figures(summaries: dict[str, "Summary"]) -> Table:
    table = Table("figure", *summaries, title="Figures, with 95 percent intervals", title_justify="left")
    rows = [_figures_of(summary) for summary in summaries.values()]
    for name in rows[0]:
        table.add_row(name, *(row[name] for row in rows))
    return table


def _figures_of(it: "Summary") -> dict[str, str]:
    return {
        "recall of S1": _rate(it.recall_s1, it.recall_s1_interval, it.n_s1),
        "recall of S2": _rate(it.recall_s2, it.recall_s2_interval, it.n_s2),
        "corrupted rows published by S1": f"{it.corrupted_rows_published_s1:,}",
        f"false quarantines per {FALSE_QUARANTINE_PER} (at most 1)": _rate(
            it.false_quarantines_per_90, it.false_quarantines_per_90_interval, it.n_clean
        ),
    }


def _datasets(summary: "Summary") -> Table:
    table = Table("dataset", "clean partitions", "held", "per 90", title="Clean and decoy partitions", title_justify="left")
    for job, one in summary.datasets.items():
        low, high = one.per_90_interval
        table.add_row(job, str(one.n), str(one.held), f"{one.per_90:.2f} ({low:.2f} to {high:.2f})")
    return table


def _rate(value: float | None, interval: tuple[float, float] | None, n: int) -> str:
    if value is None or interval is None:
        return "-"
    return f"{value:.3f} ({interval[0]:.3f} to {interval[1]:.3f}), n = {n}"
