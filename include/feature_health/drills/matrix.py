"""All faults by strength and day, decoys and clean days, each from the history that the gate would have had on that day.

One line of clean nights is walked and judged once; every cell starts from a fork of it at its day. Nothing of it stays.
"""

import shutil
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from feature_health.drills.cell import Cell, Task
from feature_health.drills.check_cards import CheckCard, check_cards
from feature_health.drills.detection import PARTITIONS_MAX
from feature_health.drills.lender import STRENGTHS, FaultCard, FaultLibrary, Lender, Plant
from feature_health.drills.night import Night, play
from feature_health.drills.result import Judged
from feature_health.drills.run import days_before
from feature_health.drills.shadow import MakeShadow, Shadow, fork, workspace
from feature_health.drills.summary import CleanNight, Summary, summarise
from feature_health.drills.workers import Stage, Workers, built, count_of, workers

WARM_DAYS = 28
NIGHTS_AHEAD = 4
"""So many clean nights are built ahead of the one that is judged."""
Told = Callable[["Progress"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a matrix is made of. `clean_days` are judged beside the days on which faults are planted; `seed` draws rows.

    Faults that happen on certain days alone are in `own_days` by name, and planted on those instead of on `days`.
    """

    faults: tuple[FaultCard, ...]
    days: tuple[date, ...]
    strengths: tuple[int, ...] = STRENGTHS
    clean_days: tuple[date, ...] = ()
    seed: int = 1
    warm_days: int = WARM_DAYS
    own_days: Mapping[str, tuple[date, ...]] = field(default_factory=dict)

    @property
    def planted_days(self) -> tuple[date, ...]:
        """Every day on which something is planted, in order."""
        return tuple(sorted({day for card in self.faults for day in self.days_of(card)}))

    def days_of(self, card: FaultCard) -> tuple[date, ...]:
        """The days on which the fault is planted."""
        return self.own_days.get(card.name, self.days)

    def plants(self, day: date) -> tuple[tuple[FaultCard, Plant], ...]:
        """Everything that is planted on a day; a fault that has fewer strengths is planted in those that it has."""
        return tuple(
            (card, Plant(fault=card.name, first_day=day, strength=strength, seed=self.seed))
            for card in self.faults
            if day in self.days_of(card)
            for strength in _strengths(card, self.strengths)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a matrix is: `done` of `total` steps (a clean night or a cell each), and the one that was just done."""

    done: int
    total: int
    what: str
    cell: Cell | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """What came of every cell and every clean night after the first `warm_days`, the checks that judged, and the figures."""

    cells: tuple[Cell, ...]
    clean: tuple[CleanNight, ...]
    checks: tuple[CheckCard, ...]
    summary: Summary
    seed: int
    warm_days: int
    seconds: float


@dataclass(slots=True, kw_only=True)
class _Walk:
    """A matrix under way."""

    layout: Layout
    stage: Stage
    workers: Workers
    told: Told
    total: int
    done: int = 0
    clean: list[CleanNight] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    playing: dict[Future[Cell], date] = field(default_factory=dict)


def run_matrix(
    lender: Lender,
    library: FaultLibrary,
    make: MakeShadow,
    layout: Layout,
    *,
    told: Told = lambda _: None,
    processes: int | None = None,
) -> Matrix:
    """The whole matrix; `told` hears of every step. Raises CallerError for days that the lender or its history has not.

    However it ends, by Ctrl-C too, nothing is left behind; after a kill the next drill sweeps what is a day old.
    """
    began = time.perf_counter()
    lines = lines_of(lender, layout)
    total = sum(map(len, lines)) + sum(len(layout.plants(day)) for day in layout.planted_days)
    with workspace() as folder:
        stage = Stage.of(lender, library, make, folder)
        with workers(stage, count_of(processes)) as hands:
            walk = _Walk(layout=layout, stage=stage, workers=hands, told=told, total=total)
            for line in lines:
                _walk(walk, line)
            _collect(walk, all_of_them=True)
        contracts = make(folder / "shadows" / "unused").platform.contracts
        cells = tuple(sorted(walk.cells, key=lambda cell: _order(layout, cell)))
        return Matrix(
            cells=cells,
            clean=tuple(walk.clean),
            checks=check_cards(contracts, lender.jobs),
            summary=summarise(cells, walk.clean),
            seed=layout.seed,
            warm_days=layout.warm_days,
            seconds=round(time.perf_counter() - began, 1),
        )


def lines_of(lender: Lender, layout: Layout) -> tuple[tuple[date, ...], ...]:
    """The days to walk: lines of days one after another, each with a history before; days far apart are lines of their own."""
    last = lender.days()[1]
    needed = {*layout.clean_days}
    for day in layout.planted_days:
        needed |= {day + timedelta(days=n) for n in range(PARTITIONS_MAX) if day + timedelta(days=n) <= last} | {day}
    lines: list[list[date]] = []
    for day in sorted(needed):
        before = days_before(lender, day, layout.warm_days)
        ago = (day - lines[-1][-1]).days if lines else None
        if ago is not None and ago <= max(layout.warm_days, 1):
            lines[-1].extend([day - timedelta(days=n) for n in range(ago - 1, -1, -1)])
        else:
            lines.append([*before, day])
    return tuple(map(tuple, lines))


def _walk(walk: _Walk, line: Sequence[date]) -> None:
    """Judge the line's clean nights in order, and hand out the cells of each day once its clean twins are judged."""
    stage, nights, twins = walk.stage, dict[date, Night](), dict[date, tuple[Judged, ...]]()
    base = stage.make(stage.shadows / f"base-{line[0]}")
    ahead = {day: walk.workers.build(day) for day in line[:NIGHTS_AHEAD]}
    for number, day in enumerate(line):
        ahead |= {later: walk.workers.build(later) for later in line[number + NIGHTS_AHEAD : number + NIGHTS_AHEAD + 1]}
        nights[day] = built(stage, day, ahead.pop(day))
        before = partial(_keep, stage, base, day) if day in walk.layout.planted_days else _keep_nothing
        twins[day] = play(base, stage.lender, nights[day], run="clean", before=before)
        if number >= walk.layout.warm_days:
            walk.clean.append(CleanNight(day=day, judged=twins[day]))
        _step(walk, f"clean {day}")
        for planted in _ready(walk.layout.planted_days, day, last=line[-1]):
            _hand_out(walk, planted, nights, twins)
        _collect(walk)
        _forget(walk, nights, day)


def _keep(stage: Stage, base: Shadow, day: date, job: str) -> None:
    """A shadow as the gate is just before this job's turn on the day."""
    fork(base, _snapshot(stage, day, job), stage.make)


def _keep_nothing(job: str) -> None:
    """Nothing is planted on this day."""


def _ready(days: Collection[date], day: date, *, last: date) -> Iterator[date]:
    """The planted days whose last twin has just been judged."""
    further = timedelta(days=PARTITIONS_MAX - 1)
    if day - further in days:
        yield day - further
    if day == last:
        yield from sorted(planted for planted in days if day - further < planted <= day)


def _hand_out(walk: _Walk, day: date, nights: dict[date, Night], twins: dict[date, tuple[Judged, ...]]) -> None:
    days = [day + timedelta(days=n) for n in range(PARTITIONS_MAX) if day + timedelta(days=n) in twins]
    for card, plant in walk.layout.plants(day):
        task = Task(
            card=card,
            plant=plant,
            before={job: _snapshot(walk.stage, day, job) for job in walk.stage.lender.jobs},
            clean=tuple(nights[one] for one in days),
            twins=tuple(twins[one] for one in days),
        )
        walk.playing[walk.workers.play(task)] = day


def _collect(walk: _Walk, *, all_of_them: bool = False) -> None:
    """Take in the cells that are done, or wait for all."""
    while walk.playing:
        done, _ = wait(walk.playing, timeout=None if all_of_them else 0, return_when="FIRST_COMPLETED")
        if not done:
            return
        for future in done:
            day = walk.playing.pop(future)
            cell = future.result()
            walk.cells.append(cell)
            _step(walk, f"{cell.fault} at {cell.strength} on {cell.day}", cell)
            if day not in walk.playing.values():
                for job in walk.stage.lender.jobs:
                    shutil.rmtree(_snapshot(walk.stage, day, job), ignore_errors=True)


def _forget(walk: _Walk, nights: dict[date, Night], today: date) -> None:
    """Remove the files of clean nights that no cell needs any more."""
    in_use = {day + timedelta(days=n) for day in (*walk.playing.values(), today) for n in range(-1, PARTITIONS_MAX)}
    for day in [day for day in nights if day not in in_use]:
        shutil.rmtree(nights.pop(day).folder, ignore_errors=True)


def _step(walk: _Walk, what: str, cell: Cell | None = None) -> None:
    walk.done += 1
    walk.told(Progress(done=walk.done, total=walk.total, what=what, cell=cell))


def _snapshot(stage: Stage, day: date, job: str) -> Path:
    return stage.shadows / f"at-{day}-{job}"


def _order(layout: Layout, cell: Cell) -> tuple[int, int, date]:
    names = [card.name for card in layout.faults]
    return names.index(cell.fault), cell.strength, cell.day


def _strengths(card: FaultCard, asked: Sequence[int]) -> Sequence[int]:
    known = [strength for strength in asked if strength <= max(len(card.strengths), 1)]
    return known or [1]
