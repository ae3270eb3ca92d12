"""Every ledger: deliveries, what was seen of them, verdicts and holds."""

from dataclasses import replace

import pytest

from feature_health.contracts.severity import Ruling, Severity
from feature_health.errors import CallerError, LedgerFailed
from feature_health.ledger.sql import SqlLedger
from feature_health.profiles.partition import PartitionId, RevisionId
from tests.conformance.ledgers import (
    DAY,
    accepting,
    at,
    check_run,
    contract,
    delivery,
    finding,
    holding,
    judged,
    profile,
    published,
    stage,
)


def test_an_empty_ledger_answers(ledger: SqlLedger) -> None:
    """The page of a platform that has seen nothing yet would be an error."""
    nobody = RevisionId(job="j", key="k", number=1)
    assert ledger.judgement(nobody) is None
    assert not any(
        [ledger.latest_revision(DAY), ledger.latest_judged(DAY), ledger.published(DAY), ledger.previous_published(DAY)]
    )
    assert not any([ledger.held(), ledger.partitions(), ledger.publications(), ledger.open_incidents(), ledger.incidents()])
    assert (ledger.incident(1), ledger.release_request(1), ledger.heartbeat("x"), ledger.undelivered()) == (None, None, None, 0)


def test_an_unknown_revision_is_named(ledger: SqlLedger) -> None:
    """A mistyped revision would end in a traceback."""
    with pytest.raises(CallerError, match=r"no revision j@k#1"):
        ledger.revision(RevisionId(job="j", key="k", number=1))


def test_an_unknown_contract_is_named(ledger: SqlLedger) -> None:
    """A verdict could not be recomputed and nobody would know why."""
    with pytest.raises(LedgerFailed, match=r"contract abc"):
        ledger.contract("abc")


def test_a_revision_is_read_back_as_it_was_staged(ledger: SqlLedger) -> None:
    """A verdict would be recomputed from something else than what was judged."""
    staged, parquet = delivery("csv"), delivery("parquet")
    with ledger.transaction() as writer:
        written = writer.stage(
            partition=DAY,
            staged=staged,
            parquet=parquet,
            unparsed={"income": 3},
            unreadable=None,
            contract=contract(),
            as_of=at(-30),
            run="run-1",
            at=at(0),
        )
    read = ledger.revision(written.id)
    assert read == written == ledger.latest_revision(DAY) == ledger.revision_by_sha256(DAY, staged.sha256)
    assert (read.delivery, read.parquet, read.parquet_sha256) == (staged.path, parquet.path, parquet.sha256)
    assert (read.as_of, read.staged_at, read.unparsed, read.unreadable) == (at(-30), at(0), {"income": 3}, None)
    assert ledger.contract(read.contract_digest) == contract()


def test_new_bytes_are_the_next_revision_and_old_bytes_are_not(ledger: SqlLedger) -> None:
    """The same delivery twice would be judged twice, or a correction would overwrite what it corrects."""
    with ledger.transaction() as writer:
        numbers = [stage(writer, content).id.number for content in ("one", "two", "one", "three")]
        elsewhere = stage(writer, "one", PartitionId(job=DAY.job, key="2026-06-03"))
    assert numbers == [1, 2, 1, 3]
    assert elsewhere.id.number == 1


@pytest.mark.parametrize(("verdict", "run", "pinned"), [
    (holding(), "run-2", True),
    (holding(), "run-1", False),
    (accepting(), "run-2", False),
    (None, "run-2", False),
])  # fmt: skip
def test_only_a_held_revision_is_judged_again(ledger: SqlLedger, verdict: object, run: str, pinned: bool) -> None:
    """A changed contract could never free what it holds, or would silently rejudge what is readable."""
    with ledger.transaction() as writer:
        first = stage(writer, "one")
        if verdict is not None:
            writer.save_verdict(first.id, verdict, profile=profile(), at=at(1))  # type: ignore[arg-type]
    with ledger.transaction() as writer:
        again = stage(writer, "one", run=run, about="changed")
    assert again.id == first.id
    assert (again.run, again.contract_digest) == (
        ("run-2", contract(about="changed").digest) if pinned else ("run-1", contract().digest)
    )


def test_profile_and_check_runs_are_of_the_pinned_run(ledger: SqlLedger) -> None:
    """Results of an earlier run would pass for fresh ones."""
    id = judged(ledger, "one", holding())
    with ledger.transaction() as writer:
        stage(writer, "one", run="run-2")
        assert writer.profile(id) is None
        writer.save_profile(id, profile(rows=7), at(3))
        writer.save_profile(id, profile(rows=8), at(4))
        for run in (check_run("schema_diff"), check_run(), check_run(findings=(finding(),))):
            writer.save_check_run(id, run, at(5))
    assert ledger.profile(id) == profile(rows=8)
    assert ledger.check_runs(id) == (check_run(findings=(finding(),)), check_run("schema_diff"))


