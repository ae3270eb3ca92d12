"""The simulated lender as the drill's lender: a night of vendors' deliveries and of all feature jobs, with a fault or without.

Everything is written below the folder that is handed in, by the lender's own jobs. Must not know how a candidate is judged.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from upath import UPath

from feature_health.drills.lender import Plant
from feature_health.ports import Calendar
from lending.calendars import BusinessCalendar
from lending.drill.given import told_as_misuse
from lending.errors import LendingError
from lending.faults import Fault, find, plant_sql, plant_table, scopes
from lending.faults.roles import BINDINGS
from lending.jobs import dti_join, feature_vector
from lending.jobs.features import sql_of
from lending.settings import Settings
from lending.world import Conditions, World
from lending.world.planned import planned_events
from lending.world.volume import FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    import pyarrow as pa

SOURCE: Final = "simulated"

#: A night's jobs in their order -> the jobs whose partitions each is built from; one without reads a vendor's deliveries.
JOBS: Final[Mapping[str, tuple[str, ...]]] = {
    "application_intake": (),
    "bureau_pull": (),
    "income_verification": (),
    "dti_join": dti_join.INPUTS,
    "feature_vector": feature_vector.INPUTS,
    "decision_log": (),
    "loan_performance": (),
}


CALENDAR: Final = "us_lender"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldCalendar:
    """The lender's calendar with the events that are planned in a world, each once it is known."""

    conditions: Conditions
    plant: Plant | None = None

    def __call__(self, day: date) -> tuple[float, str]:
        """Volume compared with a plain Thursday, and why."""
        return _calendar(conditions_of(self.conditions, self.plant, day)).factor(day)


