"""All adults of the country, whom a mail drop may reach, by number; and which of them a list holds.

A list is a permutation's first rows: nobody is on it twice, any block of it can be made alone, and nothing is kept of the rest.
"""

from math import isqrt
from typing import Final

import numpy as np

from lending.world.draws import Ints, key_of, mixed

ADULTS: Final = 120_000_000
_ROUNDS: Final = 4


def permuted(positions: Ints, *, key: str, of: int = ADULTS) -> Ints:
    """Where a permutation of `of` numbers, named by `key`, sends each of `positions`.

    A Feistel network over pairs of digits, walked on until within the numbers (Black and Rogaway 2002).
    """
    side = isqrt(of - 1) + 1
    places = _shuffled(positions, key=key, side=side)
    while (outside := places >= of).any():
        places[outside] = _shuffled(places[outside], key=key, side=side)
    return places


def _shuffled(positions: Ints, *, key: str, side: int) -> Ints:
    """One way of sending all the numbers below `side` squared to each other."""
    left, right = np.divmod(positions, side)
    for turn in range(_ROUNDS):
        words = mixed(right.astype(np.uint64) ^ key_of(f"{key}|{turn}"))
        left, right = right, (left + (words % np.uint64(side)).astype(np.int64)) % side
    return left * side + right