def test_what_a_verdict_rests_on_is_not_replaced(ledger: SqlLedger) -> None:
    """A late task would change the evidence under a verdict that stands."""
    with ledger.transaction() as writer:
        id = stage(writer, "one").id
        writer.save_profile(id, profile(rows=5), at(1))
        writer.save_check_run(id, check_run(), at(1))
        writer.save_verdict(id, accepting(), profile=profile(rows=5), at=at(2))
        writer.save_profile(id, profile(rows=6), at(3))
        writer.save_check_run(id, check_run(findings=(finding(),)), at(3))
    assert ledger.profile(id) == profile(rows=5)
    assert ledger.check_runs(id) == (check_run(),)


def test_the_first_verdict_of_a_run_stands(ledger: SqlLedger) -> None:
    """A retried task could turn a hold into a publication."""
    id = judged(ledger, "one", holding())
    with ledger.transaction() as writer:
        again = writer.save_verdict(id, accepting(), profile=profile(rows=9), at=at(5))
    assert again == ledger.judgement(id) == ledger.latest_judged(DAY)
    assert again.verdict == holding()
    assert (again.held, again.decided_at, again.run, again.profile_digest) == (True, at(2), "run-1", profile().digest)


def test_an_accepting_verdict_of_another_run_ends_the_hold(ledger: SqlLedger) -> None:
    """A partition freed by a better contract would wait in quarantine for ever."""
    id = judged(ledger, "one", holding())
    assert [held.revision for held in ledger.held()] == [id]
    judged(ledger, "one", accepting(), run="run-2")
    judgement = ledger.judgement(id)
    assert judgement is not None
    assert judgement.verdict == accepting()
    assert not judgement.held
    assert ledger.held() == ()


def test_a_hold_stays_one_hold_when_judged_again(ledger: SqlLedger) -> None:
    """A person would find the same partition in quarantine twice."""
    judged(ledger, "one", holding())
    judged(ledger, "one", holding(finding("still gone")), run="run-2")
    assert [held.verdict.findings[0].because for held in ledger.held()] == ["still gone"]


def test_nothing_is_held_back_that_is_readable_or_older(ledger: SqlLedger) -> None:
    """Quarantine would list what nobody can release: a newer revision is read already."""
    with ledger.transaction() as writer:
        old = stage(writer, "old").id
    published(ledger, "new")
    with ledger.transaction() as writer:
        judgement = writer.save_verdict(old, holding(), profile=profile(), at=at(9))
    assert not judgement.held
    assert ledger.held() == ()


def test_what_was_released_while_it_was_judged_again_is_not_held(ledger: SqlLedger) -> None:
    """A revision would be readable and in quarantine at once, and its release could be asked for for ever."""
    id = judged(ledger, "one", holding())
    with ledger.transaction() as writer:
        stage(writer, "one", run="run-2")
        writer.publish(id, rows=5, at=at(3), released_by="ada")
        judgement = writer.save_verdict(id, holding(), profile=profile(), at=at(4))
    assert (judgement.run, judgement.held) == ("run-2", False)
    assert ledger.held() == ()
    assert ledger.published(DAY) is not None


def test_held_revisions_come_oldest_first(ledger: SqlLedger) -> None:
    """A person would be led to the newest trouble instead of the longest waiting."""
    days = [PartitionId(job=DAY.job, key=key) for key in ("2026-06-04", "2026-06-02", "2026-06-03")]
    for minutes, day in enumerate(days):
        with ledger.transaction() as writer:
            writer.save_verdict(stage(writer, "x", day).id, holding(), profile=profile(), at=at(minutes))
    assert [judgement.revision.partition for judgement in ledger.held()] == days


def test_the_grid_shows_the_newest_judged_revision_of_each_partition(ledger: SqlLedger) -> None:
    """The page would show a ruling that is not the last one, or call something readable that is not."""
    published(ledger, "one")
    judged(ledger, "two", holding(finding("fico is gone"), replace(finding("psst"), kind="note"), finding("meh", Severity.NOTE)))
    other = PartitionId(job="application_intake", key="2026-06-03")
    published(ledger, "one", other)
    with ledger.transaction() as writer:
        stage(writer, "three")
    newest, oldest = ledger.partitions()
    assert (newest.partition, newest.ruling, newest.readable_revision, newest.held, newest.because) == (
        other,
        Ruling.PUBLISH,
        1,
        False,
        (),
    )
    assert (oldest.partition, oldest.revision, oldest.ruling, oldest.readable_revision) == (DAY, 2, Ruling.QUARANTINE, 1)
    assert (oldest.held, oldest.because, oldest.rows, oldest.decided_at) == (True, ("fico is gone",), 5, at(2))
    assert ledger.partitions(job=DAY.job) == (oldest,)
    assert ledger.partitions(limit=1) == (newest,)
    assert ledger.partitions(job="nobody") == ()
