"""A matrix of the made-up lender through the real steps: its cells, its figures, and that nothing stays of it."""

import dataclasses
import itertools
import tempfile
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from feature_health.contracts.severity import Ruling
from feature_health.drills.cell import Cell
from feature_health.drills.matrix import Layout, Matrix, Progress, lines_of, run_matrix
from feature_health.drills.result import Judged
from feature_health.drills.summary import CleanNight, summarise, wilson
from feature_health.errors import CallerError
from tests.drills.bakery import DAY, Bakery, BakeryFaults, make

CARDS = BakeryFaults().cards()
TOLD: list[Progress] = []


@cache
def matrix() -> Matrix:
    """Every fault and decoy on one day, in strengths 1 and 3."""
    layout = Layout(faults=CARDS, days=(DAY,), strengths=(1, 3), warm_days=1)
    return run_matrix(Bakery(), BakeryFaults(), make(), layout, told=TOLD.append, processes=2)


def _told(cell: Cell) -> str:
    stopped = f"{cell.caught_job} {cell.how} in {cell.partitions}" if cell.partitions else "not stopped"
    return f"{cell.fault}/{cell.strength} {cell.impact} {stopped}, {cell.corrupted_rows_published} corrupted rows"


def test_every_cell_comes_to_what_it_must() -> None:
    """A matrix that calls a miss a catch would be worse than none."""
    assert [_told(cell) for cell in matrix().cells] == [
        "OUT/1 S1 scores held in 1, 0 corrupted rows",
        "OUT/3 S1 scores held in 1, 0 corrupted rows",
        "RAMP/1 S2 scores held in 2, 100 corrupted rows",
        "FEW/1 S2 scores diverted in 1, 0 corrupted rows",
        "ABSENT/1 S1 scores never_came in 1, 0 corrupted rows",
        "DOUBLE/1 S1 not stopped, 200 corrupted rows",
        "SORTED/1 S1 not stopped, 0 corrupted rows",
        "CHEAP/1 S1 not stopped, 0 corrupted rows",
    ]


def test_the_figures_are_those_of_the_cells() -> None:
    """The figures are what the gate is trusted by."""
    found = matrix().summary
    assert (found.recall_s1, found.n_s1) == (0.75, 4)
    assert (found.recall_s2, found.n_s2) == (1.0, 2)
    assert (found.corrupted_rows_published_s1, found.flipped_published_s1) == (200, 100)
    assert (found.false_quarantines, found.false_quarantines_per_90, found.n_decoy_cells) == (0, 0.0, 2)
    assert {job: one.n for job, one in found.datasets.items()} == {"offers": 2, "scores": 4}  # two clean nights and the decoys
    assert (found.n_clean, found.n_errors, found.n_without_effect) == (6, 0, 0)


def test_every_step_is_told() -> None:
    """A progress bar would stand still, or end before the end."""
    matrix()
    assert [one.done for one in TOLD] == list(range(1, len(TOLD) + 1))
    assert TOLD[-1].done == TOLD[-1].total == 3 + 8
    assert sum(one.cell is not None for one in TOLD) == 8


def test_what_objected_is_kept_for_each_check() -> None:
    """No check could be told what it is good for."""
    few = next(cell for cell in matrix().cells if cell.fault == "FEW")
    assert [(one.job, one.check, one.holds, one.failures) for one in few.objections] == [
        ("scores", "expect_column_values_to_be_between:score", False, ("OUT", "RAMP", "FEW"))
    ]
    assert {(card.job, card.check) for card in matrix().checks} >= {("scores", "rows.count"), ("offers", "key.unique")}


def test_a_fault_that_cannot_be_planted_is_an_error_of_its_cell_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One impossible scope would cost the whole matrix, or count as a miss; and nothing may stay of it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    unknown = dataclasses.replace(CARDS[0], name="REFUSED")
    layout = Layout(faults=(unknown, CARDS[3]), days=(DAY,), strengths=(1,), warm_days=0)
    done = run_matrix(Bakery(), BakeryFaults(), make(), layout, processes=1)
    assert [(cell.fault, cell.error) for cell in done.cells] == [("REFUSED", "The bakery refuses."), ("ABSENT", None)]
    assert (done.summary.n_errors, done.summary.n_s1, done.summary.recall_s1) == (1, 1, 1.0)
    assert list(tmp_path.iterdir()) == []


def test_days_far_apart_have_histories_of_their_own() -> None:
    """Walking half a year for two days would take an hour; a day without history would be judged blindly."""
    later = DAY + timedelta(days=60)
    near = Layout(faults=CARDS, days=(DAY, DAY + timedelta(days=5)), warm_days=7)
    assert [(line[0], line[-1], len(line)) for line in lines_of(Bakery(), near)] == [
        (DAY - timedelta(days=7), DAY + timedelta(days=6), 14)
    ]
    far = Layout(faults=CARDS, days=(later, DAY), clean_days=(later + timedelta(days=4),), warm_days=7)
    lines = lines_of(Bakery(), far)
    assert [(line[0], line[-1]) for line in lines] == [
        (DAY - timedelta(days=7), DAY + timedelta(days=1)),
        (later - timedelta(days=7), later + timedelta(days=4)),
    ]
    assert all(day - before == timedelta(days=1) for line in lines for before, day in itertools.pairwise(line))


def test_the_last_day_of_the_world_has_no_second_partition() -> None:
    """The matrix would ask for a day that there is not."""
    last = date(2026, 12, 31)
    assert lines_of(Bakery(), Layout(faults=CARDS, days=(last,), warm_days=1)) == ((last - timedelta(days=1), last),)
    with pytest.raises(CallerError, match="There is no drill on 2027-01-01"):
        lines_of(Bakery(), Layout(faults=CARDS, days=(date(2027, 1, 1),)))


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 0, 0, 1), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (5, 10, 0.2366, 0.7634), (98, 100, 0.93, 0.9945)],
)
def test_intervals_are_wilsons(hits: int, n: int, low: float, high: float) -> None:
    """A recall of 1.0 on three cells would look like proof (values: Newcombe 1998, and by hand)."""
    assert wilson(hits, n) == pytest.approx((low, high), abs=1e-4)


def test_figures_of_nothing_are_none() -> None:
    """A matrix without a fault of some impact would claim to have caught none or all of them."""
    found = summarise([], [])
    assert (found.recall_s1, found.recall_s1_interval, found.false_quarantines_per_90, found.worst_dataset) == (None,) * 4


def test_false_quarantines_are_counted_by_dataset() -> None:
    """One noisy job would hide behind many quiet ones."""
    quiet = Judged(job="scores", key="k", revision=1, ruling=Ruling.PUBLISH)
    noisy = Judged(job="offers", key="k", revision=1, ruling=Ruling.QUARANTINE)
    waits = Judged(job="later", key="k", revision=None, ruling=None, waits=True)
    nights = [CleanNight(day=DAY, judged=(quiet, waits))] * 29 + [CleanNight(day=DAY, judged=(quiet, noisy))]
    found = summarise([], nights)
    assert (found.n_clean, found.false_quarantines) == (31, 1)
    assert (found.worst_dataset, found.false_quarantines_per_90_worst) == ("offers", 90.0)
    assert found.false_quarantines_per_90 == pytest.approx(90 / 31)


def test_a_fault_without_effect_on_its_day_counts_nowhere() -> None:
    """What changed nothing can neither be caught nor missed."""
    nothing = Cell(fault="X", strength=1, day=DAY, seed=1, decoy=False, impact="S1", rows={})
    found = summarise([nothing], [])
    assert (found.n_s1, found.n_without_effect) == (0, 1)
