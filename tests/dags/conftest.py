"""DAG files read as Airflow reads them, with contracts of the tests' own or the project's."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def our_contracts(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tests' own contracts, set as the folder that DAGs take them from."""
    folder = HERE / "contracts"
    monkeypatch.setenv("AIRFLOW__FEATURE_HEALTH__CONTRACTS", str(folder))
    return folder


@pytest.fixture
def read_dags() -> Callable[[Path], Any]:
    """A function that reads a folder of DAG files as the dag-processor does."""
    from airflow.dag_processing.dagbag import DagBag

    return lambda folder: DagBag(dag_folder=folder)
