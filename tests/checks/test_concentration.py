"""Whether rows gather: the exact chance, adjusted for how many segments were looked at, and never by a trifle."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feature_health.checks.concentration import Segment, chance_of_at_least, crowds

STATES = 51


def exact(hit: int, *, drawn: int, marked: int, rows: int) -> float:
    """The same chance counted out in whole numbers."""
    ways = sum(comb(marked, k) * comb(rows - marked, drawn - k) for k in range(hit, min(drawn, marked) + 1))
    return float(Fraction(ways, comb(rows, drawn)))


@settings(deadline=None)
@given(st.data())
def test_the_chance_is_the_exact_one(data: st.DataObject) -> None:
    """Partitions would be held, or not, by a number that only looks like a probability."""
    rows = data.draw(st.integers(1, 400))
    drawn, marked = data.draw(st.integers(0, rows)), data.draw(st.integers(0, rows))
    hit = data.draw(st.integers(max(0, drawn + marked - rows), min(drawn, marked)))
    chance = chance_of_at_least(hit, drawn=drawn, marked=marked, rows=rows)
    expected = 1.0 if hit * rows <= drawn * marked else exact(hit, drawn=drawn, marked=marked, rows=rows)
    assert chance == pytest.approx(expected, rel=1e-9)


def test_the_chance_is_there_for_ten_million_rows() -> None:
    """The largest partitions are those that nobody looks through by hand."""
    chance = chance_of_at_least(1_200, drawn=200_000, marked=50_000, rows=10_000_000)
    assert chance == pytest.approx(2.7829385e-10, rel=1e-6)  # scipy.stats.hypergeom(10_000_000, 50_000, 200_000).sf(1_199)
    assert chance_of_at_least(50_000, drawn=200_000, marked=50_000, rows=10_000_000) == 0.0


def states(hits: dict[int, int], size: int = 100) -> list[Segment]:
    """Equal segments, with hits in some of them."""
    return [Segment(column="state", value=n, rows=size, counted=hits.get(n, 0)) for n in range(STATES)]


def found(hits: dict[int, int], significance: float = 0.01) -> list[object]:
    """The states in which they gather."""
    rows, counted = 100 * STATES, sum(hits.values())
    return [crowd.segment.value for crowd in crowds(states(hits), rows=rows, counted=counted, significance=significance)]


def test_rows_of_one_state_gather() -> None:
    """One state's outage would be published as if its applicants had never applied."""
    assert found({7: 5}) == [7]
    assert found({7: 6, 9: 6, **dict.fromkeys(range(20, 40), 1)}) == [7, 9]


def test_rows_spread_by_chance_do_not() -> None:
    """Every partition with a few wrong rows would be held, and diverting be of no use."""
    assert found(dict.fromkeys(range(0, STATES, 2), 1)) == []
    assert found({3: 2, 7: 2, 11: 1}) == []


def test_two_rows_are_no_crowd() -> None:
    """The only two wrong rows of a day are improbably often in one small state, of which there are many."""
    assert found({7: 2}, significance=0.2) == []


def test_a_trifle_is_no_crowd_however_improbable() -> None:
    """In ten million rows a tenth more is beyond chance, and means nothing."""
    segments = [
        Segment(column="channel", value="web", rows=5_000_000, counted=26_000),
        Segment(column="channel", value="app", rows=5_000_000, counted=24_000),
    ]
    assert chance_of_at_least(26_000, drawn=5_000_000, marked=50_000, rows=10_000_000) < 1e-9
    assert crowds(segments, rows=10_000_000, counted=50_000, significance=0.01) == ()


def test_the_more_segments_are_looked_at_the_more_it_takes() -> None:
    """With a thousand branches one of them would always stand out."""
    few = [Segment(column="branch", value=n, rows=100, counted=4 if n == 0 else 0) for n in range(10)]
    many = [Segment(column="branch", value=n, rows=100, counted=4 if n == 0 else 0) for n in range(10)]
    others = [Segment(column="postcode", value=n, rows=1, counted=0) for n in range(1000)]
    assert crowds(few, rows=1000, counted=5, significance=0.02)
    assert not crowds([*many, *others], rows=1000, counted=5, significance=0.02)


def test_a_segment_that_is_everything_says_nothing() -> None:
    """A column of one value would hold every partition."""
    whole = Segment(column="country", value="US", rows=500, counted=9)
    assert crowds([whole], rows=500, counted=9, significance=0.2) == ()
