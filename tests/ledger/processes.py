"""Starting writers as processes of their own, and what a ledger that they wrote to must look like."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from feature_health.ledger.tables import entries, holds, incident_members, incidents, outbox, revisions, verdicts

PROJECT = Path(__file__).resolve().parents[2]
WRITTEN = (revisions, verdicts, holds, incidents, incident_members, outbox)
ENTRIES_EACH = 4


def start(environment: Mapping[str, str], url: str, who: str, transactions: str) -> subprocess.Popen[str]:
    """A writer on that ledger; its first line of output says that it has begun."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ledger.writer", url, who, transactions],
        cwd=PROJECT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def counts(url: str) -> dict[str, int]:
    """Rows per table that a writer's transaction adds one row to, and the entries it adds four to."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in (*WRITTEN, entries)}


def whole(found: Mapping[str, int]) -> bool:
    """Whether every transaction is there entirely or not at all; the contract's entry is the first one."""
    kept = found["revisions"]
    return all(found[table.name] == kept for table in WRITTEN) and found["entries"] == (ENTRIES_EACH * kept + 1 if kept else 0)
