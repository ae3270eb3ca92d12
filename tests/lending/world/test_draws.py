from datetime import date
from math import erfc, sqrt

import numpy as np
import pytest

from lending.world.draws import Draws, inverse_normal, mixed, normal_share

DRAWS = Draws(seed=1, table="t", day=date(2026, 1, 1))


def test_words_become_uniform_and_normal() -> None:
    """A wrong transform would bend every marginal."""
    assert np.quantile(DRAWS.uniform("u", 100_000), [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.01)
    assert inverse_normal(np.array([0.001, 0.025, 0.5, 0.975, 0.999])) == pytest.approx(
        [-3.0902323, -1.9599640, 0, 1.9599640, 3.0902323], abs=1e-6
    )


def test_a_normals_share_is_the_inverse_of_its_quantile() -> None:
    """Scores would not have the population's distribution."""
    values = np.linspace(-6, 6, 2001)
    assert np.abs(normal_share(values) - [0.5 * erfc(-v / sqrt(2)) for v in values]).max() < 1e-7


def test_columns_and_neighbours_are_independent() -> None:
    """Two columns, or consecutive rows, that lean on each other would make correlations that no lender has."""
    columns = np.stack([DRAWS.normal(name, 200_000) for name in ("a", "b", "c")])
    assert np.abs(np.corrcoef(columns) - np.eye(3)).max() < 0.01
    lagged = np.corrcoef(columns[0][:-1], columns[0][1:])[0, 1]
    assert abs(lagged) < 0.01


def test_a_longer_draw_begins_with_the_shorter_and_a_block_is_its_part() -> None:
    """A partition made in blocks would hold other people than the same one made at once."""
    whole = DRAWS.uniform("u", 1000)
    assert (DRAWS.uniform("u", 10) == whole[:10]).all()
    assert (DRAWS.rows(100, first=500).uniform("u") == whole[500:600]).all()


def test_different_words_stay_different() -> None:
    """Two people would be one."""
    assert len(np.unique(mixed(np.arange(100_000, dtype=np.uint64)))) == 100_000
