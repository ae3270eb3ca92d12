import pytest

from tests.oracle.judges import Judge, Ours, Theirs


@pytest.fixture(scope="session")
def theirs() -> Judge:
    """Great Expectations' answers."""
    return Theirs()


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Our answers."""
    return Ours(tmp_path_factory.mktemp("oracle"))
