"""What may be imported where, beyond what import-linter and ruff can say."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
HEAVY = ("great_expectations", "pandas", "duckdb", "numpy", "pyarrow", "sqlalchemy.orm")
# Airflow itself imports SQLAlchemy, so a job file cannot be held to doing without.
HEAVY_IN_AIRFLOW = ("great_expectations", "pandas", "duckdb", "numpy", "pyarrow")
PURE = ("errors", "contracts", "profiles", "checks", "verdicts", "incidents", "serving", "ports")
IMPURE_MODULES = {
    "os",
    "random",
    "secrets",
    "time",
    "uuid",
    "socket",
    "subprocess",
    "sqlalchemy",
    "duckdb",
    "pandas",
    "great_expectations",
}
CLOCKS = {"now", "utcnow", "today"}

airflow_files = sorted([*(PROJECT / "dags").glob("*.py"), *(PROJECT / "plugins").glob("*.py")])
pure_files = sorted(path for room in PURE for path in (PROJECT / "include/feature_health").glob(f"{room}*/**/*.py"))
pure_files += sorted(path for room in PURE for path in (PROJECT / "include/feature_health").glob(f"{room}.py"))


def loaded_by(statement: str) -> set[str]:
    """The top-level names of the modules that a fresh interpreter has loaded after the statement."""
    code = f"import sys\n{statement}\nprint('LOADED', *sys.modules)"
    environment = os.environ | {"AIRFLOW__FEATURE_HEALTH__CONTRACTS": str(PROJECT / "expectations")}
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("LOADED")[2].split())


@pytest.mark.parametrize("path", airflow_files, ids=lambda path: path.stem)
def test_what_airflow_parses_is_light(path: Path) -> None:
    """Airflow parses a job file every 30 seconds and in every task: Great Expectations alone would cost it 2.6 s each time."""
    heavy = loaded_by(f"import runpy; runpy.run_path({str(path)!r})") & set(HEAVY_IN_AIRFLOW)
    assert not heavy, f"{path.name} loads {sorted(heavy)} when parsed: import them inside the task"


def test_the_platform_is_light() -> None:
    """`feature-health --help` would take seconds."""
    heavy = loaded_by("import feature_health") & set(HEAVY)
    assert not heavy


def clock_calls(tree: ast.AST) -> list[int]:
    """The lines on which something like `datetime.now()` is called."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))
    return [call.lineno for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in CLOCKS]


def imported_modules(tree: ast.AST) -> set[str]:
    """The top-level names of all modules that are imported anywhere in a file."""
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in plain | named}


@pytest.mark.parametrize("path", pure_files, ids=lambda path: str(path.relative_to(PROJECT / "include/feature_health")))
def test_pure_rooms_touch_nothing(path: Path) -> None:
    """A judgement that reads a clock, the environment or a database cannot be recomputed from the ledger."""
    tree = ast.parse(path.read_text())
    assert not imported_modules(tree) & IMPURE_MODULES
    assert not clock_calls(tree)
