"""The benchmark's own input: what it plants, and that it is the same table every time."""

import json
import os
from pathlib import Path

import duckdb
import pytest

from feature_health.checks.examine import measures_needed, run_expectations
from feature_health.checks.load import load_file
from feature_health.checks.suites import suite_of, written
from feature_health.engines.duckdb import DuckDbEngine
from tests.bench import report, run, table

CONTRACT = Path(__file__).with_name("contract.yaml")
PLANTED_FAILURES = 11
DIGESTS: dict[table.Kind, str] = {
    "clean": "92044310987249141883118",
    "dirty": "92105900682093058525120",
    "heavy": "92077317288523012666667",
}


def _failed(path: Path, kind: table.Kind) -> int:
    table.write(path, rows=5000, kind=kind)
    contract = load_file(CONTRACT)
    seen = DuckDbEngine(threads=1).profile(path, measures_needed(contract), {})
    scheme = contract.partition
    assert scheme is not None
    key = "2026-06-02"
    came_to = run_expectations(contract, seen, as_of=scheme.deadline(key), volume=(1.0, ""), period=scheme.period(key))
    assert all(result.success is not None for result in came_to.results)
    return sum(result.success is False for result in came_to.results)


def test_exactly_the_planted_expectations_fail(tmp_path: Path) -> None:
    """A benchmark of checks that find something else than what was planted would compare nothing."""
    assert _failed(tmp_path / "clean.parquet", "clean") == 0
    assert _failed(tmp_path / "dirty.parquet", "dirty") == PLANTED_FAILURES


def test_the_same_table_every_time(tmp_path: Path) -> None:
    """Figures of two days could not be compared if their tables differed."""
    for kind, expected in DIGESTS.items():
        table.write(tmp_path / kind, rows=10_000, kind=kind)
        assert _digest(tmp_path / kind) == expected, kind


def _digest(path: Path) -> str:
    """A number that changes with any value of any row, and not with how the file is written."""
    with duckdb.connect() as connection:
        return str(connection.execute(f"SELECT sum(hash(row)) FROM read_parquet('{path}') AS row").fetchall()[0][0])


def test_the_heavy_table_is_bad_everywhere(tmp_path: Path) -> None:
    """What we cost where nothing can be proven would be measured on a table where most can."""
    table.write(tmp_path / "heavy", rows=10_000, kind="heavy")
    with duckdb.connect() as connection:
        rows = "read_parquet(?, file_row_number = true)"
        query = f"SELECT file_row_number // 2500, count(*) FILTER (state = 'XX') FROM {rows} GROUP BY 1"
        found = dict(connection.execute(query, [str(tmp_path / "heavy")]).fetchall())
    assert sum(found.values()) == 60
    assert len(found) == 4
    assert all(found.values())


def test_the_suite_states_what_the_contract_does() -> None:
    """Great Expectations would be given other work than we."""
    assert json.loads(CONTRACT.with_name("suite.json").read_text()) == written(suite_of(load_file(CONTRACT)))


def test_another_tools_environment_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout, which makes every file newer, would have all of them installed again under a run that uses them."""
    done = tmp_path / "env-soda" / ".installed"
    done.parent.mkdir()
    done.write_text((CONTRACT.parent / "rivals" / "soda.txt").read_text())
    os.utime(done, (0, 0))
    monkeypatch.setattr(run, "BUILD", tmp_path)
    assert run._python_of("soda") == done.parent / "bin" / "python"
    assert done.stat().st_mtime == 0


def test_a_goal_that_was_not_measured_is_not_met() -> None:
    """A goal would count as reached because nobody looked."""
    assert report.goals_as_text({"sizes": {}}) == ""
    told = report.goals_as_text(
        {"sizes": {}, "once": {"import_engine_cpu_s": [0.41, 0.3, 0.5], "schema_diff_10m_ms": [9, 8, 50]}}
    )
    assert [line.split()[0] for line in told.splitlines()] == ["met", "MISSED"]


def test_the_readme_shows_the_figures_that_were_kept(project: Path) -> None:
    """A table that nobody measured would be an advertisement."""
    kept = json.loads((project / "tests/bench/baseline.json").read_text())
    assert report.as_text(kept) in (project / "README.md").read_text()
    assert (project / "docs/images/bench.svg").read_text() == report.picture(kept)
