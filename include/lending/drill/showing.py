"""How faults and drills are told to people on a terminal. Decides nothing."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from feature_health.drills.report import outcome

PROSE_WIDTH_MAX = 110
CHECKS_SHOWN = 4

if TYPE_CHECKING:
    from rich.console import Console

    from feature_health.drills.lender import FaultCard, Truth
    from feature_health.drills.result import Drilled, Moment


def show_cards(cards: Iterable["FaultCard"], console: "Console") -> None:
    """Each fault in a lender's words, under the job that shows it first; decoys last."""
    for decoy, told in groupby(cards, key=lambda card: card.decoy):
        if decoy:
            console.rule("Decoys: they look like faults, and nothing may be stopped", align="left", style="dim")
            _show_group(told, console)
            continue
        for job, of_job in groupby(told, key=lambda card: card.job):
            console.rule(f"Faults that {job} shows first", align="left", style="dim")
            _show_group(of_job, console)
    console.print("\nBreak one: feature-health drill run B3    Two at once: feature-health drill run B1+I2")


def _show_group(cards: Iterable["FaultCard"], console: "Console") -> None:
    from rich.padding import Padding
    from rich.text import Text

    for card in cards:
        console.print(Text.assemble((f"{card.name:<3}  ", "bold"), (card.title, "bold")))
        told = Text(card.story)
        for number, says in enumerate(card.strengths, start=1):
            told.append(f"\n{number}  ", style="dim").append(says)
        if card.scopes:
            told.append(f"\n--scope {_scopes(card.scopes)}", style="dim")
        console.print(Padding(told, (0, 0, 1, 5), expand=False), width=min(console.width, PROSE_WIDTH_MAX))


def _scopes(scopes: Mapping[str, Iterable[str]]) -> str:
    return ", ".join(f"{name}={shown(values)}" for name, values in scopes.items())


def shown(values: Iterable[str], most: int = 4) -> str:
    """The first few values, and that there are more."""
    some = list(values)
    return "|".join(some[:most]) + ("|…" if len(some) > most else "")


def show_drilled(drilled: "Drilled", report: Path, console: "Console") -> None:
    """The story, what decisioning would have read, what stopped it and when, the timeline, and where the report lies."""
    card, plant = drilled.card, drilled.plant
    where = "".join(f", {name}={value}" for name, value in plant.scope.items())
    console.print(f"[bold]{card.name}  {escape(card.title)}[/]  strength {plant.strength}, from {drilled.day} on{escape(where)}")
    console.print(card.story, markup=False, width=min(console.width, PROSE_WIDTH_MAX))
    console.print(card.strengths[plant.strength - 1], markup=False, style="italic", width=min(console.width, PROSE_WIDTH_MAX))
    _show_truth(drilled.truth, console, decoy=card.decoy)
    _show_stop(drilled, console)
    _show_moments(drilled.moments, console)
    console.print(f"\nReport: {report}", markup=False, soft_wrap=True)


def _show_truth(truth: "Truth", console: "Console", *, decoy: bool) -> None:
    console.rule("What decisioning would have read", align="left", style="dim")
    if not truth.rows:
        console.print("The same as without it: no row differs from the clean twin's.")
        return
    rows = ", ".join(f"{job} {count:,}" for job, count in truth.rows.items())
    console.print(f"Rows unlike the clean twin's: {rows}")
    if decoy:
        console.print("They are another world's, and right: nothing may be stopped.")
        return
    share = truth.flipped / truth.decisions if truth.decisions else 0.0
    console.print(
        f"Decisions that would have come out otherwise: {truth.flipped:,} of {truth.decisions:,} ({share:.2%}), "
        f"${truth.at_stake_usd:,.0f} at stake{f'; {truth.breach} is breached' if truth.breach else ''}: impact {truth.impact}"
    )


def _show_stop(drilled: "Drilled", console: "Console") -> None:
    console.rule("What stopped it", align="left", style="dim")
    found, times = drilled.detection, drilled.timings
    good = found is None if drilled.card.decoy else drilled.caught
    console.print(f"{'[green]■[/]' if good else '[red]✗[/]'} {escape(outcome(drilled))}")
    if found is not None:
        console.print(f"  by {shown_checks(found.checks)}", markup=False)
    told = {"detected": times.detect, "quarantined": times.quarantine, "message": times.message}
    began = {"a release takes": times.release, "the repair took": times.repair}
    parts = [f"{name} {_seconds(value)}" for name, value in {**told, **began}.items() if value is not None]
    if parts:
        console.print("  " + ", ".join(parts))
    seen = drilled.watched
    corrupted = f"[red]{drilled.corrupted_rows_published:,} corrupted rows[/]" if seen.corrupted_rows else "no corrupted row"
    unjudged = f"[red]{len(seen.unjudged)} files without a verdict[/]" if seen.unjudged else "nothing without a verdict"
    console.print(f"A reader looked {seen.looks:,} times at {seen.files} readable files: {corrupted}, {unjudged}.")
    if drilled.warm_held:
        console.print(f"[yellow]Of the clean nights before it, {len(drilled.warm_held)} partitions were held.[/]")


def _show_moments(moments: Iterable["Moment"], console: "Console") -> None:
    console.rule("Timeline", align="left", style="dim")
    for one in moments:
        console.print(
            f"{one.seconds:>8.2f} s  {one.what.replace('_', ' '):<10} {one.job} {one.key}  {one.detail}",
            markup=False,
            no_wrap=True,
            overflow="ellipsis",
        )


def shown_checks(checks: Sequence[str], most: int = CHECKS_SHOWN) -> str:
    """The first few checks, and how many more there are."""
    more = len(checks) - most
    return ", ".join(checks[:most]) + (f" and {more} more" if more > 0 else "")


def _seconds(value: float) -> str:
    return f"{value:.1f} s"
