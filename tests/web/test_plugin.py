import subprocess
import sys
from pathlib import Path

import pytest

LIGHT = """
import sys, airflow.plugins_manager, runpy
before = set(sys.modules)
runpy.run_path({path!r})
print("LOADED", *set(sys.modules) - before)
"""
HEAVY = {"fastapi", "jinja2", "sqlalchemy", "duckdb", "pandas", "starlette", "pydantic"}


@pytest.fixture
def loaded(project: Path, outside_environment: dict[str, str], tmp_path: Path) -> set[str]:
    """The modules that the plugin file loads on top of Airflow's own plugin machinery."""
    code = LIGHT.format(path=str(project / "plugins/feature_health_plugin.py"))
    environment = outside_environment | {"AIRFLOW_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("LOADED")[2].split())


def test_the_plugin_file_loads_nothing_of_ours_nor_anything_heavy(loaded: set[str]) -> None:
    """Every Airflow process and every single task imports the plugin: the pages would cost each of them a second."""
    assert not {name.partition(".")[0] for name in loaded} & HEAVY
    assert not {name for name in loaded if name.startswith("feature_health")}
