import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feature_health.checks.probability import (
    chi_square_median,
    chi_square_tail,
    gamma_tail,
    poisson_at_least,
    poisson_at_most,
    student_quantile,
)


@pytest.mark.parametrize(
    ("freedom", "x", "tail"),
    [(1, 3.841, 0.05), (9, 16.919, 0.05), (9, 21.666, 0.01), (20, 45.315, 0.001), (100, 149.449, 0.001)],
)
def test_chi_square_is_as_printed_in_tables(freedom: int, x: float, tail: float) -> None:
    """A shift's p-value would be another number than the one that everybody else computes."""
    assert chi_square_tail(x, freedom) == pytest.approx(tail, rel=1e-3)


@pytest.mark.parametrize(
    ("freedom", "share", "t"), [(3.3, 0.995, 5.34), (5, 0.9995, 6.869), (10, 0.975, 2.228), (20, 0.9995, 3.850)]
)
def test_students_t_is_as_printed_in_tables(freedom: float, share: float, t: float) -> None:
    """Intervals by a short history would be too narrow, and good partitions be held."""
    assert student_quantile(share, freedom) == pytest.approx(t, rel=0.03)


@given(st.floats(0.3, 1e5), st.floats(0, 3))
def test_the_incomplete_gamma_function_is_scipys(shape: float, ratio: float) -> None:
    """Our few lines of mathematics would be wrong somewhere that no table shows."""
    special = pytest.importorskip("scipy.special")
    assert gamma_tail(shape, shape * ratio) == pytest.approx(special.gammaincc(shape, shape * ratio), abs=1e-9)


@given(st.integers(0, 60), st.floats(0.1, 40))
def test_poissons_tails_are_sums_of_its_terms(count: int, mean: float) -> None:
    """An empty bucket would be called impossible when it is likely, or the other way round."""
    below = math.fsum(math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(count + 1))
    assert poisson_at_most(count, mean) == pytest.approx(below, abs=1e-12)
    assert poisson_at_least(count + 1, mean) == pytest.approx(1 - below, abs=1e-12)


@given(st.floats(0.5, 500))
def test_half_of_all_chi_squares_lie_above_the_median(freedom: float) -> None:
    """The dispersion of history would be over- or underrated."""
    assert chi_square_tail(chi_square_median(freedom), freedom) == pytest.approx(0.5, abs=0.02)
