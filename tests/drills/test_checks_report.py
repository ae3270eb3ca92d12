"""What each check is worth, told by cells and clean nights that were made up, and by the command."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from feature_health.contracts.severity import Ruling
from feature_health.drills import matrix_file
from feature_health.drills.cell import Cell, Objection
from feature_health.drills.check_cards import CheckCard
from feature_health.drills.checks_report import CheckWorth, checks_report
from feature_health.drills.lender import Impact
from feature_health.drills.matrix import Matrix
from feature_health.drills.result import Fired, Judged
from feature_health.drills.summary import CleanNight, summarise
from tests.cli.command import call
from tests.drills.bakery import DAY

KEY = "2026-03-04"
CARDS = (
    CheckCard(job="scores", check="range", severity="block", failures=("A", "B"), stated=True, measures=2, own_measures=1),
    CheckCard(job="scores", check="mean", severity="block", failures=("A",), stated=True, measures=1),
    CheckCard(job="scores", check="drift", severity="warn", failures=("C",), stated=True),
    CheckCard(job="scores", check="schema.columns", severity="block"),
    CheckCard(job="offers", check="limit", severity="block", failures=("C",), stated=True),
)


def _objects(check: str, *, job: str = "scores", holds: bool = True) -> Objection:
    return Objection(job=job, key=KEY, check=check, holds=holds, failures=())


def _cell(fault: str, *objections: Objection, decoy: bool = False, impact: Impact = "S1") -> Cell:
    stopping = tuple(one.check for one in objections if one.holds)
    return Cell(
        fault=fault,
        strength=1,
        day=DAY,
        seed=1,
        decoy=decoy,
        impact=impact,
        rows={"scores": 5},
        caught=bool(stopping),
        partitions=1 if stopping else None,
        how="held" if stopping else None,
        caught_job="scores" if stopping else None,
        caught_by=stopping,
        objections=objections,
        judged=(("scores", KEY),),
        held=(("scores", KEY),) if stopping else (),
    )


CELLS = (
    _cell("A", _objects("range"), _objects("mean")),
    _cell("B", _objects("range"), _objects("drift", holds=False)),
    _cell("B"),
    _cell("C", _objects("schema.removed:score")),
    _cell("calm", _objects("mean"), decoy=True),
    replace(_cell("A", _objects("range")), error="broke down"),
)
NOISY = Fired(check="drift", kind="violation", severity="warn", holds=False, failures=(), because="it drifts")
NIGHTS = tuple(
    CleanNight(day=DAY, judged=(Judged(job="scores", key=KEY, revision=1, ruling=Ruling.PUBLISH, fired=fired),))
    for fired in ((NOISY,), ())
)
MATRIX = Matrix(cells=CELLS, clean=NIGHTS, checks=CARDS, summary=summarise(CELLS, NIGHTS), seed=1, warm_days=28, seconds=12.5)


def _by_name() -> dict[str, CheckWorth]:
    return {one.check: one for one in checks_report(CELLS, NIGHTS, CARDS)}


@pytest.mark.parametrize(
    ("check", "numbers"),
    [
        # fired, alone, with others, warned, false alarms, false holds, precision, recall, cells that it is for
        ("range", (2, 1, 1, 0, 0, 0, 1.0, 2 / 3, 3)),
        ("mean", (1, 0, 1, 0, 1, 1, 0.5, 1.0, 1)),
        ("drift", (1, 0, 0, 1, 1, 0, 0.5, 0.0, 1)),
        ("schema.columns", (1, 1, 0, 0, 0, 0, 1.0, None, 0)),
        ("limit", (0, 0, 0, 0, 0, 0, None, 0.0, 1)),
    ],
)
def test_each_check_is_told_what_it_did(check: str, numbers: tuple[Any, ...]) -> None:
    """A contract would keep checks that are worth nothing, or lose one that alone stops a fault."""
    one = _by_name()[check]
    told = (one.fired, one.caught_alone, one.caught_with_others, one.warned, one.false_alarms, one.false_holds)
    assert (*told, one.precision, one.recall, one.for_cells) == numbers
    assert one.clean == (3 if one.job == "scores" else 0)


def test_dead_and_redundant_checks_are_named() -> None:
    """Nobody would ever take a check away."""
    found = _by_name()
    assert {name for name, one in found.items() if one.dead} == {"limit"}
    assert {name for name, one in found.items() if one.redundant} == {"mean", "drift"}


def test_a_matrix_is_read_as_it_was_written(tmp_path: Path) -> None:
    """The checks would be told by another matrix than was run."""
    file = tmp_path / "new" / "matrix.json"
    matrix_file.write(MATRIX, file)
    kept = matrix_file.read(file)
    assert (kept.cells, kept.checks) == (MATRIX.cells, MATRIX.checks)
    assert checks_report(kept.cells, kept.clean, kept.checks) == checks_report(CELLS, NIGHTS, CARDS)
    record = json.loads(file.read_text())
    assert list(record)[:2] == ["summary", "cells"]
    numbers = ("recall_s1", "recall_s2", "false_quarantines_per_90", "corrupted_rows_published_s1", "n_s1", "n_s2", "n_clean")
    assert {type(record["summary"][name]) for name in numbers if name != "recall_s2"} <= {int, float}
    assert record["cells"][0]["day"] == KEY


def test_the_command_tells_what_the_matrix_says(tmp_path: Path) -> None:
    """People would have to read JSON to learn which check to keep."""
    matrix_file.write(MATRIX, tmp_path / matrix_file.NAME)
    answer = call("checks", "--home", str(tmp_path))
    assert answer.code == 0
    assert "Dead: never objected to anything (1): offers limit" in answer.out
    assert "Never the only one to stop a fault (2): scores mean, scores drift" in answer.out
    machine = call("checks", "--from", str(tmp_path / matrix_file.NAME), "--json").json
    assert [one["check"] for one in machine] == [card.check for card in CARDS]
    assert [one["dead"] for one in machine] == [False, False, False, False, True]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "no matrix has been run here yet. Make one with `feature-health drill matrix`"),
        ("{", "is not the JSON of a matrix"),
        ('{"cells": [{"day": 1}], "clean": [], "checks": []}', "is not the JSON of a matrix"),
        ("[]", "is not the JSON of a matrix"),
    ],
)
def test_what_is_no_matrix_is_refused_in_a_sentence(tmp_path: Path, text: str | None, says: str) -> None:
    """A traceback says nothing to whoever forgot to run the matrix."""
    file = tmp_path / "matrix.json"
    if text is not None:
        file.write_text(text)
    answer = call("checks", "--from", str(file), "--json")
    assert answer.code == 1
    assert says in answer.json["error"]
