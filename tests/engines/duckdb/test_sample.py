"""Rows drawn from a staged file: some, at random, the same each time, and none that is not there."""

from pathlib import Path

import duckdb
import pytest

from feature_health.engines.duckdb import DuckDbEngine
from feature_health.errors import EngineFailed

ENGINE = DuckDbEngine(threads=1)


def _staged(path: Path, rows: int, group: int = 2048) -> Path:
    query = f"SELECT i, 'row ' || i AS name FROM range({rows}) t(i)"
    duckdb.sql(f"COPY ({query}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE {group})")
    return path


def _drawn(staged: Path, count: int, seed: str, to: Path) -> list[tuple[int, str]]:
    ENGINE.sample(staged, count, seed, to)
    return duckdb.execute(f"SELECT * FROM '{to}'").fetchall()


def test_the_rows_are_the_files_own_each_once_and_the_same_again(tmp_path: Path) -> None:
    """Running a step twice would leave two samples, or rows that no delivery held."""
    staged = _staged(tmp_path / "staged.parquet", 20_000)
    first = _drawn(staged, 200, "seed", tmp_path / "first.parquet")
    assert len(set(first)) == 200
    assert all(0 <= number < 20_000 and name == f"row {number}" for number, name in first)
    assert _drawn(staged, 200, "seed", tmp_path / "second.parquet") == first
    assert _drawn(staged, 200, "another", tmp_path / "third.parquet") != first


@pytest.mark.parametrize("rows", [1, 199, 200])
def test_a_small_file_is_drawn_whole(tmp_path: Path, rows: int) -> None:
    """The sample of a small partition would be empty, or the step would fail."""
    staged = _staged(tmp_path / "staged.parquet", rows)
    assert len(_drawn(staged, 200, "seed", tmp_path / "sample.parquet")) == rows


def test_rows_of_every_part_of_a_file_are_drawn(tmp_path: Path) -> None:
    """The sample would show the head of each file and nobody the rest."""
    staged = _staged(tmp_path / "staged.parquet", 6 * 2048)
    numbers = [number for seed in range(8) for number, _ in _drawn(staged, 50, str(seed), tmp_path / f"{seed}.parquet")]
    assert {number // 2048 for number in numbers} == set(range(6))


def test_a_file_that_is_none_is_our_failure(tmp_path: Path) -> None:
    """A damaged store would be taken for bad data."""
    (tmp_path / "staged.parquet").write_bytes(b"PAR1nonsensePAR1")
    with pytest.raises(EngineFailed, match="Tried to draw rows"):
        ENGINE.sample(tmp_path / "staged.parquet", 200, "seed", tmp_path / "sample.parquet")
