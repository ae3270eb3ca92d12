"""`feature-health drill matrix`: every fault by strength and day, decoys and clean days, and what the gate made of them."""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from feature_health.cli.options import console, print_json
from feature_health.drills.lender import FaultCard
from lending.drill.ground import Ground, ground
from lending.drill.library import LendingFaults
from lending.drill.running import written
from lending.drill.split import NEVER_TUNED, Split
from lending.faults import CATALOGUE

if TYPE_CHECKING:
    from feature_health.drills.matrix import Layout, Matrix
    from feature_health.drills.summary import Summary

NOT_AS_IT_SHOULD = 2
TOLD_PARTS = 20
"""Where there is no terminal for a bar, so many lines tell how far a matrix is."""
FALSE_QUARANTINE_PER = 90
"""At most one false quarantine in so many partitions of a dataset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be measured; what is None is as the split says, and no `faults` are all of them."""

    split: Split
    faults: tuple[str, ...] = ()
    strengths: tuple[int, ...] | None = None
    seed: int | None = None
    days: int = 1
    clean_days: int = 0
    warm_days: int = 28

    @property
    def world_seed(self) -> int:
        """The world's."""
        return self.split.seeds[0] if self.seed is None else self.seed

    def layout(self) -> "Layout":
        """The faults, their days, and the clean days; raises CallerError for a fault that there is not."""
        from feature_health.drills.matrix import Layout

        cards = cards_of(self.faults)
        return Layout(
            faults=cards,
            days=self.split.days(self.days),
            own_days={card.name: own for card in cards if (own := own_days(card.name, self.split, self.days)) is not None},
            strengths=self.strengths or self.split.strengths,
            clean_days=self.split.clean_days(self.clean_days),
            seed=self.world_seed,
            warm_days=self.warm_days,
        )


def cards_of(names: Sequence[str]) -> tuple[FaultCard, ...]:
    """The cards of these names, all of them if there are none; raises CallerError."""
    library = LendingFaults()
    named = {card.name: card for card in map(library.card, names)}
    return tuple(named.values()) or library.cards()


def own_days(name: str, split: Split, count: int) -> tuple[date, ...] | None:
    """The days of the window on which a fault of the calendar happens, at most `count`; None for what may happen on any day."""
    fault = CATALOGUE.get(name)
    if fault is None or not fault.days:
        return None
    return tuple(day for day in fault.days if split.first_day <= day <= split.last_day)[:count]


def run(
    asked: Asked,
    *,
    home: Path,
    contracts: Path | None,
    applications: int | None,
    processes: int | None,
    out: Path | None,
    json: bool,
) -> int:
    """Play the matrix, keep it, tell it; 0 when every S1 was stopped and nothing good beyond the limit, else 2."""
    from feature_health.drills.matrix_file import NAME

    layout = asked.layout()
    on = ground(seed=asked.world_seed, home=home, contracts=contracts, applications=applications)
    matrix = _played(on, layout, processes)
    record = as_record(asked, layout, matrix)
    file = out or home / NAME
    written(lambda: _write(record, file), file)
    if json:
        print_json(record)
    else:
        from lending.drill.matrix_table import show_matrix

        show_matrix(matrix, asked.split, file, console())
    return 0 if as_it_should(matrix.summary, asked.split) else NOT_AS_IT_SHOULD


def as_it_should(summary: "Summary", split: Split) -> bool:
    """Whether so many S1 were stopped as the split asks for, good data was let through, and every cell came to a result."""
    stopped = summary.recall_s1 is None or summary.recall_s1 >= split.recall_s1_min
    leaked = split.recall_s1_min == 1.0 and summary.corrupted_rows_published_s1 > 0
    spared = all(one.held <= math.ceil(one.n / FALSE_QUARANTINE_PER) for one in summary.datasets.values())
    return stopped and not leaked and spared and summary.n_errors == 0


def as_record(asked: Asked, layout: "Layout", matrix: "Matrix") -> dict[str, Any]:
    """The matrix for machines, and which of it was seen while writing the contracts and which was not."""
    from feature_health.drills import matrix_file

    return {
        **matrix_file.as_record(matrix),
        "summary_of": {name: asdict(summary) for name, summary in by_tuning(matrix).items()},
        "split": {
            "name": asked.split.name,
            "days": [day.isoformat() for day in layout.planted_days],
            "clean_days": [day.isoformat() for day in layout.clean_days],
            "strengths": list(layout.strengths),
            "never_tuned": sorted(NEVER_TUNED),
        },
    }


def by_tuning(matrix: "Matrix") -> Mapping[str, "Summary"]:
    """The figures of the kinds for which limits were moved while writing, and of those for which none ever was."""
    from feature_health.drills.summary import summarise

    def of(*, never: bool) -> "Summary":
        return summarise((cell for cell in matrix.cells if (cell.fault in NEVER_TUNED) is never and not cell.decoy), ())

    return {"tuned kinds": of(never=False), "kinds never tuned on": of(never=True)}


def _played(on: Ground, layout: "Layout", processes: int | None) -> "Matrix":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from feature_health.drills.matrix import Progress as Step
    from feature_health.drills.matrix import run_matrix

    errors = Console(stderr=True, highlight=False)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=errors, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("clean nights first", total=None)

        def told(step: Step) -> None:
            bar.update(task, completed=step.done, total=step.total, description=step.what)
            if bar.disable and step.done * TOLD_PARTS // step.total > (step.done - 1) * TOLD_PARTS // step.total:
                errors.print(f"{step.done} of {step.total} steps, the last one {step.what}")

        return run_matrix(on.lender, on.library, on.make, layout, told=told, processes=processes)


def _write(record: Mapping[str, Any], file: Path) -> None:
    """Whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(record, default=str) + "\n", encoding="utf-8")
    fresh.replace(file)
