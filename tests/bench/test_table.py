"""The benchmark's own input: what it plants, and that it is the same table every time."""

import json
from pathlib import Path

from feature_health.checks.examine import measures_needed, run_expectations
from feature_health.checks.load import load_file
from feature_health.engines.duckdb import DuckDbEngine
from tests.bench import report, table

CONTRACT = Path(__file__).with_name("contract.yaml")
PLANTED_FAILURES = 11


def _failed(path: Path, kind: table.Kind) -> int:
    table.write(path, rows=5000, kind=kind)
    contract = load_file(CONTRACT)
    seen = DuckDbEngine(threads=1).profile(path, measures_needed(contract), {})
    scheme = contract.partition
    assert scheme is not None
    key = "2026-06-02"
    run = run_expectations(contract, seen, as_of=scheme.deadline(key), volume=(1.0, ""), period=scheme.period(key))
    assert all(result.success is not None for result in run.results)
    return sum(result.success is False for result in run.results)


def test_exactly_the_planted_expectations_fail(tmp_path: Path) -> None:
    """A benchmark of checks that find something else than what was planted would compare nothing."""
    assert _failed(tmp_path / "clean.parquet", "clean") == 0
    assert _failed(tmp_path / "dirty.parquet", "dirty") == PLANTED_FAILURES


def test_the_same_table_every_time(tmp_path: Path) -> None:
    """Figures of two days could not be compared if their tables differed."""
    first, second = tmp_path / "first.parquet", tmp_path / "second.parquet"
    for path in (first, second):
        table.write(path, rows=3000, kind="dirty")
    assert first.read_bytes() == second.read_bytes()


def test_the_readme_shows_the_figures_that_were_kept(project: Path) -> None:
    """A table that nobody measured would be an advertisement."""
    kept = json.loads((project / "tests/bench/baseline.json").read_text())
    assert report.as_text(kept) in (project / "README.md").read_text()
    assert (project / "docs/images/bench.svg").read_text() == report.picture(kept)
