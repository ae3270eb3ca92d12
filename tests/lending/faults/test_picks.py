"""Laws of which rows a fault takes, whatever the seed."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.faults.changes import Bound
from lending.faults.picks import Pick, Way
from lending.sql import connect

ROWS = 300
CONNECTION = connect()
CONNECTION.register(
    "clean", pa.table({"id": [f"{n:x}-{n}" for n in range(ROWS)], "time": list(range(ROWS)), "of": [n % 3 for n in range(ROWS)]})
)
BOUND = Bound(columns={"key": ("id",), "time": ("time",)})

shares = st.floats(0.01, 1.0)
seeds = st.integers(0, 10_000)


def taken(way: Way, share: float, seed: int, *, scope: str = "TRUE") -> list[int]:
    """The times of the rows taken, in order."""
    picked = Pick(way, along=("$time", "$nothing")).sql(BOUND, scope=[scope], share=share, salt=f"X|{seed}")
    return [time for (time,) in CONNECTION.execute(f"SELECT time FROM ({picked}) WHERE _hit ORDER BY time").fetchall()]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["scattered", "stretch", "tail"]), shares, shares, seeds)
def test_a_larger_share_takes_every_row_that_a_smaller_one_takes(way: Way, one: float, other: float, seed: int) -> None:
    """A stronger fault would be another fault, and not more of the same."""
    assert set(taken(way, min(one, other), seed)) <= set(taken(way, max(one, other), seed))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["stretch", "tail"]), shares, seeds)
def test_a_stretch_is_one_run_of_the_share(way: Way, share: float, seed: int) -> None:
    """An outage would be scattered over the day, or be longer than it is said to be."""
    rows = taken(way, share, seed)
    assert abs(len(rows) - share * ROWS) <= 1
    assert rows == list(range(rows[0], rows[0] + len(rows))) if rows else share * ROWS <= 1


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["scattered", "stretch", "tail"]), shares, seeds)
def test_no_row_outside_the_scope_is_taken(way: Way, share: float, seed: int) -> None:
    """A fault of one bureau would be another's."""
    assert all(time % 3 == 1 for time in taken(way, share, seed, scope="of = 1"))


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_seeds_take_other_rows(seed: int) -> None:
    """Seeds kept for the proof of the gate would be those that it was built on."""
    assert taken("scattered", 0.3, seed) != taken("scattered", 0.3, seed + 1)
