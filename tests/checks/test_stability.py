import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from feature_health.checks.stability import EXPECTED_MIN, dispersion, pooled, shift

DECILES = np.array([0.1] * 9 + [0.092, 0.005, 0.002, 0.001])  # and reasons that are rare
DAYS, ROWS = 28, 2000

samples = st.lists(st.integers(0, 3000), min_size=2, max_size=15)


@given(samples, st.integers(1, 5))
def test_equal_shares_are_no_shift(counts: list[int], times: int) -> None:
    """A delivery exactly like its past would be told as a change."""
    found = shift(counts, [count * times for count in counts])
    assert (found.psi, found.p_value) == (0, 1)


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), min_size=2, max_size=15), st.randoms(use_true_random=False)
)
def test_the_order_of_bins_does_not_matter(pairs: list[tuple[int, int]], luck: random.Random) -> None:
    """The same day would be judged otherwise when a contract lists its codes in another order."""
    shuffled = luck.sample(pairs, len(pairs))
    one, two = (shift([a for a, _ in each], [b for _, b in each]) for each in (pairs, shuffled))
    assert (one.bins, round(one.psi, 9), round(one.p_value, 9)) == (two.bins, round(two.psi, 9), round(two.p_value, 9))


@given(samples, samples)
def test_no_pool_expects_too_few_and_every_bin_is_in_one(one: list[int], two: list[int]) -> None:
    """Chi-square would be claimed for bins in which a single row decides, or a bin be left out of sight."""
    size = min(len(one), len(two))
    counts, reference = one[:size], two[:size]
    pools = pooled(counts, reference)
    rows, of = sum(counts), sum(reference)
    for pool in pools:
        seen, expected = (sum(sample[n] for n in pool) for sample in (counts, reference))
        assert min(rows, of) * max(seen / rows / 2, expected / of) >= EXPECTED_MIN - 1e-9
    assert not pools or sorted(place for pool in pools for place in pool) == list(range(size))


def test_a_bin_that_never_was_filled_is_in_sight() -> None:
    """A column that was one value and became another would not have moved at all."""
    assert shift([0, 600], [6000, 0]).p_value < 1e-6
    assert shift([590, 10], [60_000, 0]).p_value < 1e-6
    assert shift([596, 4], [60_000, 0]).p_value == 1  # four rows decide nothing


@given(samples, samples)
def test_the_index_is_never_negative_and_p_is_a_probability(counts: list[int], reference: list[int]) -> None:
    """A limit on the index would be met by nonsense."""
    size = min(len(counts), len(reference))
    found = shift(counts[:size], reference[:size])
    assert found.psi >= 0
    assert 0 <= found.p_value <= 1


def days(rng: np.random.Generator, shares: np.ndarray, rows: int, count: int, spread: float = 0) -> list[list[int]]:
    """Days of one population; with `spread` their shares themselves vary from day to day."""
    of = shares if not spread else rng.dirichlet(shares / spread, size=count)
    return rng.multinomial(rows, of, size=count).tolist()  # type: ignore[no-any-return] # numpy's tolist knows no shape


def alarms(rng: np.random.Generator, spread: float, level: float, trials: int = 1500) -> float:
    """How often an ordinary day is objected to, as a ratio to the promised level."""
    hit = 0
    for _ in range(trials):
        *past, today = days(rng, DECILES, ROWS, DAYS + 1, spread)
        hit += shift(today, np.sum(past, axis=0).tolist(), past).p_value < level
    return hit / trials / level


def test_ordinary_days_are_objected_to_as_seldom_as_promised() -> None:
    """Nobody would believe an alarm any more; or, far below the level, faults would pass for chance."""
    assert 0.5 < alarms(np.random.default_rng(11), 0, 0.02) < 1.5


def test_days_that_vary_by_more_than_chance_are_not_objected_to_for_that() -> None:
    """Weekends and campaigns would hold good partitions: chance alone is a quarter of their variance."""
    assert alarms(np.random.default_rng(12), 3 / ROWS, 0.02) < 2.5


def test_a_real_shift_of_five_percent_is_seen_where_the_rule_of_thumb_is_blind() -> None:
    """Every twentieth income would be a twelfth of itself, at an index of 0.03."""
    rng = np.random.default_rng(13)
    past = days(rng, DECILES, 5000, DAYS)
    moved = 0.95 * DECILES + 0.05 * np.eye(len(DECILES))[0]
    found = shift(days(rng, moved, 5000, 1)[0], np.sum(past, axis=0).tolist(), past)
    assert found.psi < 0.1
    assert found.p_value < 1e-6


def test_dispersion_is_at_least_one_and_grows_with_the_days_variance() -> None:
    """History quieter than chance would make chance look like a fault."""
    rng = np.random.default_rng(14)
    pools = [[n] for n in range(len(DECILES))]
    past = days(rng, DECILES, ROWS, DAYS), days(rng, DECILES, ROWS, DAYS, 0.01)
    quiet, loud = (dispersion(each, np.sum(each, axis=0).tolist(), pools) for each in past)
    assert 1 <= quiet < 1.5
    assert loud > 5
