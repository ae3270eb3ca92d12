"""Our engine and judges on a file: the checks, these with a profile of every column, or the schema alone. Prints the cost."""

import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter

from feature_health.checks.examine import measures_needed, run_expectations
from feature_health.checks.load import load_file
from feature_health.checks.schema_diff import judge_schema
from feature_health.engines.duckdb import DuckDbEngine
from feature_health.profiles.measure import Measure
from feature_health.profiles.standing import standing_measures
from feature_health.settings import ENGINE_MEMORY_LIMIT
from feature_health.steps.profile import SAMPLE_ROWS

CONTRACT = Path(__file__).with_name("contract.yaml")
AS_OF = datetime(2026, 6, 3, 9, tzinfo=UTC)

LOOKS = 7


def checks(path: Path, *, everything: bool = False) -> dict[str, object]:
    """Measure and judge; loading the contract and importing are the whole process's cost, not the checks'."""
    contract = load_file(CONTRACT)
    assert contract.partition is not None
    engine = DuckDbEngine(memory_limit=ENGINE_MEMORY_LIMIT)
    more = standing_measures(contract) if everything else ()
    before = getrusage(RUSAGE_SELF)
    measures: tuple[Measure, ...] = (*measures_needed(contract), *more)
    seen = engine.profile(path, measures, {})
    if everything:
        with tempfile.TemporaryDirectory() as folder:
            engine.sample(path, SAMPLE_ROWS, "bench", Path(folder) / "sample.parquet")
    run = run_expectations(contract, seen, as_of=AS_OF, volume=(1.0, ""), period=contract.partition.period("2026-06-02"))
    judge_schema(contract, seen)
    after = getrusage(RUSAGE_SELF)
    failed = [position for position, result in enumerate(run.results) if not result.success]
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu_s": cpu, "checks": len(run.results), "failed": failed, "profile_bytes": len(seen.to_json())}


def schema(path: Path) -> dict[str, object]:
    """Read the columns and compare them with the promised ones; the median of several looks, imports done."""
    contract, engine, took = load_file(CONTRACT), DuckDbEngine(), []
    for _ in range(LOOKS):
        began = perf_counter()
        judge_schema(contract, engine.schema(path))
        took.append(perf_counter() - began)
    return {"ms": 1000 * median(took), "n": LOOKS}


if __name__ == "__main__":
    what, file = sys.argv[1], Path(sys.argv[2])
    print(json.dumps(schema(file) if what == "schema" else checks(file, everything=what == "history")))
