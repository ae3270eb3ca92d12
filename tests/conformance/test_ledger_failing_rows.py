"""Every ledger: where the failing rows of a verdict lie, and how many rows of a publication were held back."""

from feature_health.ledger.sql import SqlLedger
from feature_health.profiles.partition import RevisionId
from feature_health.records import FailingRows, RowsTold
from tests.conformance.ledgers import DAY, accepting, at, delivery, holding, judged, stage

TOLD = RowsTold(rows=3, counts={"nulls:fico": 2, "key.unique": 2}, untold={"gone": "there is no column 'gone'"})


def keep(ledger: SqlLedger, id: RevisionId, content: str = "rows", run: str = "run-1", minutes: float = 5) -> FailingRows:
    """Keep a file of failing rows."""
    with ledger.transaction() as writer:
        return writer.save_failing_rows(id, run=run, file=delivery(content), told=TOLD, at=at(minutes))


def test_failing_rows_are_found_by_their_revision(ledger: SqlLedger) -> None:
    """A file that nobody can find again would be personal data that nobody deletes either."""
    id = judged(ledger, "bad", holding())
    assert ledger.failing_rows(id) is None
    kept = keep(ledger, id)
    file = delivery("rows")
    assert kept == FailingRows(
        revision=id, run="run-1", path=file.path, sha256=file.sha256, rows=3, counts=TOLD.counts, untold=TOLD.untold, at=at(5)
    )
    assert ledger.failing_rows(id) == kept
    assert ledger.failing_rows(RevisionId(job=DAY.job, key=DAY.key, number=9)) is None


def test_the_first_that_were_kept_stand(ledger: SqlLedger) -> None:
    """A retried task would move evidence that somebody is reading, or leave two entries of one thing."""
    id = judged(ledger, "bad", holding())
    first, head = keep(ledger, id), ledger.head()
    assert keep(ledger, id, "others", minutes=9) == first
    assert ledger.head() == head
    assert ledger.verify() is None


def test_a_new_verdict_has_no_rows_until_they_are_told(ledger: SqlLedger) -> None:
    """Reasons of an older contract would pass for those of the verdict in force."""
    id = judged(ledger, "bad", holding())
    old = keep(ledger, id)
    with ledger.transaction() as writer:
        stage(writer, "bad", run="run-2")
    assert ledger.failing_rows(id) == old
    judged(ledger, "bad", holding(), run="run-2")
    assert ledger.failing_rows(id) is None
    assert keep(ledger, id, "others", run="run-2").sha256 == delivery("others").sha256


def test_a_publication_says_how_many_rows_it_lacks(ledger: SqlLedger) -> None:
    """Rows would be gone from what decisioning reads, and nobody could see that."""
    id = judged(ledger, "few bad rows", accepting())
    with ledger.transaction() as writer:
        written = writer.publish(id, rows=4, at=at(3), file=delivery("rest"), diverted=1)
    assert (written.rows, written.diverted, written.sha256) == (4, 1, delivery("rest").sha256)
    assert ledger.published(DAY) == written
    [row] = ledger.partitions()
    assert (row.rows, row.diverted) == (5, 1)
