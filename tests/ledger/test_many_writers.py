import subprocess
from pathlib import Path

import pytest

from feature_health.ledger.sql import SqlLedger
from tests.ledger.processes import counts, start, whole

WRITERS = 8
TRANSACTIONS = 200


def ended(process: "subprocess.Popen[str]") -> str:
    """What a writer complained of, once it has ended."""
    _, complaint = process.communicate()
    return complaint if process.returncode else ""


@pytest.mark.journey
def test_eight_processes_lose_nothing(ledger_url: str, outside_environment: dict[str, str]) -> None:
    """A verdict, a hold or an incident would be lost when gates run side by side."""
    writers = [start(outside_environment, ledger_url, f"writer-{number}", str(TRANSACTIONS)) for number in range(WRITERS)]
    assert [ended(writer) for writer in writers] == [""] * WRITERS
    found = counts(ledger_url)
    assert found["revisions"] == WRITERS * TRANSACTIONS
    assert whole(found)
    assert SqlLedger(ledger_url).verify() is None


def test_processes_that_find_no_ledger_make_one_together(tmp_path: Path, outside_environment: dict[str, str]) -> None:
    """The first tasks of a fresh installation would fail, or each write to a ledger of its own."""
    url = f"sqlite:///{tmp_path}/home/ledger.db"
    writers = [start(outside_environment, url, f"writer-{number}", "3") for number in range(4)]
    assert [ended(writer) for writer in writers] == [""] * 4
    found = counts(url)
    assert found["revisions"] == 12
    assert whole(found)
