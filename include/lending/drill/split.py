"""Which seeds, days, strengths and faults were looked at while the contracts were written, and which are kept for the proof.

Frozen before the first matrix was run. Worlds: seeds 1 to 9 are for writing, seeds from 101 on are held out. Days: faults are
planted on days of March to May 2026 while writing, and of July to November 2026 in the proof (other months, another clock, the
holidays of the second half-year); clean days are the first 180 of 2026 and the 180 from 1 July. Strengths: 1 and 3 while writing,
all three in the proof, so that 2 is new to it. Faults: a quarter of the 62 kinds, those whose names have the smallest MD5, was
never tuned on: no limit was moved after seeing what became of them. A matrix of the proof reports them apart.

Must not know contracts, worlds or faults: nothing here may follow from a result.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

STRIDE: Final = 10
"""Days between two planted ones: no multiple of seven, so that every weekday has its turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """One side: world seeds, the window of days in which faults are planted, the first clean day, the strengths, and the share of
    S1 faults that must be stopped at the least.
    """

    name: str
    seeds: range
    first_day: date
    last_day: date
    first_clean_day: date
    strengths: tuple[int, ...]
    recall_s1_min: float

    def days(self, count: int) -> tuple[date, ...]:
        """`count` different days of the window, in the order in which they are used: every tenth, round and round."""
        window = (self.last_day - self.first_day).days + 1
        return tuple(self.first_day + timedelta(days=n * STRIDE % window) for n in range(min(count, window)))

    def clean_days(self, count: int) -> tuple[date, ...]:
        """`count` days one after another."""
        return tuple(self.first_clean_day + timedelta(days=n) for n in range(count))


WRITING: Final = Split(
    name="writing",
    seeds=range(1, 10),
    first_day=date(2026, 3, 3),
    last_day=date(2026, 5, 28),
    first_clean_day=date(2026, 1, 1),
    strengths=(1, 3),
    recall_s1_min=1.0,
)
HELD_OUT: Final = Split(
    name="held out",
    seeds=range(101, 1000),
    first_day=date(2026, 7, 1),
    last_day=date(2026, 11, 26),
    first_clean_day=date(2026, 7, 1),
    strengths=(1, 2, 3),
    recall_s1_min=0.98,
)

_KINDS: Final = (("B", 15), ("I", 15), ("D", 12), ("J", 10), ("L", 10))
KINDS: Final = tuple(f"{letter}{number}" for letter, count in _KINDS for number in range(1, count + 1))
NEVER_TUNED: Final = frozenset(
    ("B2", "B10", "B13", "B15", "D3", "D7", "I1", "I2", "I9", "I10", "I14", "I15", "J6", "L4", "L8", "L9")
)


def by_lot(kinds: Iterable[str], count: int) -> frozenset[str]:
    """The `count` kinds whose names have the smallest MD5: how NEVER_TUNED was drawn."""
    return frozenset(sorted(kinds, key=lambda name: hashlib.md5(f"never tuned on|{name}".encode()).hexdigest())[:count])  # noqa: S324 - a lot
