"""Deliveries of a small feed, good ones and damaged ones, and a home in which two days of the real lender are published."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from feature_health import wiring
from feature_health.settings import Settings
from feature_health.steps import check, judge, profile, publish, stage
from lending.jobs import application_intake, bureau_pull, dti_join, income_verification
from lending.settings import Settings as LenderSettings
from lending.world import World, deliver
from tests.cli.command import KEY
from tests.steps.lender import RecordingScheduler

YESTERDAY, DAY = date(2026, 3, 3), date(2026, 3, 4)
ROWS = f"""
    SELECT 'a' || i AS application_id, DATE '{KEY}' AS business_date,
        TIMESTAMPTZ '{KEY} 20:00:00-04' + to_minutes(i) AS pulled_at,
        CASE WHEN i <> 3 THEN 600 + i END AS score, CASE WHEN i <> 4 THEN 50000.25 + i END AS income, true AS is_hit,
        CASE WHEN i = 1 THEN '' WHEN i < 6 THEN 'Ünïted, "quoted"' END AS note
    FROM range(10) t(i)"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write ten good rows as `name`, changed by a SQL select over `good` if one is given; its suffix is the form."""

    def written(name: str = "delivery.parquet", sql: str = "FROM good") -> Path:
        file = tmp_path / name
        form = {".csv": "(FORMAT csv, HEADER)", ".jsonl": "(FORMAT json)"}.get(file.suffix, "(FORMAT parquet)")
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"CREATE VIEW good AS {ROWS}")
            connection.execute(f"COPY ({sql}) TO '{file}' {form}")
        return file

    return written


@pytest.fixture(scope="session")
def candidates(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], Path]:
    """(job, key) -> candidate of two clean days of the real lender, 5,000 applications each."""
    folder = tmp_path_factory.mktemp("lender")
    where = LenderSettings.from_environment(
        {"LENDING__LANDING": str(folder / "landing"), "LENDING__CANDIDATES": str(folder / "c"), "LENDING__SOURCE": "simulated"}
    )
    made: dict[tuple[str, str], Path] = {}
    for day in (YESTERDAY, DAY):
        key = day.isoformat()
        deliver(World(seed=7), day, where.landing)
        feeds = {
            "application_intake": application_intake.run(key, settings=where),
            "bureau_pull": bureau_pull.run(key, settings=where),
            "income_verification": income_verification.run(key, settings=where),
        }
        feeds["dti_join"] = dti_join.run(key, feeds, settings=where)
        made |= {(job, key): Path(file) for job, file in feeds.items()}
    return made


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, candidates: Mapping[tuple[str, str], Path]) -> Path:
    """A home where everything of the first day is published, and the anchor of the second; nobody may write in it."""
    home = tmp_path_factory.mktemp("home")
    platform = replace(wiring.platform(Settings.of({"home": str(home)})), orchestrator=RecordingScheduler())
    for (job, key), file in candidates.items():
        if key == YESTERDAY.isoformat() or job == "application_intake":
            id = stage.stage(platform, job=job, key=key, candidate=str(file), as_of=None, run="test").id
            profile.profile(platform, id)
            check.schema_diff(platform, id)
            check.expectations(platform, id)
            assert judge.judge(platform, id).verdict.ruling.may_publish, (job, key)
            publish.publish(platform, id)
    return home


@pytest.fixture
def traces(home: Path) -> Callable[[], Mapping[str, tuple[int, int, bytes]]]:
    """Everything in the home, folders too: when it was changed, its size and its bytes."""

    def seen() -> Mapping[str, tuple[int, int, bytes]]:
        found: dict[str, tuple[int, int, bytes]] = {}
        for folder, _, names in os.walk(home):
            for path in (Path(folder), *(Path(folder, name) for name in names)):
                status = path.stat()
                found[str(path)] = (status.st_mtime_ns, status.st_size, path.read_bytes() if path.is_file() else b"")
        return found

    return seen
