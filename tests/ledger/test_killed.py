import random
import time

import pytest

from feature_health.ledger.sql import SqlLedger
from tests.ledger.processes import counts, start, whole

KILLS = 8


def test_a_kill_leaves_whole_transactions_only(ledger_url: str, outside_environment: dict[str, str]) -> None:
    """A power cut would leave a verdict without its incident, or a message about nothing."""
    when, before = random.Random(1), 0
    for number in range(KILLS):
        writer = start(outside_environment, ledger_url, f"writer-{number}", "endless")
        assert writer.stdout is not None
        if writer.stdout.readline() != "begun\n":
            pytest.fail(writer.communicate()[1])
        time.sleep(when.uniform(0, 0.1))
        writer.kill()
        writer.communicate()
        found = counts(ledger_url)
        assert whole(found)
        assert found["revisions"] > before
        before = found["revisions"]
    assert SqlLedger(ledger_url).verify() is None
