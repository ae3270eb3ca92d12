"""Random columns that are functions of (seed, table, day, column, row) or of (seed, person, column) and of nothing else.

So any day can be made alone, in any order, in blocks, with equal bytes, and who applies again brings along what he is. One word
per row by SplitMix64's finaliser (Steele, Lea, Flood 2014), which takes any person's word without a stream for each
(adr/0001). Transforms are our own: NumPy promises no stable `Generator.normal`. Knows nothing of lending.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Words = NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: consecutive rows lie far apart


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDraws:
    """Random columns of rows that are each named by a word; the same word always draws the same number."""

    ids: Words

    def words(self, column: str) -> Words:
        """One 64-bit word per row."""
        return mixed(self.ids ^ key_of(column))

    def uniform(self, column: str) -> Floats:
        """Numbers strictly between 0 and 1, one per row."""
        return uniform_of(self.words(column))

    def normal(self, column: str) -> Floats:
        """Standard normal numbers, one per row."""
        return inverse_normal(self.uniform(column))

    def exponential(self, column: str) -> Floats:
        """Exponential numbers of mean 1, one per row."""
        return -np.log(self.uniform(column))

    def chance(self, column: str, probability: float | Floats) -> Bools:
        """Truth values, each true with `probability`."""
        return self.uniform(column) < probability

    def pick(self, column: str, shares: Sequence[float]) -> Ints:
        """Positions into `shares`, each as often as its share says (they need not add up to one)."""
        edges = np.cumsum(np.asarray(shares, dtype=np.float64))
        return np.searchsorted(edges / edges[-1], self.uniform(column), side="right").astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """The random columns of one table on one day, by the number of the row; a longer draw begins with the shorter one."""

    seed: int
    table: str
    day: date

    def rows(self, rows: int, first: int = 0) -> RowDraws:
        """The draws of `rows` rows from row `first` on."""
        return RowDraws(ids=numbered(f"{self.seed}|{self.table}|{self.day.isoformat()}", np.arange(first, first + rows)))

    def uniform(self, column: str, rows: int) -> Floats:
        """`rows` numbers strictly between 0 and 1."""
        return self.rows(rows).uniform(column)

    def normal(self, column: str, rows: int) -> Floats:
        """`rows` standard normal numbers."""
        return self.rows(rows).normal(column)

    def exponential(self, column: str, rows: int) -> Floats:
        """`rows` exponential numbers of mean 1."""
        return self.rows(rows).exponential(column)

    def chance(self, column: str, rows: int, probability: float | Floats) -> Bools:
        """`rows` truth values, each true with `probability`."""
        return self.rows(rows).chance(column, probability)

    def pick(self, column: str, rows: int, shares: Sequence[float]) -> Ints:
        """`rows` positions into `shares`, each as often as its share says (they need not add up to one)."""
        return self.rows(rows).pick(column, shares)


@lru_cache(maxsize=4096)
def key_of(text: str) -> np.uint64:
    """The word that stands for a text."""
    return np.uint64(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little"))


def uniform_of(words: Words) -> Floats:
    """Each word as a number strictly between 0 and 1, by its upper 53 bits."""
    return ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def numbered(text: str, rows: Ints) -> Words:
    """The words that name rows by their number within what `text` names."""
    return mixed(key_of(text) + rows.astype(np.uint64) * _STEP)


def mixed(words: Words) -> Words:
    """Each word scrambled so that every bit depends on every other; different words stay different."""
    z = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    scrambled: Words = z ^ (z >> np.uint64(31))
    return scrambled


_A = (
    -3.969683028665376e01,
    2.209460984245205e02,
    -2.759285104469687e02,
    1.383577518672690e02,
    -3.066479806614716e01,
    2.506628277459239e00,
)
_B = (-5.447609879822406e01, 1.615858368580409e02, -1.556989798598866e02, 6.680131188771972e01, -1.328068155288572e01, 1.0)
_C = (
    -7.784894002430293e-03,
    -3.223964580411365e-01,
    -2.400758277161838e00,
    -2.549732539343734e00,
    4.374664141464968e00,
    2.938163982698783e00,
)
_D = (7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e00, 3.754408661907416e00, 1.0)
_TAIL = 0.02425
_SHARE = (0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429)


def inverse_normal(probability: Floats) -> Floats:
    """The standard normal quantile of each probability in (0, 1); Acklam's approximation, relative error below 1.2e-9."""
    tail = np.minimum(probability, 1.0 - probability)
    q = np.sqrt(-2.0 * np.log(tail))
    outer = np.polyval(_C, q) / np.polyval(_D, q) * np.sign(0.5 - probability)
    centre = probability - 0.5
    r = centre * centre
    inner = np.polyval(_A, r) * centre / np.polyval(_B, r)
    return np.where(tail < _TAIL, outer, inner)


def normal_share(value: Floats) -> Floats:
    """The share of a standard normal population below each value; Zelen and Severo's 26.2.17, error below 7.5e-8."""
    distance = np.abs(value)
    t = 1.0 / (1.0 + 0.2316419 * distance)
    above = np.exp(-0.5 * distance * distance) / np.sqrt(2 * np.pi) * t * np.polyval(_SHARE[::-1], t)
    share: Floats = np.where(value < 0, above, 1.0 - above)
    return share
