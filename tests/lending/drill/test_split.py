"""The frozen split: what was seen while writing the contracts and what was kept for the proof do not meet."""

import pytest

from lending.drill.split import HELD_OUT, KINDS, NEVER_TUNED, WRITING, Split, by_lot


def test_the_two_sides_share_no_seed_and_no_planted_day() -> None:
    """Figures on what was seen would be given out as figures on what was not."""
    assert not set(WRITING.seeds) & set(HELD_OUT.seeds)
    assert WRITING.last_day < HELD_OUT.first_day
    assert WRITING.clean_days(180)[-1] < HELD_OUT.first_clean_day
    assert set(HELD_OUT.strengths) - set(WRITING.strengths)


def test_a_quarter_of_the_kinds_was_drawn_by_lot() -> None:
    """Kinds left out because they are easy would make the proof easy."""
    assert len(KINDS) == 62
    assert by_lot(KINDS, 16) == NEVER_TUNED


@pytest.mark.parametrize("split", [WRITING, HELD_OUT], ids=lambda split: split.name)
def test_planted_days_are_of_every_weekday(split: Split) -> None:
    """A fault that only shows on weekdays would look caught on all days, or one day would be counted twice."""
    every = split.days(10_000)
    assert len(every) == len(set(every)) == (split.last_day - split.first_day).days + 1
    assert all(split.first_day <= day <= split.last_day for day in every)
    assert {day.weekday() for day in split.days(7)} == set(range(7))


def test_clean_days_follow_one_another() -> None:
    """A gap would hide what a clean day does to the next day's checks."""
    days = HELD_OUT.clean_days(180)
    assert (days[-1] - days[0]).days == 179
