"""Locks, readers beside writers, and a ledger that is only looked at."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, text

from feature_health.errors import LedgerFailed
from feature_health.ledger.migrate import migrate
from feature_health.ledger.sql import SqlLedger
from feature_health.ledger.tables import entries
from tests.conformance.ledgers import DAY, accepting, holding, judged, stage


def traces(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file with its contents' hash and its time of change."""
    return {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) for path in sorted(folder.iterdir())
    }


def test_a_lock_that_is_not_free_is_an_error_with_a_way_out(ledger: SqlLedger, ledger_url: str) -> None:
    """A task would hang for ever behind another one, or die with a driver's message."""
    impatient = SqlLedger(ledger_url, lock_seconds=0.2)

    def write() -> None:
        with impatient.transaction() as writer:
            stage(writer, "two")

    with ledger.transaction() as first:
        stage(first, "one")
        with pytest.raises(LedgerFailed, match=r"was not free within 0\.2 s.*hanging task"):
            write()
        assert impatient.latest_revision(DAY) is None, "readers do not wait for the writer"
    write()
    assert ledger.verify() is None


def test_a_reader_sees_one_state_from_first_to_last(ledger: SqlLedger) -> None:
    """A page would show a verdict of one moment beside a publication of another."""
    judged(ledger, "one", holding())
    with ledger._reading() as connection:
        before = connection.scalars(select(entries.c.seq)).all()
        judged(ledger, "two", holding())
        assert connection.scalars(select(entries.c.seq)).all() == before
    assert ledger.head()[0] > len(before)


def test_looking_leaves_no_trace(tmp_path: Path) -> None:
    """`check --home` promises to write nothing there."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    id = judged(SqlLedger(url), "one", accepting())
    before = traces(tmp_path)
    assert list(before) == ["ledger.db"]
    looking = SqlLedger(url, read_only=True)
    assert looking.revision(id).id == id
    assert looking.verify() is None
    assert traces(tmp_path) == before


def test_looking_sees_what_a_living_writer_committed(tmp_path: Path) -> None:
    """`check --home` beside a running Airflow would judge by yesterday's ledger."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    ledger = SqlLedger(url)
    judged(ledger, "one", holding())
    with ledger._reading() as connection:
        connection.scalars(select(entries.c.seq)).all()
        id = judged(ledger, "two", holding())
        assert (tmp_path / "ledger.db-wal").stat().st_size
        assert SqlLedger(url, read_only=True).latest_revision(DAY) == ledger.revision(id)


def test_looking_beside_writers_that_come_and_go_is_never_torn(tmp_path: Path) -> None:
    """A check beside a running Airflow would read half of one moment and half of the next, and judge by neither."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    written = 30
    judged(SqlLedger(url), "0", accepting())

    def write() -> None:
        for number in range(1, written):
            judged(SqlLedger(url), str(number), accepting())  # the last to close folds the WAL into the file

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        seen = 0
        while not writing.done():
            looking = SqlLedger(url, read_only=True)
            assert looking.verify() is None
            found = looking.head()[0]
            assert found >= seen
            seen = found
        writing.result()
    assert SqlLedger(url, read_only=True).head() == SqlLedger(url).head()


def test_looking_at_nothing_says_so_and_makes_nothing(tmp_path: Path) -> None:
    """A mistyped home would become an empty ledger."""
    with pytest.raises(LedgerFailed, match=r"there is none.*Check the home"):
        SqlLedger(f"sqlite:///{tmp_path}/ledger.db", read_only=True).held()
    assert list(tmp_path.iterdir()) == []


def test_looking_cannot_write(ledger: SqlLedger, ledger_url: str) -> None:
    """A command that promises to write nothing could."""
    judged(ledger, "one", accepting())
    looking = SqlLedger(ledger_url, read_only=True)
    with pytest.raises(LedgerFailed, match="opened for reading only"), looking.transaction() as writer:
        stage(writer, "two")


def test_a_file_that_is_no_ledger_is_an_error_in_words(tmp_path: Path) -> None:
    """A wrong db_url would end in a traceback."""
    (tmp_path / "ledger.db").write_text("application_id,fico\n" * 100)
    with pytest.raises(LedgerFailed, match="not a database"):
        SqlLedger(f"sqlite:///{tmp_path}/ledger.db").held()


def test_a_ledger_that_crossed_a_fork_still_works(ledger: SqlLedger) -> None:
    """A task that Airflow forked could not write to the ledger that its parent had open."""
    judged(ledger, "one", holding())
    assert exit_code_of_fork(lambda: judged(ledger, "two", holding()) is None) == 0
    assert [one.revision.number for one in ledger.held()] == [1, 2]


def test_a_forked_process_does_not_share_its_parents_connection(postgres_url: str) -> None:
    """Parent and child would garble each other's questions on one socket, now and then."""
    migrate(postgres_url)
    ledger = SqlLedger(postgres_url)
    parents = backend(ledger)
    assert parents == backend(ledger), "the pool keeps the connection"
    assert exit_code_of_fork(lambda: backend(ledger) == parents) == 0
    assert backend(ledger) == parents


def backend(ledger: SqlLedger) -> int:
    """The server process that answers this ledger."""
    with ledger._reading() as connection:
        return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def exit_code_of_fork(action: Callable[[], object]) -> int:
    """What a forked child ends with: the action's answer, or 70 when it raised."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            code = int(bool(action()))
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_opening_a_ledger_is_light() -> None:
    """`feature-health check` has one second of CPU; Alembic and the ORM would take half of it."""
    code = "import sys, feature_health.ledger.sql; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"alembic", "pydantic", "pandas", "duckdb"} & set(loaded)
