"""The population stability index with its own chance distribution: how far counts in bins moved, and whether chance moves them so
far.

Of two samples of N and M rows from one population, PSI / (1/N + 1/M) is about chi-square with one degree of freedom less than
there are bins (Yurdakul 2018; Yurdakul and Naranjo 2020): the rule "above 0.1" is noise below 300 rows and blind above 5,000.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from feature_health.checks.probability import chi_square_median, chi_square_tail

EXPECTED_MIN = 5
"""Bins in which fewer rows are expected are pooled, or the chi-square distribution would not hold (Cochran 1954)."""
_EMPTY = 0.5  # rows that an empty bin counts as, since no share has no logarithm

Counts = Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How far two samples are apart: the index, its bins after pooling, and the chance of as much within one population."""

    psi: float
    bins: int
    p_value: float


def shift(counts: Counts, reference: Counts, past: Sequence[Counts] = ()) -> Shift:
    """From the reference to the counts, bin by bin; fewer than two bins, or no rows, are no shift.

    `past` are the partitions that add up to the reference: days differ by more than chance, and by how much they do the statistic
    is divided (their median against chi-square's, at least 1).
    """
    pools = pooled(counts, reference)
    if len(pools) < 2:
        return Shift(psi=0.0, bins=len(pools), p_value=1.0)
    freedom = len(pools) - 1
    psi, statistic = _psi(_sums(counts, pools), _sums(reference, pools))
    return Shift(psi=psi, bins=len(pools), p_value=chi_square_tail(statistic / dispersion(past, reference, pools), freedom))


def pooled(counts: Counts, reference: Counts) -> list[list[int]]:
    """The bins as groups of their places: small ones together, until each is expected to have enough rows, or has twice that.

    Rows are those that the smaller sample has, or would have by the larger one's shares. A bin that was empty and filled up thus
    stays in sight, though one sample alone would not expect it.
    """
    rows, of = sum(counts), sum(reference)
    if not rows or not of:
        return []
    smaller = min(rows, of)

    def size(places: Sequence[int]) -> float:
        ours, theirs = (sum(sample[place] for place in places) for sample in (counts, reference))
        return smaller * max(ours / rows / 2, theirs / of)

    by_size = sorted(range(len(counts)), key=lambda place: (size([place]), place))
    together: list[int] = []
    while by_size and (size(by_size[:1]) < EXPECTED_MIN or (together and size(together) < EXPECTED_MIN)):
        together.append(by_size.pop(0))
    if together and size(together) < EXPECTED_MIN:
        return []
    return [*([sorted(together)] if together else []), *([place] for place in by_size)]


def dispersion(past: Sequence[Counts], reference: Counts, pools: Sequence[Sequence[int]]) -> float:
    """How much more than chance an ordinary partition differs from the others: 1 or more; 1 without at least three partitions."""
    if len(past) < 3:
        return 1.0
    whole = _sums(reference, pools)
    statistics = []
    for counts in past:
        one = _sums(counts, pools)
        others = [total - own for total, own in zip(whole, one, strict=True)]
        if sum(one) and sum(others):
            statistics.append(_psi(one, others)[1])
    return max(1.0, median(statistics) / chi_square_median(len(pools) - 1)) if statistics else 1.0


def _psi(counts: Counts, reference: Counts) -> tuple[float, float]:
    """The index, and the statistic that is about chi-square."""
    rows, of = sum(counts), sum(reference)
    shares = [(max(ours, _EMPTY) / rows, max(theirs, _EMPTY) / of) for ours, theirs in zip(counts, reference, strict=True)]
    psi = math.fsum((p - q) * math.log(p / q) for p, q in shares)
    return psi, psi / (1 / rows + 1 / of)


def _sums(counts: Counts, pools: Sequence[Sequence[int]]) -> list[int]:
    return [sum(counts[place] for place in pool) for pool in pools]
