"""What a matrix is made of, and when its figures are as they should be."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from feature_health.drills.summary import Dataset, Summary, summarise
from feature_health.errors import CallerError
from lending.drill.measuring import Asked, as_it_should
from lending.drill.split import HELD_OUT, WRITING, Split


def datasets(**counts: tuple[int, int]) -> Mapping[str, Dataset]:
    """Job -> so many clean partitions, of which so many were held."""
    per_90 = {job: held * 90 / n for job, (n, held) in counts.items()}
    return {
        job: Dataset(n=n, held=held, diverted=0, per_90=per_90[job], per_90_interval=(0, 90)) for job, (n, held) in counts.items()
    }


@pytest.mark.parametrize(
    ("split", "changes", "good"),
    [
        (WRITING, {}, True),
        (WRITING, {"recall_s1": 1.0}, True),
        (WRITING, {"recall_s1": 0.99}, False),
        (HELD_OUT, {"recall_s1": 0.985, "corrupted_rows_published_s1": 7}, True),
        (HELD_OUT, {"recall_s1": 0.97}, False),
        (WRITING, {"recall_s1": 1.0, "corrupted_rows_published_s1": 1}, False),
        (WRITING, {"datasets": datasets(pulls=(20, 1))}, True),
        (WRITING, {"datasets": datasets(pulls=(90, 2))}, False),
        (WRITING, {"datasets": datasets(pulls=(180, 2), incomes=(180, 2))}, True),
        (WRITING, {"n_errors": 1}, False),
    ],
)
def test_the_exit_code_follows_the_limits(split: Split, changes: Mapping[str, object], good: bool) -> None:
    """A gate that lets S1 through, or holds good days, would look proven; or one that holds would look broken."""
    nothing: Summary = summarise((), ())
    assert as_it_should(replace(nothing, **changes), split) is good  # type: ignore[arg-type]


def test_without_names_everything_is_measured() -> None:
    """A new fault or decoy would be in the list and in no figure."""
    layout = Asked(split=HELD_OUT, days=3, clean_days=2).layout()
    assert sum(card.decoy for card in layout.faults) == 13  # the twelve, and B15 of the failure table
    assert len(layout.faults) == 61 + 13
    assert layout.seed == HELD_OUT.seeds[0]
    assert layout.strengths == HELD_OUT.strengths
    assert len(layout.clean_days) == 2


def test_decoys_of_the_calendar_keep_their_own_days() -> None:
    """A day of 25 hours would be tried on an ordinary Wednesday, or every fault on days that only a decoy needs."""
    layout = Asked(split=HELD_OUT, faults=("decoy_holiday_double", "B1"), days=1).layout()
    decoy, fault = layout.faults
    assert layout.days_of(decoy) == (date(2026, 7, 3),)
    assert layout.days_of(fault) == HELD_OUT.days(1)
    planted = {plant.fault for day in layout.days_of(decoy) for _, plant in layout.plants(day)}
    assert planted == {"decoy_holiday_double"}


def test_an_unknown_fault_is_refused_before_anything_is_played() -> None:
    """A matrix of an hour would lack the one that was mistyped."""
    with pytest.raises(CallerError, match="did you mean B7"):
        Asked(split=WRITING, faults=("B1", "B77")).layout()
