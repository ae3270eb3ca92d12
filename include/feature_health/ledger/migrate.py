"""Bringing a ledger's tables to the version that this code works with. Imported when needed: Alembic costs 0.3 CPU seconds."""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from feature_health.errors import LedgerFailed
from feature_health.ledger.database import Database
from feature_health.ledger.tables import HEAD, VERSION_TABLE, metadata

FOLDER = Path(__file__).parent / "migrations"


def migrate(database: str | Database) -> str:
    """Bring the ledger at this URL to the newest version, in one transaction under the write lock; returns that version.

    A SQLite ledger that does not exist yet is made. Doing it twice, or in two processes at once, equals doing it once.
    Raises LedgerFailed when the ledger is newer than this code, or cannot be written.
    """
    target = Database(database) if isinstance(database, str) else database
    target.create()
    with target.writing() as connection:
        _upgrade(target, connection)
    return HEAD


def _upgrade(target: Database, connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)

    def steps(revision: str, _: MigrationContext) -> list[RevisionStep]:
        return script._upgrade_revs(HEAD, revision)  # noqa: SLF001 - as Alembic's own `upgrade` command does it

    with EnvironmentContext(config, script, fn=steps, destination_rev=HEAD) as environment:
        # transactional_ddl: Alembic believes that SQLite cannot; it can, once the driver's own BEGIN is out of the way.
        environment.configure(
            connection=connection, target_metadata=metadata, version_table=VERSION_TABLE, transactional_ddl=True
        )
        try:
            environment.run_migrations()
        except CommandError as error:
            raise LedgerFailed(
                f"Migrating the ledger {target}: {error}. A newer feature-health made it; update this one. Nothing was changed."
            ) from error
