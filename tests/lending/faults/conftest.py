"""A small day of the world with its candidates, and ways to plant faults in them."""

from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from upath import UPath

from lending.faults import Fault, plant_table
from lending.settings import Settings
from lending.world import TABLES, World, deliver

DAY = date(2026, 3, 4)
WORLD = World(seed=3, applications=1500)
JOINS = ("dti_join", "feature_vector")

Tables = Callable[..., pa.Table]
Plant = Callable[..., pa.Table]


@pytest.fixture(scope="session")
def candidates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Job -> its candidate of the clean day."""
    folder = UPath(tmp_path_factory.mktemp("small"))
    settings = Settings(landing=folder / "landing", candidates=folder / "candidates")
    deliver(WORLD, DAY, settings.landing)
    made: dict[str, str] = {}
    for job in ("application_intake", "bureau_pull", "income_verification", *JOINS, "decision_log", "loan_performance"):
        inputs = [dict(made)] if job in JOINS else []
        made[job] = import_module(f"lending.jobs.{job}").run(DAY.isoformat(), *inputs, settings=settings)
    return made


@pytest.fixture(scope="session")
def tables(candidates: dict[str, str]) -> Tables:
    """A clean table of the world, or a job's clean candidate: `tables("bureau_pulls", days_ago=1)`."""
    made: dict[tuple[str, int], pa.Table] = {}

    def table(name: str, *, days_ago: int = 0) -> pa.Table:
        if (name, days_ago) not in made:
            day = DAY - timedelta(days=days_ago)
            made[name, days_ago] = WORLD.table(name, day) if name in TABLES else pq.read_table(candidates[name])
        return made[name, days_ago]

    return table


@pytest.fixture(scope="session")
def plant(tables: Tables) -> Plant:
    """The faulty twin of the fault's own small table: `plant(fault, strength=3)`; the same question is answered once."""
    made: dict[str, pa.Table] = {}

    def planted(fault: Fault, **options: Any) -> pa.Table:
        question = f"{fault.name} {options}"
        if question not in made:
            before = tables(fault.table, days_ago=1) if fault.needs_previous else None
            made[question] = plant_table(fault, tables(fault.table), day=DAY, previous=before, **options)
        return made[question]

    return planted
