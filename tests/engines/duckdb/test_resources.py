"""How much of the machine measuring takes is a setting, and too little memory makes it slower, never wrong."""

from pathlib import Path

import duckdb
import pytest

from feature_health import wiring
from feature_health.engines.duckdb import DuckDbEngine
from feature_health.errors import SettingsInvalid
from feature_health.profiles.measure import DistinctCount, Duplicates, Measure
from feature_health.settings import Settings

ROWS = 600_000


def test_what_does_not_fit_into_memory_is_spilled_and_the_answer_is_the_same(tmp_path: Path) -> None:
    """A large partition would be held for want of memory, or judged by half of its rows."""
    path = tmp_path / "large.parquet"
    with duckdb.connect() as connection:
        ids = "md5(CAST(i AS VARCHAR)) AS id, CAST(hash(i) AS VARCHAR) AS other"
        connection.execute(f"COPY (SELECT {ids} FROM range({ROWS}) t(i)) TO '{path}' (FORMAT parquet)")
    measures: list[Measure] = [Duplicates(columns=("id",)), Duplicates(columns=("id", "other")), DistinctCount(column="id")]
    seen = DuckDbEngine(memory_limit="48MB", threads=1).profile(path, measures, {})
    assert [seen[measure] for measure in measures] == [0, 0, ROWS]


def test_memory_and_threads_reach_the_engine(tmp_path: Path) -> None:
    """An operator would set a limit that nothing keeps."""
    given = {"home": str(tmp_path), "engine_memory_limit": "512MB", "engine_threads": "1"}
    engine = wiring.engine(Settings.of(given))
    assert isinstance(engine, DuckDbEngine)
    assert (engine._resources.memory_limit, engine._resources.threads) == ("512MB", 1)


@pytest.mark.parametrize(
    "wrong", [{"engine_memory_limit": "much"}, {"engine_memory_limit": "0GB"}, {"engine_threads": "0"}, {"engine_threads": "two"}]
)
def test_a_size_that_is_none_is_told_at_once(tmp_path: Path, wrong: dict[str, str]) -> None:
    """DuckDB would refuse it in the middle of the night."""
    (name,) = wrong
    with pytest.raises(SettingsInvalid, match=name):
        Settings.of({"home": str(tmp_path), **wrong})
