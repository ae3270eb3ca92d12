"""Every ledger: what is readable, since when, and who may make it so."""

import pytest
from sqlalchemy import create_engine, update

from feature_health.errors import CallerError, LedgerFailed, ReleaseRefused
from feature_health.ledger.sql import SqlLedger
from feature_health.ledger.tables import profiles
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.records import Accepted
from tests.conformance.ledgers import DAY, accepting, at, contract, delivery, holding, judged, profile, published, stage


def publish(ledger: SqlLedger, id: RevisionId, minutes: float, released_by: str | None = None) -> int:
    """Publish and return the number of what is readable then."""
    with ledger.transaction() as writer:
        return writer.publish(id, rows=5, at=at(minutes), released_by=released_by).revision.number


def readable(ledger: SqlLedger, minutes: float | None = None) -> int | None:
    """The number of the revision that is (or was) readable."""
    publication = ledger.published(DAY, None if minutes is None else at(minutes))
    return publication.revision.number if publication else None


def test_a_publication_says_what_to_read(ledger: SqlLedger) -> None:
    """Decisioning would read another file than the one that was judged."""
    staged, parquet = delivery("csv"), delivery("parquet")
    with ledger.transaction() as writer:
        id = writer.stage(
            partition=DAY,
            staged=staged,
            parquet=parquet,
            unparsed={},
            unreadable=None,
            contract=contract(),
            as_of=at(0),
            run="run-1",
            at=at(0),
        ).id
        writer.save_verdict(id, accepting(), profile=profile(), at=at(1))
        written = writer.publish(id, rows=7, at=at(2))
    assert written == ledger.published(DAY)
    assert (written.path, written.sha256, written.rows, written.revision) == (parquet.path, parquet.sha256, 7, id)
    assert (written.valid_from, written.valid_to, written.released_by) == (at(2), None, None)


def test_every_past_state_can_be_asked_for(ledger: SqlLedger) -> None:
    """Nobody could say which income a declined applicant was judged by."""
    first = judged(ledger, "one", accepting())
    second = judged(ledger, "two", accepting())
    assert publish(ledger, first, 10) == 1
    assert publish(ledger, second, 20) == 2
    assert [readable(ledger, minutes) for minutes in (9, 10, 19.99, 20, 99)] == [None, 1, 1, 2, 2]
    assert readable(ledger) == 2
    assert len(ledger.publications()) == 1


def test_publishing_again_changes_nothing(ledger: SqlLedger) -> None:
    """A retried task would rewrite since when a revision is readable."""
    id = published(ledger, "one", minutes=3)
    head = ledger.head()
    assert publish(ledger, id, 9) == 1
    assert publish(ledger, id, 9, released_by="ada") == 1
    assert ledger.head() == head


def test_an_older_revision_does_not_replace_a_newer_one(ledger: SqlLedger) -> None:
    """A slow task would bring back what a correction has replaced."""
    old = judged(ledger, "old", accepting())
    published(ledger, "new")
    assert publish(ledger, old, 9) == 2
    with pytest.raises(ReleaseRefused, match="revision 2 was judged since"):
        publish(ledger, old, 9, released_by="ada")
    assert readable(ledger) == 2


@pytest.mark.parametrize("verdict", [holding(), None])
def test_nothing_becomes_readable_against_a_verdict(ledger: SqlLedger, verdict: object) -> None:
    """A fault in a step would publish what was held, or what nobody judged."""
    with ledger.transaction() as writer:
        id = stage(writer, "one").id
        if verdict is not None:
            writer.save_verdict(id, verdict, profile=profile(), at=at(1))  # type: ignore[arg-type]
    with pytest.raises(CallerError, match="does not allow it"):
        publish(ledger, id, 5)
    assert readable(ledger) is None


def test_an_unreadable_delivery_cannot_even_be_released(ledger: SqlLedger) -> None:
    """There would be a publication without a file."""
    with ledger.transaction() as writer:
        id = writer.stage(
            partition=DAY,
            staged=delivery(""),
            parquet=None,
            unparsed={},
            unreadable="it has no bytes",
            contract=contract(),
            as_of=at(0),
            run="run-1",
            at=at(0),
        ).id
        assert writer.revision(id).unreadable == "it has no bytes"
        writer.save_verdict(id, holding(), profile=profile(), at=at(1))
    with pytest.raises(ReleaseRefused, match="could not be read"):
        publish(ledger, id, 5, released_by="ada")


def test_a_held_revision_leaves_readable_what_was(ledger: SqlLedger) -> None:
    """A bad delivery would take away the good one before it."""
    published(ledger, "good")
    judged(ledger, "bad", holding())
    assert readable(ledger) == 1


def test_a_release_publishes_and_ends_the_hold(ledger: SqlLedger) -> None:
    """An approved partition would stay unreadable, or stay in quarantine."""
    published(ledger, "good")
    bad = judged(ledger, "bad", holding())
    assert publish(ledger, bad, 9, released_by="ada") == 2
    publication = ledger.published(DAY)
    assert publication is not None
    assert publication.released_by == "ada"
    assert ledger.held() == ()
    assert (readable(ledger, 8), readable(ledger, 9)) == (1, 2)


def test_a_release_is_refused_once_a_newer_revision_was_judged(ledger: SqlLedger) -> None:
    """Yesterday's approval would publish what today's delivery has overtaken."""
    first = judged(ledger, "first", holding())
    judged(ledger, "second", holding())
    with pytest.raises(ReleaseRefused, match="revision 2 was judged since"):
        publish(ledger, first, 9, released_by="ada")
    assert readable(ledger) is None


