"""Chances under the usual distributions, with `math` alone: importing scipy costs more than a whole check of a file.

Knows no measures and no limits. Tests hold it against scipy and against printed tables.
"""

import math
from statistics import NormalDist

_TERMS_MAX = 100_000
_SMALLEST = 1e-300
_RELATIVE = 1e-15


def gamma_tail(shape: float, x: float) -> float:
    """Q(shape, x), the regularised upper incomplete gamma function, 0 to 1, of `shape` above 0 and `x` at least 0.

    By the series of DLMF 8.11.4 below `shape + 1` and by the continued fraction of DLMF 8.9.2 above (dlmf.nist.gov).
    """
    if x <= 0:
        return 1.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    return 1 - front * _series(shape, x) if x < shape + 1 else front * _fraction(shape, x)


def chi_square_tail(x: float, freedom: float) -> float:
    """The chance that a chi-square variable of so many degrees of freedom is at least `x`."""
    return gamma_tail(freedom / 2, x / 2)


def chi_square_median(freedom: float) -> float:
    """The median of that variable within 4 percent, by the cube root's normality (Wilson and Hilferty 1931)."""
    return freedom * (1 - 2 / (9 * freedom)) ** 3


def poisson_at_most(count: float, mean: float) -> float:
    """The chance of at most `count` events where `mean` are expected; between whole numbers the gamma function's own values."""
    return gamma_tail(count + 1, mean)


def poisson_at_least(count: float, mean: float) -> float:
    """The chance of at least `count` events where `mean` are expected."""
    return 1 - gamma_tail(count, mean) if count > 0 else 1.0


def student_quantile(share: float, freedom: float) -> float:
    """Student's t at this share, 0.5 to 1: the normal quantile and four corrections (Abramowitz and Stegun 26.7.5).

    Within 3 percent below the true value from 3.3 degrees of freedom on and up to 0.9995.
    """
    z = NormalDist().inv_cdf(share)
    corrections = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(correction / freedom**power for power, correction in enumerate(corrections, start=1))


def _series(shape: float, x: float) -> float:
    term = total = 1 / shape
    for n in range(1, _TERMS_MAX):
        term *= x / (shape + n)
        total += term
        if term < total * _RELATIVE:
            break
    return total


def _fraction(shape: float, x: float) -> float:
    """By Lentz's method, which keeps numerator and denominator of the convergents apart from nothing by a tiny number."""
    b = x + 1 - shape
    c, d = 1 / _SMALLEST, 1 / (b or _SMALLEST)
    value = d
    for n in range(1, _TERMS_MAX):
        a = -n * (n - shape)
        b += 2
        d = 1 / ((a * d + b) or _SMALLEST)
        c = (b + a / c) or _SMALLEST
        value *= c * d
        if abs(c * d - 1) < _RELATIVE:
            break
    return value
