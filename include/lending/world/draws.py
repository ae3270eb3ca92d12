"""Random columns that depend on (seed, table, day, column) alone, so that any day can be made alone, in any order, with equal
bytes.

Philox keyed by BLAKE2b, raw 64-bit words, transforms of our own: NumPy promises stable raw words across versions, but not stable
`Generator.normal`. Knows nothing of lending.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_BLOCK = 0  # the recipe numbers blocks of rows; one day of this small world fits in the first


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """The random columns of one table on one day. The same name always gives the same numbers; a longer draw begins with the
    shorter one.
    """

    seed: int
    table: str
    day: date

    def uniform(self, column: str, rows: int) -> Floats:
        """`rows` numbers strictly between 0 and 1."""
        digest = blake2b(f"{self.seed}|{self.table}|{self.day.isoformat()}|{column}|{_BLOCK}".encode(), digest_size=16).digest()
        words = np.random.Philox(key=np.frombuffer(digest, dtype="<u8")).random_raw(rows)
        return ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53

    def normal(self, column: str, rows: int) -> Floats:
        """`rows` standard normal numbers."""
        return inverse_normal(self.uniform(column, rows))

    def exponential(self, column: str, rows: int) -> Floats:
        """`rows` exponential numbers of mean 1."""
        return -np.log(self.uniform(column, rows))

    def chance(self, column: str, rows: int, probability: float | Floats) -> Bools:
        """`rows` truth values, each true with `probability`."""
        return self.uniform(column, rows) < probability

    def pick(self, column: str, rows: int, shares: Sequence[float]) -> Ints:
        """`rows` positions into `shares`, each as often as its share says (they need not add up to one)."""
        edges = np.cumsum(np.asarray(shares, dtype=np.float64))
        return np.searchsorted(edges / edges[-1], self.uniform(column, rows), side="right").astype(np.int64)


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
    """The share of a standard normal population below each value."""
    return np.fromiter((0.5 * math.erfc(-v / math.sqrt(2.0)) for v in value), dtype=np.float64, count=len(value))
