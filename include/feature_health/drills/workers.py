"""Processes that play the cells of a matrix. They end when the one that started them does, however it ended."""

import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from pathlib import Path
from typing import Self

from feature_health.drills.cell import Cell, Task, play_cell
from feature_health.drills.lender import FaultLibrary, Lender
from feature_health.drills.night import Night, clean_night
from feature_health.drills.shadow import MakeShadow

_ORPHANED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What every cell is played on: the lender, its faults, how a shadow is made, and the workspace."""

    lender: Lender
    library: FaultLibrary
    make: MakeShadow
    folder: Path

    @classmethod
    def of(cls, lender: Lender, library: FaultLibrary, make: MakeShadow, folder: Path) -> Self:
        """A stage in an empty folder."""
        stage = cls(lender=lender, library=library, make=make, folder=folder)
        stage.nights.mkdir()
        stage.shadows.mkdir()
        return stage

    @property
    def nights(self) -> Path:
        """Where clean nights lie."""
        return self.folder / "nights"

    @property
    def shadows(self) -> Path:
        """Where shadows lie side by side."""
        return self.folder / "shadows"


class Workers:
    """Takes cells and clean nights; both come in the order in which they were given."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def build(self, day: date) -> Future[None]:
        """Build the day's clean night ahead."""
        return self._pool.submit(_build, day)

    def play(self, task: Task) -> Future[Cell]:
        """Play the cell."""
        return self._pool.submit(_play, task)


@contextmanager
def workers(stage: Stage, count: int) -> Iterator[Workers]:
    """So many processes; leaving the block waits for what is being played and drops what was not begun."""
    # Not forked: threads of the engine may hold locks that a fork would copy and never release.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(max_workers=count, mp_context=context, initializer=_begin, initargs=(stage,))
    try:
        with _ctrl_c_later():
            pool.submit(_nothing)  # begins all of them
        yield Workers(pool)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def built(stage: Stage, day: date, ahead: Future[None] | None) -> Night:
    """The clean night, built here if no worker has come to it: all of them may be busy."""
    if ahead is not None and not ahead.cancel():
        ahead.result()
    return clean_night(stage.lender, day, stage.nights)


@contextmanager
def _ctrl_c_later() -> Iterator[None]:
    """Ctrl-C waits until the block ends, and for ever in processes that it begins: who started them tells them when to end."""
    resource_tracker.ensure_running()  # beginning it inside would let Ctrl-C through
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def count_of(asked: int | None) -> int:
    """How many workers there may be: as many as asked, at most one per core."""
    cores = os.cpu_count() or 1
    return max(1, min(asked or cores, cores))


_stages: list[Stage] = []
"""Of this process: set once, when it begins."""


def _begin(stage: Stage) -> None:
    tempfile.tempdir = str(stage.folder)  # goes with the workspace, also when this process is killed
    threading.Thread(target=_end_with_parent, name="drill-parent", daemon=True).start()
    _stages.append(stage)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(_ORPHANED)


def _nothing() -> None:
    """Done at once."""


def _build(day: date) -> None:
    clean_night(_stages[0].lender, day, _stages[0].nights)


def _play(task: Task) -> Cell:
    stage = _stages[0]
    return play_cell(task, stage.lender, stage.library, stage.make, stage.folder)
