import pytest
from hypothesis import given
from hypothesis import strategies as st

from feature_health.checks.wording import hours, percent, share_in_words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.0102, "1.02 %"),
        (0.5, "50 %"),
        (0.00001, "0.001 %"),
        (0.999999, "99.9999 %"),
        (1e-12, "0.0000000001 %"),
    ],
)
def test_a_share_reads_well(share: float, words: str) -> None:
    """A finding would say 0.00 % of something that is there."""
    assert percent(share) == words


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_a_part_never_reads_as_nothing_or_all(part: int, rest: int) -> None:
    """One bad row in a billion would be told as none."""
    words = share_in_words(part, part + rest)
    assert words != "0 %"
    assert (words == "100 %") is (rest == 0)


def test_lengths_of_time_are_told_in_days_when_long() -> None:
    """Nobody pictures 1,200 hours."""
    assert hours(2.25) == "2.25 h"
    assert hours(120) == "120 h (5.0 days)"
