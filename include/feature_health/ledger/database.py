"""The way to the database: connections, the one write lock, snapshots for readers, errors in words. Knows no table of the ledger.

SQLite: WAL, every commit synced, BEGIN IMMEDIATE for writers (a plain BEGIN lost 75 percent of concurrent writes when measured).
PostgreSQL: an advisory lock that lasts as long as the transaction.
"""

import os
import shutil
import sqlite3
import tempfile
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from feature_health.errors import LedgerFailed, SettingsInvalid

LOCK_SECONDS = 30.0
_ADVISORY_LOCK = 0x6665_6174_6865_616C
_CONNECT_SECONDS = 10
_SLICE_MILLISECONDS = 10
_STILL_SECONDS = 0.02  # a file system's clock ticks more often than this
_STILL_SECONDS_MAX = 1.0


class Database:
    """One database by URL, SQLite or PostgreSQL. Opens nothing before it is asked."""

    def __init__(self, url: str, *, read_only: bool = False, lock_seconds: float = LOCK_SECONDS) -> None:
        self.url = _checked(url)
        self.read_only = read_only
        self.lock_seconds = lock_seconds
        self._engine = self._sqlite_engine() if self.is_sqlite else self._postgres_engine()

    def __str__(self) -> str:
        """The URL without its password."""
        return self.url.render_as_string(hide_password=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path:
        """SQLite's file."""
        return Path(self.url.database or "")

    @property
    def is_empty(self) -> bool:
        """Whether there is no table yet. A SQLite file that does not exist is empty too, and is not made by asking."""
        if self.is_sqlite and not self.path.exists():
            return True
        with self.reading() as connection:
            return not inspect(connection).get_table_names()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read transaction that sees one state of the ledger from its first question to its last."""
        with self._telling("Reading"), self._engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction under the one write lock; leaving the block commits, an exception rolls back."""
        if self.read_only:
            raise LedgerFailed(f"Writing to the ledger {self}: it was opened for reading only, so nothing was written.")
        with self._telling("Writing"), self._engine.connect() as connection:
            connection.execution_options(feature_health_writes=True)
            with connection.begin():
                yield connection

    def create(self) -> None:
        """Make SQLite's file, and switch it to WAL so that readers and the writer do not wait for each other."""
        if not self.is_sqlite:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=self.lock_seconds, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode=WAL")
            finally:
                connection.close()
        except (OSError, sqlite3.Error) as error:
            raise LedgerFailed(
                f"Creating the ledger {self}: {error}. Check that its folder may be written and has room."
            ) from error

    def _sqlite_engine(self) -> Engine:
        # No pool: a SQLite connection that crosses a fork corrupts, Airflow forks, and opening one costs 0.2 ms.
        engine = create_engine(self.url, creator=self._sqlite_connection, poolclass=NullPool, hide_parameters=True)

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            if connection.get_execution_options().get("feature_health_writes"):
                self._begin_immediate(connection)
            else:
                connection.exec_driver_sql("BEGIN")

        return engine

    def _begin_immediate(self, connection: Connection) -> None:
        """Ask for the write lock again and again for as long as we may, in slices that are short for everybody.

        SQLite waits up to 100 ms between its own questions: newcomers overtake those who waited longest, and eight writers
        took a third longer when measured.
        """
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_SLICE_MILLISECONDS}")
        deadline = time.monotonic() + self.lock_seconds
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except DBAPIError as error:
                if not _is_locked(error.orig) or time.monotonic() > deadline:
                    raise
            else:
                return

    def _sqlite_connection(self) -> sqlite3.Connection:
        connection = (self._snapshot() if self.read_only else None) or self._connect(self.path, "ro" if self.read_only else "rw")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA recursive_triggers=ON")  # without it INSERT OR REPLACE passes the triggers that forbid DELETE
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    def _connect(self, path: Path, mode: str) -> sqlite3.Connection:
        # isolation_level None: the driver's own BEGIN is the deferred one.
        return sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode={mode}",
            uri=True,
            timeout=self.lock_seconds,
            isolation_level=None,
            check_same_thread=False,
        )

    def _snapshot(self) -> sqlite3.Connection | None:
        """A copy of the ledger as it was at one moment; None when it is written without a pause, or there is no room.

        Whoever opens a WAL ledger, be it to read, makes files beside it and may leave them. Reading its file as immutable makes
        none, but misses the WAL and is torn when a writer comes in between. So a copy is taken, until all was still meanwhile.
        """
        deadline = time.monotonic() + _STILL_SECONDS_MAX
        try:
            while time.monotonic() < deadline:
                if (copy := self._copied()) is not None:
                    return copy
                time.sleep(_STILL_SECONDS)
        except OSError:  # opening the ledger itself works, or says why not
            pass
        return None

    def _copied(self) -> sqlite3.Connection | None:
        """A connection to a copy that is of one moment, or None when the ledger was written meanwhile."""
        before = self._state()
        with tempfile.TemporaryDirectory(prefix="feature-health-ledger-") as folder:
            for path in self._files():
                shutil.copyfile(path, Path(folder, path.name))
            if before is None or self._state() != before:
                return None
            connection = self._connect(Path(folder, self.path.name), "rw")
            try:
                connection.execute("PRAGMA locking_mode=EXCLUSIVE")  # no shared memory beside it
                connection.execute("SELECT count(*) FROM sqlite_master")  # opens the WAL too; open, both outlive their names
            except sqlite3.Error:
                connection.close()
                raise
            return connection

    def _state(self) -> tuple[tuple[int, int, int], ...] | None:
        """What changes when the ledger is written; None when it was so just now that a further write might not show."""
        found = [path.stat() for path in self._files()]
        if any(abs(time.time_ns() - one.st_mtime_ns) < _STILL_SECONDS * 1e9 for one in found):
            return None
        return tuple((one.st_ino, one.st_size, one.st_mtime_ns) for one in found)

    def _files(self) -> tuple[Path, ...]:
        """The file, and its WAL when there is one: the newest commits are there."""
        wal = self.path.with_name(f"{self.path.name}-wal")
        return (self.path, wal) if wal.exists() else (self.path,)

    def _postgres_engine(self) -> Engine:
        engine = create_engine(
            self.url,
            pool_size=2,
            max_overflow=8,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": _CONNECT_SECONDS},
        )

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            if connection.get_execution_options().get("feature_health_writes"):
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(self.lock_seconds * 1000)}")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")

        _forget_after_fork(engine)
        return engine

    @contextmanager
    def _telling(self, doing: str) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise LedgerFailed(self._words(doing, error)) from error

    def _words(self, doing: str, error: SQLAlchemyError) -> str:
        found = error.orig if isinstance(error, DBAPIError) else error
        kept = " Nothing was written." if doing == "Writing" else ""
        if _is_locked(found):
            return (
                f"{doing} the ledger {self}: its lock was not free within {self.lock_seconds:g} s.{kept} "
                "Look for a hanging task or an open database client that holds it, then run this again."
            )
        said = (str(found).splitlines() or [type(found).__name__])[0]
        return (
            f"{doing} the ledger {self}: {said}.{kept} "
            "Check that the database is there, may be used by this user and has room, then run this again."
        )


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise SettingsInvalid(
            f"db_url is no usable database URL ({type(error).__name__}). "
            "Write sqlite:////folder/ledger.db or postgresql+psycopg2://user:password@host/database."
        ) from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise SettingsInvalid(f"db_url names {parsed.get_backend_name()}; the ledger lives in SQLite or PostgreSQL.")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise SettingsInvalid(
            "db_url names a SQLite database in memory, which no other process sees. Write sqlite:////folder/ledger.db."
        )
    return parsed


def _is_locked(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY")
    return getattr(error, "pgcode", None) == "55P03"


def _forget_after_fork(engine: Engine) -> None:
    """A pooled connection belongs to the process that opened it: Airflow forks, and two processes garble one socket."""
    known = weakref.ref(engine)

    def forget() -> None:
        inherited = known()
        if inherited is not None:
            inherited.dispose(close=False)

    os.register_at_fork(after_in_child=forget)
