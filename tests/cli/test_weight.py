"""What a command costs before it does anything: lenders run `check` in loops and hooks."""

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.command import CONTRACT, KEY, start
from tests.cli.conftest import Write

HEAVY = {
    "great_expectations",
    "pandas",
    "numpy",
    "pyarrow",
    "airflow",
    "slack_sdk",
    "httpx",
    "holidays",
    "fastapi",
    "alembic",
    "jinja2",
}
PROGRAM = """
import json, sys
from feature_health.cli.main import main
try:
    main()
except SystemExit as ending:
    code = ending.code
print(json.dumps({"code": code, "modules": sorted({name.partition(".")[0] for name in sys.modules})}), file=sys.stderr)
"""


def loaded(*arguments: object, environment: Mapping[str, str]) -> set[str]:
    """The packages that a command had loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)], capture_output=True, text=True, env=dict(environment), check=True
    )
    told = json.loads(done.stderr.splitlines()[-1])
    assert told["code"] == 0, done
    return set(told["modules"])


def test_check_loads_only_what_it_needs(write: Write, outside_environment: dict[str, str]) -> None:
    """Importing Great Expectations alone costs 2.6 seconds, SQLAlchemy 0.3, rich and holidays 0.1 each."""
    modules = loaded("check", write(), "--contract", CONTRACT, "--partition", KEY, "--alone", environment=outside_environment)
    assert not modules & (HEAVY | {"sqlalchemy", "rich"})


def test_check_in_a_home_adds_the_ledger_alone(home: Path, write: Write, outside_environment: dict[str, str]) -> None:
    """Reading other partitions would load the messengers too."""
    arguments = ("check", write(), "--contract", CONTRACT, "--partition", KEY, "--home", home)
    modules = loaded(*arguments, environment=outside_environment)
    assert "sqlalchemy" in modules
    assert not modules & (HEAVY | {"rich"})


@pytest.mark.parametrize("command", ["check", "status", "release request", "contract lint", "up", "demo"])
def test_help_loads_no_engine(command: str, outside_environment: dict[str, str]) -> None:
    """Reading how to call a command would take seconds."""
    modules = loaded(*command.split(), "--help", environment=outside_environment)
    assert not modules & (HEAVY | {"sqlalchemy", "duckdb"})


def test_a_check_of_5_000_rows_costs_less_than_a_second(
    candidates: Mapping[tuple[str, str], Path], home: Path, outside_environment: dict[str, str]
) -> None:
    """The promise of the whole: the gate's own work, start included, stays below a second of processor time."""
    arguments = ("check", candidates["bureau_pull", "2026-03-04"], "--job", "bureau_pull", "--home", home)
    costs = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert start(*arguments, environment=outside_environment).code == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(costs) < 1.0, costs
