from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from feature_health.errors import LedgerFailed, SettingsInvalid
from feature_health.ledger.migrate import FOLDER, migrate
from feature_health.ledger.sql import SqlLedger
from feature_health.ledger.tables import HEAD, VERSION_TABLE, metadata
from feature_health.profiles.partition import PartitionId
from tests.conformance.ledgers import DATABASES, accepting, empty, judged


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables, once for each kind."""
    return empty(request, tmp_path)


def run(url: str, statement: str) -> None:
    """Run a statement as somebody who does not go through the ledger."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(text(statement))


def test_migrating_twice_equals_migrating_once(empty_url: str) -> None:
    """An upgrade that is run again would fail, or lose what is there."""
    assert migrate(empty_url) == HEAD
    id = judged(SqlLedger(empty_url), "one", accepting())
    assert migrate(empty_url) == HEAD
    assert SqlLedger(empty_url).revision(id).id == id


def test_a_ledger_of_the_first_version_keeps_what_it_says(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An update would lose what is readable, or leave it without the columns that the new code asks for."""
    with monkeypatch.context() as patch:
        patch.setattr("feature_health.ledger.migrate.HEAD", "0001")
        migrate(empty_url)
    at = "'2026-06-03 06:00:00.000000+00:00'"
    digest = "ab" * 32
    run(empty_url, f"INSERT INTO contracts (digest, job, body, at) VALUES ('{digest}', 'bureau', '{{}}', {at})")
    run(
        empty_url,
        "INSERT INTO revisions (id, job, key, number, sha256, bytes, delivery, unparsed, contract_digest, as_of, run, staged_at) "
        f"VALUES (1, 'bureau', '2026-06-02', 1, '{digest}', 1, 'a', '{{}}', '{digest}', {at}, 'run-1', {at})",
    )
    run(
        empty_url,
        "INSERT INTO publications (id, revision_id, job, key, path, sha256, rows, valid_from) "
        f"VALUES (1, 1, 'bureau', '2026-06-02', 'a.parquet', '{digest}', 5, {at})",
    )
    assert migrate(empty_url) == HEAD
    published = SqlLedger(empty_url).published(PartitionId(job="bureau", key="2026-06-02"))
    assert published is not None
    assert (published.rows, published.diverted) == (5, 0)


def test_migrations_make_the_tables_that_the_code_uses(empty_url: str) -> None:
    """A column added to the code and not to a migration would be missing in every ledger that exists."""
    migrate(empty_url)
    with create_engine(empty_url, poolclass=NullPool).connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_version_that_is_checked_is_the_newest_migration() -> None:
    """Every ledger would be refused, or an outdated one accepted."""
    assert ScriptDirectory(str(FOLDER)).get_current_head() == HEAD


def test_a_sqlite_ledger_makes_itself(tmp_path: Path) -> None:
    """A first run would ask for a command that the README does not begin with."""
    ledger = SqlLedger(f"sqlite:///{tmp_path}/new/home/ledger.db")
    judged(ledger, "one", accepting())
    assert (tmp_path / "new/home/ledger.db").exists()


def test_an_interrupted_creation_is_taken_up(tmp_path: Path) -> None:
    """A kill at the very first moment would leave a file that nothing can open."""
    (tmp_path / "ledger.db").touch()
    assert SqlLedger(f"sqlite:///{tmp_path}/ledger.db").verify() is None


def test_a_database_that_was_never_migrated_says_so(postgres_url: str) -> None:
    """A PostgreSQL that nobody prepared would fail with a missing table's name."""
    with pytest.raises(LedgerFailed, match=r"never migrated.*feature-health ledger migrate"):
        SqlLedger(postgres_url).held()


def test_another_version_is_refused(empty_url: str) -> None:
    """Old code would write to a newer ledger what that one does not mean."""
    migrate(empty_url)
    run(empty_url, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(LedgerFailed, match=rf"version 9999.*works with version {HEAD}"):
        SqlLedger(empty_url).held()
    with pytest.raises(LedgerFailed, match="newer feature-health made it"):
        migrate(empty_url)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "no usable database URL"),
        ("ledger.db", "no usable database URL"),
        ("nosuch://host/db", "no usable database URL"),
        ("mysql://host/db", "ledger lives in SQLite or PostgreSQL|no usable database URL"),
        ("sqlite://", "in memory"),
    ],
)
def test_an_unusable_url_is_refused(url: str, told: str) -> None:
    """A mistyped setting would end in a traceback, or in a ledger that is forgotten with the process."""
    with pytest.raises(SettingsInvalid, match=told):
        SqlLedger(url)


def test_an_unreachable_database_shows_no_password() -> None:
    """The password of the ledger would stand in every log."""
    with pytest.raises(LedgerFailed) as raised:
        SqlLedger("postgresql+psycopg2://ada:s3cret@127.0.0.1:1/ledger").held()
    assert "s3cret" not in str(raised.value)
    assert "127.0.0.1" in str(raised.value)