@lru_cache(maxsize=8)
def _calendar(conditions: Conditions) -> BusinessCalendar:
    return BusinessCalendar(events=planned_events(conditions))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowLender:
    """The lender of a world, playing its nights anywhere but in its own folders."""

    world: World

    @property
    def jobs(self) -> tuple[str, ...]:
        """All jobs in the order of a night."""
        return tuple(JOBS)

    def days(self) -> tuple[date, date]:
        """The first and the last day of the world."""
        return FIRST_DAY, LAST_DAY

    def calendars(self, plant: Plant | None = None) -> Mapping[str, Calendar]:
        """The lender's calendar, which knows what is planned in the world, a decoy's campaign too, once it is known."""
        return {CALENDAR: WorldCalendar(conditions=self.world.conditions, plant=plant)}

    def night(self, day: date, *, plant: Plant | None, folder: Path, clean: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """Job -> its candidate of `day`, every join over the candidates before it, with no gate in between.

        Of the `clean` twin those are taken that the plant cannot touch. Raises CallerError.
        """
        with told_as_misuse():
            touched = touches(plant, day)
            if clean and not touched:
                return dict(clean)
            deliver_night(self.world, day, plant, folder / "landing")
            settings = settings_in(folder, sql=write_sql(day, plant, folder / "sql"))
        kept = {job: path for job, path in (clean or {}).items() if job not in touched}
        return _built(day, settings, kept)

    def rebuild(self, job: str, day: date, *, inputs: Mapping[str, str], plant: Plant | None, folder: Path) -> str | None:
        """The candidate of a join over the partitions that really were published, None when it refuses to deliver."""
        with told_as_misuse():
            settings = settings_in(folder, sql=write_sql(day, plant, folder / "sql"))
        try:
            return build(job, day, inputs=inputs, settings=settings)
        except LendingError:
            return None


def touches(plant: Plant | None, day: date) -> frozenset[str]:
    """The jobs whose candidates the plant may change on the day: those it is planted in, and whatever is built from these."""
    faults = planted(plant)
    if plant is None or day < plant.first_day:
        return frozenset()
    if any(fault.turns for fault in faults):
        return frozenset(JOBS)
    touched = {fault.job for fault in faults if fault.at != "world"}
    for job, inputs in JOBS.items():
        if touched & set(inputs):
            touched.add(job)
    return frozenset(touched)


def _built(day: date, settings: Settings, kept: Mapping[str, str]) -> Mapping[str, str]:
    """Job -> candidate: those kept, and the others as their jobs build them; one that refuses, or lacks an input, is left out."""
    made: dict[str, str] = {}
    for job, inputs in JOBS.items():
        if job in kept:
            made[job] = kept[job]
        elif set(inputs) <= made.keys():
            with suppress(LendingError):
                made[job] = build(job, day, inputs={name: made[name] for name in inputs}, settings=settings)
    return made


def build(job: str, day: date, *, inputs: Mapping[str, str], settings: Settings) -> str:
    """Run one job for one day and return where its candidate lies."""
    run: Callable[..., str] = import_module(f"lending.jobs.{job}").run
    return run(day.isoformat(), inputs, settings=settings) if inputs else run(day.isoformat(), settings=settings)


def settings_in(folder: Path, *, sql: Path | None) -> Settings:
    """The jobs' settings for a folder that has landing and candidates of its own, and SQL of its own if a bug was planted."""
    return Settings(landing=UPath(folder / "landing"), candidates=UPath(folder / "candidates"), source=SOURCE, sql=sql)


def deliver_night(world: World, day: date, plant: Plant | None, landing: Path) -> None:
    """Write what vendors deliver for `day`, with what the plant does to it."""
    from lending.world.delivery import deliver

    world = replace(world, conditions=conditions_of(world.conditions, plant, day))
    deliver(world, day, landing, changed=changed_tables(world, plant, day))


def write_sql(day: date, plant: Plant | None, folder: Path) -> Path | None:
    """A folder with the SQL of the jobs that the plant's bugs are in, or None when it has none in a job."""
    bugs = [fault for fault in planted(plant) if fault.at == "job"]
    if plant is None or not bugs:
        return None
    (folder / SOURCE).mkdir(parents=True, exist_ok=True)
    for bug in bugs:
        text = plant_sql(
            bug,
            sql_of(settings_in(folder, sql=folder), bug.table),
            day=day,
            strength=plant.strength,
            scope=scope_of(bug, plant),
            seed=plant.seed,
            first_day=plant.first_day,
        )
        (folder / SOURCE / f"{bug.table}.sql").write_text(text, encoding="utf-8")
    return folder


def planted(plant: Plant | None) -> tuple[Fault, ...]:
    """The plant's one or two faults; raises UnknownFault."""
    return find(plant.fault) if plant else ()


def conditions_of(conditions: Conditions, plant: Plant | None, day: date) -> Conditions:
    """The conditions of the world on a day, as decoys turn them from their first day on."""
    for fault in planted(plant):
        if plant is not None:
            conditions = fault.turned(conditions, strength=plant.strength, first_day=plant.first_day, day=day)
    return conditions


def refuse_impossible(plant: Plant) -> None:
    """Raise CallerError for a fault that there is not or a scope that it cannot have, before anything is built."""
    with told_as_misuse():
        for fault in planted(plant):
            bound = BINDINGS.get(fault.table, {})
            scopes.checked(scope_of(fault, plant), fault.scopes, fault=fault.name, there=bound.__contains__)


def scope_of(fault: Fault, plant: Plant) -> Mapping[str, str]:
    """What the plant confines this fault to: of two faults at once, each to what it can be, and to what neither can be, which
    planting then refuses.
    """
    others = [one for one in planted(plant) if one is not fault]
    return {
        name: value
        for name, value in plant.scope.items()
        if name in fault.scopes or not any(name in other.scopes for other in others)
    }


def changed_tables(world: World, plant: Plant | None, day: date) -> "dict[str, pa.Table]":
    """The tables that the plant changes in what vendors deliver for `day`, as they are then; none before its first day."""
    from lending.world.delivery import as_delivered

    changed: dict[str, pa.Table] = {}
    for fault in planted(plant):
        if plant is None or fault.at != "delivery" or day < plant.first_day:
            continue
        changed[fault.table] = plant_table(
            fault,
            changed[fault.table] if fault.table in changed else as_delivered(world, fault.table, day),
            day=day,
            previous=as_delivered(world, fault.table, day - timedelta(days=1)) if fault.needs_previous else None,
            strength=plant.strength,
            scope=scope_of(fault, plant),
            seed=plant.seed,
            first_day=plant.first_day,
        )
    return changed
