"""Figures over the cells and clean nights of a matrix, with 95 percent intervals. Pure; may be asked of any part of them."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from feature_health.contracts.severity import Ruling
from feature_health.drills.cell import Cell
from feature_health.drills.lender import Impact
from feature_health.drills.result import Judged

Z95 = 1.959963984540054
IMPACTS: tuple[Impact, ...] = ("S1", "S2", "S3")
PER = 90
"""False quarantines are counted per so many partition-days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanNight:
    """What the gate said of a night without any fault."""

    day: date
    judged: tuple[Judged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Clean and decoy partitions of one job: how many were judged, and held or partly diverted all the same."""

    n: int
    held: int
    diverted: int
    per_90: float
    per_90_interval: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A matrix in numbers; a rate of nothing is None, intervals are Wilson's at 95 percent.

    `n_s1` and `n_s2` count cells of that impact, `n_clean` every clean partition and every decoy partition that is not its clean
    twin's, over all datasets, as do `false_quarantines`; `..._worst` is the rate of `worst_dataset`. Cells whose fault changed
    nothing on its day are `n_without_effect`, and `n_errors` came to no result; neither counts elsewhere.
    """

    recall_s1: float | None
    recall_s1_interval: tuple[float, float] | None
    n_s1: int
    recall_s2: float | None
    recall_s2_interval: tuple[float, float] | None
    n_s2: int
    recall_s3: float | None
    n_s3: int
    corrupted_rows_published_s1: int
    corrupted_rows_published: int
    flipped_published_s1: int
    false_quarantines: int
    false_diversions: int
    false_quarantines_per_90: float | None
    false_quarantines_per_90_interval: tuple[float, float] | None
    false_quarantines_per_90_worst: float | None
    worst_dataset: str | None
    n_clean: int
    n_decoy_cells: int
    n_without_effect: int
    n_errors: int
    datasets: Mapping[str, Dataset] = field(default_factory=dict)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 percent interval of a proportion, 0 to 1 (E. B. Wilson, 1927); (0, 1) of nothing."""
    if n == 0:
        return (0.0, 1.0)
    share, squared = hits / n, Z95**2 / n
    centre = (share + squared / 2) / (1 + squared)
    half = Z95 * math.sqrt(share * (1 - share) / n + squared / (4 * n)) / (1 + squared)
    return (0.0 if hits == 0 else max(centre - half, 0.0), 1.0 if hits == n else min(centre + half, 1.0))


def summarise(cells: Iterable[Cell], clean: Iterable[CleanNight]) -> Summary:
    """The figures of these cells and clean nights."""
    everything = list(cells)
    came = [cell for cell in everything if cell.error is None]
    faults = [cell for cell in came if not cell.decoy and has_effect(cell)]
    s1, s2, s3 = (of_impact(came, impact) for impact in IMPACTS)
    decoys = [cell for cell in came if cell.decoy]
    datasets = _datasets(list(clean), decoys)
    n, held = sum(one.n for one in datasets.values()), sum(one.held for one in datasets.values())
    worst = max(datasets, key=lambda job: (datasets[job].per_90, job), default=None)
    return Summary(
        recall_s1=_recall(s1),
        recall_s1_interval=_interval(s1),
        n_s1=len(s1),
        recall_s2=_recall(s2),
        recall_s2_interval=_interval(s2),
        n_s2=len(s2),
        recall_s3=_recall(s3),
        n_s3=len(s3),
        corrupted_rows_published_s1=sum(cell.corrupted_rows_published for cell in s1),
        corrupted_rows_published=sum(cell.corrupted_rows_published for cell in faults),
        flipped_published_s1=sum(cell.flipped for cell in s1 if not cell.caught),
        false_quarantines=held,
        false_diversions=sum(one.diverted for one in datasets.values()),
        false_quarantines_per_90=held * PER / n if n else None,
        false_quarantines_per_90_interval=_times(wilson(held, n), PER) if n else None,
        false_quarantines_per_90_worst=datasets[worst].per_90 if worst else None,
        worst_dataset=worst,
        n_clean=n,
        n_decoy_cells=len(decoys),
        n_without_effect=sum(not cell.decoy and not has_effect(cell) for cell in came),
        n_errors=len(everything) - len(came),
        datasets=datasets,
    )


def has_effect(cell: Cell) -> bool:
    """Whether the fault did anything on its day."""
    return bool(cell.rows) or cell.flipped > 0 or cell.how == "never_came"


def of_impact(cells: Iterable[Cell], impact: Impact) -> list[Cell]:
    """The faults of that impact that did something."""
    return [cell for cell in cells if cell.error is None and not cell.decoy and cell.impact == impact and has_effect(cell)]


def _datasets(clean: Sequence[CleanNight], decoys: Sequence[Cell]) -> Mapping[str, Dataset]:
    judged = [one for night in clean for one in night.judged if one.ruling is not None]
    n = Counter([one.job for one in judged] + [job for cell in decoys for job, _ in cell.judged])
    held = Counter(
        [one.job for one in judged if one.ruling is Ruling.QUARANTINE] + [job for cell in decoys for job, _ in cell.held]
    )
    diverted = Counter([one.job for one in judged if one.diverted])
    return {
        job: Dataset(
            n=count,
            held=held[job],
            diverted=diverted[job],
            per_90=held[job] * PER / count,
            per_90_interval=_times(wilson(held[job], count), PER),
        )
        for job, count in sorted(n.items())
    }


def _recall(cells: Sequence[Cell]) -> float | None:
    return sum(cell.caught for cell in cells) / len(cells) if cells else None


def _interval(cells: Sequence[Cell]) -> tuple[float, float] | None:
    return wilson(sum(cell.caught for cell in cells), len(cells)) if cells else None


def _times(interval: tuple[float, float], factor: float) -> tuple[float, float]:
    return (interval[0] * factor, interval[1] * factor)
