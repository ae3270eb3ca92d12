"""The way to the database: connections, the one write lock, snapshots for readers, errors in words. Knows no table of the ledger.

SQLite: WAL, every commit synced, BEGIN IMMEDIATE for writers (a plain BEGIN lost 75 percent of concurrent writes when measured).
PostgreSQL: an advisory lock that lasts as long as the transaction.
"""

import os
import sqlite3
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
        mode = "rw" if not self.read_only else "ro" if self._has_wal() else "ro&immutable=1"
        # isolation_level None: the driver's own BEGIN is the deferred one.
        connection = sqlite3.connect(
            f"file:{quote(str(self.path.absolute()))}?mode={mode}",
            uri=True,
            timeout=self.lock_seconds,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA recursive_triggers=ON")  # without it INSERT OR REPLACE passes the triggers that forbid DELETE
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    def _has_wal(self) -> bool:
        """Whether the newest commits are beside the file. If not, a reader may take the file as it is and so leaves no trace."""
        wal = Path(f"{self.path}-wal")
        return wal.exists() and wal.stat().st_size > 0

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
