"""The adapters of each port, as fixtures that run a suite once for each."""

from pathlib import Path

import pytest

from feature_health.ports import Store
from feature_health.stores.local import FileStore
from tests.conformance.ledgers import ledger, ledger_url

__all__ = ["ledger", "ledger_url", "store"]


@pytest.fixture(params=["path", "file_url"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store, once for each way to name one."""
    folder = tmp_path / "deep" / "store"
    return FileStore(folder.as_uri() if request.param == "file_url" else str(folder))
