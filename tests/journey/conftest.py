"""One real Airflow for all journeys of a session."""

from collections.abc import Iterator

import pytest

from tests.journey.airflow import Journey, environment_outside, running


@pytest.fixture(scope="session")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """A running Airflow over the journey's own DAGs and contracts, with nothing delivered yet."""
    with running(tmp_path_factory.mktemp("journey") / "home", environment_outside()) as one:
        yield one
