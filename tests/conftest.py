"""Every test's surroundings: an Airflow home of its own, no settings from outside, and in CI no test that is skipped."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.services"]

# A law that holds on a quiet machine holds on a busy one; how long an example takes is not what it is about.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Before anything imports airflow, which reads its home once. Each worker of pytest-xdist is a process and gets its own.
_HOME = Path(tempfile.mkdtemp(prefix="feature-health-tests-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)

# A terminal's size too, which readline hands on to the workers: what a command prints must not depend on who runs the tests.
_OUTSIDE = ("AIRFLOW", "SLACK_", "PYTHONDONTWRITEBYTECODE", "COLUMNS", "LINES")
for _name in [name for name in os.environ if name.startswith(_OUTSIDE)]:
    del os.environ[_name]
(_HOME / "dags").mkdir()
(_HOME / "plugins").mkdir()
os.environ |= {
    "AIRFLOW_HOME": str(_HOME),
    "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__DAGS_FOLDER": str(_HOME / "dags"),
    "AIRFLOW__CORE__PLUGINS_FOLDER": str(_HOME / "plugins"),
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{_HOME}/airflow.db",
}


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's folder."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture
def outside_environment() -> dict[str, str]:
    """The environment for a process that is to start as a user would start it: without this suite's Airflow."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI turn a skip into a failure: a service that is missing there would hide what it was to test."""
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the journeys last: a slip in pure code should show within seconds."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is not None)
