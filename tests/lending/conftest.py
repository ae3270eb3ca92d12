"""One clean Wednesday of a lender and its faulty twin, the candidates made of them, and a way to look into these."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from upath import UPath

from feature_health.drills.lender import Plant
from lending.drill.lender import changed_tables
from lending.jobs import application_intake, bureau_pull, dti_join, income_verification
from lending.settings import Settings
from lending.world import World, deliver

DAY = date(2026, 3, 4)
BLOCK_GONE = Plant(fault="B13", strength=3, scope={"bureau": "EXP"}, first_day=DAY)
UNIT_MIXED_UP = Plant(fault="I1", strength=2, scope={"vendor": "payroll_hub"}, first_day=DAY)
"""What the demo plants."""
SEED = 7

Rows = Callable[..., list[tuple[Any, ...]]]


def look(sql: str, **files: Path | str) -> list[tuple[Any, ...]]:
    """The rows of a query in which each name of `files` is a view of that Parquet file."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name, path in files.items():
            connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{path}')")
        return connection.execute(sql).fetchall()


def settings(folder: Path, source: str = "simulated") -> Settings:
    """Settings that read below `folder`/landing and write below `folder`/candidates."""
    return Settings.from_environment(
        {
            "LENDING__LANDING": str(folder / "landing"),
            "LENDING__CANDIDATES": str(folder / "candidates"),
            "LENDING__SOURCE": source,
        }
    )


def run_all(key: str, where: Settings) -> dict[str, str]:
    """Job -> candidate of `key`, with the candidates of the three feeds taken as published for the join."""
    made = {
        job.__name__.rpartition(".")[2]: job.run(key, settings=where)
        for job in (application_intake, bureau_pull, income_verification)
    }
    return {**made, "dti_join": dti_join.run(key, made, settings=where)}


def delivered_and_run(folder: Path, faults: Collection[Plant] = ()) -> Mapping[str, str]:
    """Candidates of the one Wednesday, with the faults planted in what is delivered."""
    where, world = settings(folder), World(seed=SEED)
    changed = {name: table for plant in faults for name, table in changed_tables(world, plant, DAY).items()}
    deliver(world, DAY, where.landing, changed=changed)
    return run_all(DAY.isoformat(), where)


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Job -> candidate of a clean Wednesday of about 5,000 applications."""
    return delivered_and_run(tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Job -> candidate of the same Wednesday with every fault planted."""
    return delivered_and_run(tmp_path_factory.mktemp("faulty"), faults=(BLOCK_GONE, UNIT_MIXED_UP))


@pytest.fixture(name="look")
def look_fixture() -> Rows:
    """Query Parquet files by name: `look("SELECT ... FROM x", x=path)`."""
    return look


@pytest.fixture
def lender(tmp_path: Path) -> Settings:
    """Settings over an empty landing folder."""
    where = settings(tmp_path)
    UPath(where.landing).mkdir()
    return where


@pytest.fixture
def small_day(lender: Settings) -> Settings:
    """Settings over a landing folder with one clean Wednesday of about 200 applications."""
    deliver(World(seed=SEED, applications=200), DAY, lender.landing)
    return lender
