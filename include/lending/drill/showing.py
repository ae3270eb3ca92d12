"""How faults and drills are told to people on a terminal. Decides nothing."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

PROSE_WIDTH_MAX = 110

if TYPE_CHECKING:
    from rich.console import Console

    from feature_health.drills.lender import FaultCard


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
        console.print(Text.assemble((f"{card.name:<5}", "bold"), (card.title, "bold")))
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