def test_only_what_is_held_can_be_released(ledger: SqlLedger) -> None:
    """A person could publish what nobody judged."""
    with ledger.transaction() as writer:
        id = stage(writer, "one").id
    with pytest.raises(ReleaseRefused, match="does not wait in quarantine"):
        publish(ledger, id, 9, released_by="ada")


def test_a_newer_publication_ends_the_holds_of_older_revisions(ledger: SqlLedger) -> None:
    """Quarantine would fill with deliveries that a correction has replaced long ago."""
    judged(ledger, "bad", holding())
    judged(ledger, "worse", holding())
    newer = judged(ledger, "good", accepting())
    assert len(ledger.held()) == 2
    publish(ledger, newer, 9)
    assert ledger.held() == ()


def test_a_clock_that_lags_does_not_rewrite_the_past(ledger: SqlLedger) -> None:
    """Two machines' clocks would make a revision readable before it was published."""
    published(ledger, "one", minutes=10)
    second = judged(ledger, "two", accepting())
    publish(ledger, second, 5)
    assert [readable(ledger, minutes) for minutes in (5, 9.9, 10, None)] == [None, None, 2, 2]


def test_the_partition_before_is_the_nearest_readable_one_of_the_same_job(ledger: SqlLedger) -> None:
    """Overlap with yesterday would be taken against another job's rows, or against last month."""
    keys = ("2026-05-30", "2026-06-01", "2026-06-03")
    for key in keys:
        published(ledger, "x", PartitionId(job=DAY.job, key=key))
    published(ledger, "x", PartitionId(job="income_verification", key="2026-06-02"))
    judged(ledger, "held", holding(), PartitionId(job=DAY.job, key="2026-06-02"))
    before = ledger.previous_published(PartitionId(job=DAY.job, key="2026-06-03"))
    assert before is not None
    assert before.revision.key == "2026-06-01"
    assert ledger.previous_published(PartitionId(job=DAY.job, key=keys[0])) is None


def accepted(ledger: SqlLedger, key: str, rows: int, *, job: str = DAY.job) -> RevisionId:
    """Profile, accept and publish a partition of that many rows."""
    with ledger.transaction() as writer:
        id = stage(writer, f"{rows}", PartitionId(job=job, key=key)).id
        writer.save_profile(id, profile(rows), at(1))
        writer.save_verdict(id, accepting(), profile=profile(rows), at=at(2))
        writer.publish(id, rows=rows, at=at(3))
    return id


def test_history_is_what_verdicts_let_through_before(ledger: SqlLedger) -> None:
    """A check would learn from the very partition, from later ones, from another job's, from held or from released ones."""
    before = [accepted(ledger, key, rows) for key, rows in (("2026-05-30", 1), ("2026-05-31", 2), ("2026-06-01", 3))]
    for key, job in (("2026-06-02", DAY.job), ("2026-06-03", DAY.job), ("2026-05-29", "income_verification")):
        accepted(ledger, key, 9, job=job)
    for key, release in (("2026-05-28", False), ("2026-05-29", True)):
        with ledger.transaction() as writer:
            id = stage(writer, key, PartitionId(job=DAY.job, key=key)).id
            writer.save_profile(id, profile(8), at(1))
            writer.save_verdict(id, holding(), profile=profile(8), at=at(2))
            if release:
                writer.publish(id, rows=8, at=at(3), released_by="ana")

    assert ledger.history(DAY, 10) == tuple(
        Accepted(revision=id, sha256=delivery(f"{rows}").sha256, profile=profile(rows))
        for id, rows in zip(before, (1, 2, 3), strict=True)
    )
    assert [it.revision for it in ledger.history(DAY, 2)] == before[1:]
    assert ledger.history(PartitionId(job=DAY.job, key="2026-05-30"), 10) == ()


def test_history_knows_a_corrected_partition_by_its_correction(ledger: SqlLedger) -> None:
    """What was replaced because it was wrong would go on teaching."""
    accepted(ledger, "2026-06-01", 1)
    corrected = accepted(ledger, "2026-06-01", 2)
    assert [(it.revision, it.profile) for it in ledger.history(DAY, 10)] == [(corrected, profile(2))]


def test_a_history_that_cannot_be_read_is_our_failure(ledger: SqlLedger, ledger_url: str) -> None:
    """A profile of a later form would be left out, and its check be told that it is too early."""
    accepted(ledger, "2026-06-01", 1)
    with create_engine(ledger_url).begin() as connection:
        connection.execute(update(profiles).values(body='{"of": "tomorrow"}'))
    with pytest.raises(LedgerFailed, match="bureau_pull 2026-06-01: its form is unknown"):
        ledger.history(DAY, 10)


def test_publications_come_by_job_and_key(ledger: SqlLedger) -> None:
    """The list of what is readable would jump about from day to day."""
    for job, key in (("b", "2026-06-02"), ("a", "2026-06-03"), ("a", "2026-06-02")):
        published(ledger, "x", PartitionId(job=job, key=key))
    assert [str(one.revision) for one in ledger.publications()] == ["a@2026-06-02#1", "a@2026-06-03#1", "b@2026-06-02#1"]
    assert [str(one.revision) for one in ledger.publications("b")] == ["b@2026-06-02#1"]
