import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from feature_health.ledger.database import Database
from feature_health.ledger.sql import SqlLedger
from tests.conformance.ledgers import accepting, judged

FORBIDDEN = "only ever added to"
REWRITES = {
    "sqlite": (
        "UPDATE entries SET body = '{}' WHERE seq = 2",
        "DELETE FROM entries WHERE seq = 2",
        "INSERT OR REPLACE INTO entries SELECT seq, at, kind, subject, '{}', prev, hash FROM entries WHERE seq = 2",
    ),
    "postgresql": (
        "UPDATE entries SET body = '{}' WHERE seq = 2",
        "DELETE FROM entries WHERE seq = 2",
        "INSERT INTO entries SELECT * FROM entries WHERE seq = 2 ON CONFLICT (seq) DO UPDATE SET body = '{}'",
        "TRUNCATE entries",
    ),
}
TAMPERINGS = {
    "UPDATE entries SET body = '{}' WHERE seq = 2": 2,
    "UPDATE entries SET at = '2020-01-01T00:00:00.000000+00:00' WHERE seq = 1": 1,
    "UPDATE entries SET hash = prev WHERE seq = 3": 3,
    "DELETE FROM entries WHERE seq = 2": 2,
    "UPDATE entries SET seq = 9 WHERE seq = 3": 3,
}


def test_the_record_cannot_be_rewritten(ledger: SqlLedger, ledger_url: str) -> None:
    """A slip in a later version could change what happened."""
    judged(ledger, "one", accepting())
    for statement in REWRITES[make_url(ledger_url).get_backend_name()]:
        with pytest.raises(DBAPIError, match=FORBIDDEN), Database(ledger_url)._engine.begin() as connection:
            connection.execute(text(statement))
    assert ledger.verify() is None
    assert ledger.head()[0] == 3


@pytest.mark.parametrize(("statement", "broken"), TAMPERINGS.items())
def test_a_rewritten_record_shows(ledger: SqlLedger, ledger_url: str, statement: str, broken: int) -> None:
    """Somebody with access to the database could change what happened and nobody would see."""
    judged(ledger, "one", accepting())
    assert ledger.verify() is None
    with create_engine(ledger_url, poolclass=NullPool).begin() as connection:
        for drop in drops(ledger_url):
            connection.execute(text(drop))
        connection.execute(text(statement))
    assert ledger.verify() == broken


def drops(url: str) -> tuple[str, ...]:
    """What somebody with full access would do first."""
    if url.startswith("sqlite"):
        return ("DROP TRIGGER entries_no_update", "DROP TRIGGER entries_no_delete")
    return ("DROP FUNCTION entries_forbid CASCADE",)


def test_entries_cut_off_show_against_a_kept_head(tmp_path: Path) -> None:
    """The newest entries could vanish without a trace: a chain that is shorter is still whole."""
    ledger = SqlLedger(f"sqlite:///{tmp_path}/ledger.db")
    judged(ledger, "one", accepting())
    head = ledger.head()
    connection = sqlite3.connect(tmp_path / "ledger.db")
    for statement in (*drops("sqlite"), f"DELETE FROM entries WHERE seq = {head[0]}"):
        connection.execute(statement)
    connection.commit()
    connection.close()
    assert ledger.verify() is None
    assert ledger.head() != head
