"""What a command costs before it does anything: lenders run `check` in loops and hooks."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.command import CONTRACT, KEY
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


def test_reading_the_ledger_loads_no_contracts() -> None:
    """The page, a message and `published()` would wait for the parser of contracts, which none of them needs."""
    program = "import sys, feature_health.ledger.sql, feature_health.verdicts.explain; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"pydantic", "yaml", "duckdb"} & set(done.stdout.split())


@pytest.mark.parametrize("command", ["check", "status", "release request", "contract lint", "up", "demo"])
def test_help_loads_no_engine(command: str, outside_environment: dict[str, str]) -> None:
    """Reading how to call a command would take seconds."""
    modules = loaded(*command.split(), "--help", environment=outside_environment)
    assert not modules & (HEAVY | {"sqlalchemy", "duckdb"})
