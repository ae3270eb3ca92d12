"""Which fault has its turn tonight, another one every night and in the end every fault in every strength; and its drill.

A turn must not depend on what became of others.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from feature_health.drills.lender import STRENGTHS, FaultCard, Plant

if TYPE_CHECKING:
    from feature_health.drills.result import Drilled

WEEKS_OF_A_YEAR: Final = timedelta(days=364)
HISTORY: Final = timedelta(days=28)
"""Of the lender's first days there is no history that the gate could have learned from."""


def turn_of(night: date, cards: Sequence[FaultCard], *, first: date, last: date) -> Plant:
    """What is planted in that night, on the same weekday of a year that the lender has (from `first` to `last`).

    Names are taken in the order of `cards`, decoys among them; once round, the strength is another one.
    """
    number = night.toordinal()
    round_, place = divmod(number, len(cards))
    return Plant(
        fault=cards[place].name,
        first_day=within(night, first=first, last=last),
        strength=STRENGTHS[round_ % len(STRENGTHS)],
        seed=number,
    )


def within(night: date, *, first: date, last: date) -> date:
    """The night, or the one of the same weekday whole years of 52 weeks before or after that lies between `first` and `last`."""
    while night > last:
        night -= WEEKS_OF_A_YEAR
    while night < first:
        night += WEEKS_OF_A_YEAR
    return night


def hold(night: date, contracts: Path) -> "Drilled":
    """Hold the drill that has its turn that night, under the contracts of a folder; nothing live is touched."""
    from feature_health.drills.run import drill
    from lending.drill.ground import ground

    on = ground(contracts=contracts, seed=night.toordinal())
    first, last = on.lender.days()
    plant = turn_of(night, on.library.cards(), first=first + HISTORY, last=last)
    return drill(on.lender, on.library, on.make, plant=plant)
