"""`feature-health drill run`: one fault on one day, told to whoever asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from feature_health.cli.options import console, print_json
from feature_health.drills.lender import Plant
from feature_health.errors import CallerError
from lending.drill.ground import FOLDER, Ground, ground
from lending.drill.lender import refuse_impossible

if TYPE_CHECKING:
    from feature_health.drills.result import Drilled

GOT_THROUGH = 2
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be drilled."""

    fault: str
    strength: int
    day: date
    seed: int
    scope: Mapping[str, str]
    warm_days: int

    @property
    def plant(self) -> Plant:
        """The plant that it is."""
        return Plant(fault=self.fault, strength=self.strength, seed=self.seed, scope=self.scope, first_day=self.day)


def run(
    asked: Asked,
    *,
    home: Path,
    contracts: Path | None,
    applications: int | None,
    airflow: bool,
    out: Path | None,
    json: bool,
) -> int:
    """Hold the drill, write its report and tell it; 0 when all came as it should, else 2."""
    from feature_health.drills.report import as_record, write_report

    on = ground(home=home, contracts=contracts, seed=asked.seed, applications=applications)
    card = on.library.card(asked.fault)
    refuse_impossible(asked.plant)
    drilled = _held(asked, on, airflow=airflow)
    folder = out or home / FOLDER / f"{card.name}-{asked.strength}-{asked.day}"
    page, *_ = written(lambda: write_report(drilled, folder), folder)
    if json:
        print_json({**as_record(drilled), "report": str(page)})
    else:
        from lending.drill.showing import show_drilled

        show_drilled(drilled, page, console())
    return 0 if as_it_should(drilled) else GOT_THROUGH


def written(write: Callable[[], Result], where: Path) -> Result:
    """What `write` returns; raises CallerError when nothing can be written there."""
    try:
        return write()
    except OSError as error:
        raise CallerError(f"Writing into {where}: {error.strerror}. Name another place with --out.") from error


def as_it_should(drilled: "Drilled") -> bool:
    """Whether a decoy went through, or a fault was stopped in time; what hurts nobody (S3) may pass."""
    if drilled.card.decoy:
        return drilled.detection is None
    return drilled.caught or drilled.truth.impact == "S3"


def _held(asked: Asked, on: Ground, *, airflow: bool) -> "Drilled":
    from rich.console import Console

    from feature_health.drills.run import drill
    from feature_health.drills.workers import count_of

    errors = Console(stderr=True, highlight=False)
    with errors.status(f"{asked.warm_days} clean nights, then {asked.fault} on {asked.day}") as status:
        if airflow:
            from lending.drill.in_airflow import drill_in_airflow

            return drill_in_airflow(on, asked.plant, warm_days=asked.warm_days, says=status.update)
        helpers = count_of(None) - 1  # this process judges what the others build
        return drill(on.lender, on.library, on.make, plant=asked.plant, warm_days=asked.warm_days, processes=helpers)
