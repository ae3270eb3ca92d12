"""The ledger over SQLAlchemy: answers in read transactions, writes in one transaction with their entries in the hash chain."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection, inspect, text

from feature_health.errors import LedgerFailed
from feature_health.ledger import chain
from feature_health.ledger.database import LOCK_SECONDS, Database
from feature_health.ledger.deliveries import DeliveryQueries, DeliveryWrites
from feature_health.ledger.failing_rows import FailingRowQueries, FailingRowWrites
from feature_health.ledger.incidents import IncidentQueries, IncidentWrites
from feature_health.ledger.publications import PublicationQueries, PublicationWrites
from feature_health.ledger.releases import ReleaseQueries, ReleaseWrites
from feature_health.ledger.revisions import RevisionQueries, RevisionWrites
from feature_health.ledger.tables import HEAD, VERSION_TABLE


class SqlWriter(RevisionWrites, PublicationWrites, FailingRowWrites, IncidentWrites, DeliveryWrites, ReleaseWrites):
    """One write transaction, made by `SqlLedger.transaction`."""


class SqlLedger(RevisionQueries, FailingRowQueries, PublicationQueries, IncidentQueries, DeliveryQueries, ReleaseQueries):
    """The ledger in the SQLite or PostgreSQL database that `url` names.

    Nothing is opened before the first question. Then a SQLite ledger that does not exist yet is made, unless `read_only`; any
    other database must have been migrated, or the question raises LedgerFailed. `read_only` leaves no trace beside the file.
    A write that cannot have the lock within `lock_seconds` raises LedgerFailed.
    """

    def __init__(self, url: str, *, read_only: bool = False, lock_seconds: float = LOCK_SECONDS) -> None:
        self._database = Database(url, read_only=read_only, lock_seconds=lock_seconds)
        self._checked = False

    def transaction(self) -> AbstractContextManager[SqlWriter]:
        """A write transaction under the one write lock; leaving the block commits, an exception rolls back."""
        return self._writing()

    def verify(self) -> int | None:
        """The number of the first entry that was changed, removed or put between; None when the chain is whole."""
        with self._reading() as connection:
            return chain.first_broken(connection)

    def head(self) -> chain.Head:
        """Number and hash of the newest entry: kept elsewhere, it shows later whether entries were cut off at the end."""
        with self._reading() as connection:
            return chain.head(connection)

    @contextmanager
    def _writing(self) -> Iterator[SqlWriter]:
        self._check()
        with self._database.writing() as connection:
            yield SqlWriter(connection)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        self._check()
        with self._database.reading() as connection:
            yield connection

    def _check(self) -> None:
        if self._checked:
            return
        if self._database.is_sqlite and self._database.is_empty:
            self._create()
        found = self._version()
        if found != HEAD:
            raise LedgerFailed(_not_ours(self._database, found))
        self._checked = True

    def _create(self) -> None:
        if self._database.read_only:
            raise LedgerFailed(f"Reading the ledger {self._database}: there is none. Check the home; a first gated run makes it.")
        from feature_health.ledger.migrate import migrate

        migrate(self._database)

    def _version(self) -> str | None:
        with self._database.reading() as connection:
            if not inspect(connection).has_table(VERSION_TABLE):
                return None
            version: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - our constant
            return version


def _not_ours(database: Database, found: str | None) -> str:
    state = f"its tables are of version {found}" if found else "it was never migrated"
    return (
        f"Opening the ledger {database}: {state}, and this feature-health works with version {HEAD}. "
        "Run `feature-health ledger migrate`; if the ledger is the newer one, update feature-health."
    )
