"""A process of its own that writes to a ledger: so many transactions, or without end. Run as a program by the tests beside it.

Each transaction stages a delivery, holds it and opens an incident, so that half of one would show.
"""

import sys
from itertools import count

from feature_health.ledger.sql import SqlLedger
from feature_health.profiles.partition import PartitionId
from tests.conformance.ledgers import at, holding, incident, profile, stage


def write(ledger: SqlLedger, who: str, number: int) -> None:
    """One transaction."""
    partition = PartitionId(job="bureau_pull", key=f"key-{number % 7}")
    with ledger.transaction() as writer:
        revision = stage(writer, f"{who} {number}", partition)
        writer.save_verdict(revision.id, holding(), profile=profile(), at=at(number))
        writer.save_incident(incident())


def main(url: str, who: str, transactions: str) -> None:
    """Write, and say so after the first one, for whoever waits to interrupt."""
    ledger = SqlLedger(url)
    for number in range(int(transactions)) if transactions != "endless" else count():
        write(ledger, who, number)
        if number == 0:
            print("begun", flush=True)  # noqa: T201 - read by the test


if __name__ == "__main__":
    main(*sys.argv[1:])
