"""The way of a partition through the steps, on a real ledger, store and engine."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from feature_health.contracts.severity import Ruling
from feature_health.errors import KeyRefused, OrchestratorFailed, ReleaseRefused, StoreFailed
from feature_health.orchestrators.airflow_api import NoOrchestrator
from feature_health.ports import Platform
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.steps import deliver, failure, release, stage, watch
from tests.steps import lender
from tests.steps.lender import Mailbox, RecordingScheduler, candidate, walk

KEY = "2026-06-02"


@pytest.fixture
def on(tmp_path: Path) -> Platform:
    """A platform in an empty home."""
    return lender.platform(tmp_path)


def _readable(on: Platform, job: str, key: str = KEY) -> int | None:
    found = on.ledger.published(PartitionId(job=job, key=key))
    return found.revision.number if found else None


def _scheduler(on: Platform) -> RecordingScheduler:
    assert isinstance(on.orchestrator, RecordingScheduler)
    return on.orchestrator


def _mailbox(on: Platform) -> Mailbox:
    (mailbox,) = on.notifiers
    assert isinstance(mailbox, Mailbox)
    return mailbox


def test_a_good_partition_becomes_readable(on: Platform, tmp_path: Path) -> None:
    """Without this nothing would ever reach decisioning."""
    judgement = walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY))

    assert judgement.verdict.ruling is Ruling.PUBLISH
    assert _readable(on, "bureau") == 1


def test_a_sample_lies_beside_the_partition_and_never_in_the_ledger(on: Platform, tmp_path: Path) -> None:
    """Whoever looks into a partition later would have no row to look at, or would find customers in the ledger."""
    judgement = walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY))
    seen = on.ledger.profile(judgement.revision)
    assert seen is not None
    assert seen.sample is not None
    sampled, staged = on.store.local(seen.sample), on.store.local(on.ledger.revision(judgement.revision).parquet or "")
    assert sampled.parent == staged.parent
    assert not sampled.stat().st_mode & 0o007
    rows = duckdb.execute(f"SELECT count(*) FROM '{sampled}'").fetchall()[0][0]
    assert rows == min(seen.rows, 200)
    assert duckdb.execute(f"SELECT * FROM '{sampled}' EXCEPT SELECT * FROM '{staged}'").fetchall() == []


def test_a_bad_partition_is_held_and_told_once(on: Platform, tmp_path: Path) -> None:
    """A bad partition must not be readable, and people must hear of it in one message that is updated."""
    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY, bad=True))
    walk(on, "bureau", "2026-06-03", candidate(tmp_path, "bureau", "2026-06-03", bad=True))

    assert _readable(on, "bureau") is None
    (incident,) = on.ledger.open_incidents()
    assert [(member.job, member.key, member.role) for member in incident.members] == [
        ("bureau", KEY, "held"),
        ("joined", KEY, "waits"),
        ("bureau", "2026-06-03", "held"),
        ("joined", "2026-06-03", "waits"),
    ]
    assert {line["incident"] for line in _mailbox(on).lines()} == {incident.id}


def test_a_good_later_partition_resolves_the_incident(on: Platform, tmp_path: Path) -> None:
    """An incident that nothing ends would train people to ignore incidents."""
    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY, bad=True))
    walk(on, "bureau", "2026-06-03", candidate(tmp_path, "bureau", "2026-06-03"))

    assert on.ledger.open_incidents() == ()
    assert _mailbox(on).lines()[-1]["state"] == "resolved"


def test_the_same_bytes_again_change_nothing(on: Platform, tmp_path: Path) -> None:
    """A duplicate delivery must not make a new revision, nor move what is readable."""
    file = candidate(tmp_path, "bureau", KEY)
    walk(on, "bureau", KEY, file)
    before = on.ledger.published(PartitionId(job="bureau", key=KEY))
    walk(on, "bureau", KEY, file, run="run-2")

    assert on.ledger.published(PartitionId(job="bureau", key=KEY)) == before
    latest = on.ledger.latest_revision(PartitionId(job="bureau", key=KEY))
    assert latest is not None
    assert latest.id.number == 1


def test_a_held_revision_never_unpublishes_an_accepted_one(on: Platform, tmp_path: Path) -> None:
    """A bad redelivery must not take away what decisioning reads."""
    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY))
    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY, bad=True), run="run-2")

    assert _readable(on, "bureau") == 1
    assert [str(one.revision) for one in on.ledger.held()] == [f"bureau@{KEY}#2"]


def test_what_was_readable_at_a_time_stays_answerable(on: Platform, tmp_path: Path) -> None:
    """An auditor asks what decisioning read at nine o'clock, not what it reads now."""
    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY))
    first = on.ledger.published(PartitionId(job="bureau", key=KEY))
    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY, salt=1), run="run-2")

    assert first is not None
    then = on.ledger.published(PartitionId(job="bureau", key=KEY), first.valid_from)
    assert (then and then.revision.number, _readable(on, "bureau")) == (1, 2)
    assert on.ledger.published(PartitionId(job="bureau", key=KEY), first.valid_from - timedelta(seconds=1)) is None


def test_a_join_that_fired_is_started_again_for_a_new_revision(on: Platform, tmp_path: Path) -> None:
    """Re-emitting an input does not rerun a join that has fired, so a corrected input would never reach the features."""
    _scheduler(on).ran.add(("joined", KEY))
    walk(on, "intake", KEY, candidate(tmp_path, "intake", KEY))
    assert _scheduler(on).started == []

    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY))
    assert _scheduler(on).started == [("joined", KEY)]


def test_a_join_that_never_fired_is_left_to_the_scheduler(on: Platform, tmp_path: Path) -> None:
    """Starting it here as well would run every join twice."""
    walk(on, "intake", KEY, candidate(tmp_path, "intake", KEY))
    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY))

    assert _scheduler(on).started == []


def test_join_coverage_needs_its_anchor(on: Platform, tmp_path: Path) -> None:
    """A coverage that could not be computed must hold the partition, and be cured by running again once the anchor is there."""
    file = candidate(tmp_path, "joined", KEY)
    held = walk(on, "joined", KEY, file)
    assert [finding.kind for finding in held.verdict.findings] == ["unable"]

    walk(on, "intake", KEY, candidate(tmp_path, "intake", KEY))
    again = walk(on, "joined", KEY, file, run="run-2")
    assert again.verdict.ruling is Ruling.PUBLISH
    assert _readable(on, "joined") == 1
    assert on.ledger.held() == ()


def test_release_publishes_and_lets_the_join_run(on: Platform, tmp_path: Path) -> None:
    """A person's approval is the only other way to readable, and it must carry who and why."""
    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY, bad=True))
    asked = release.ask(on, job="bureau", key=KEY, revision=None, by="ana", because="vendor confirmed the codes")
    decided = release.decide(on, asked.id, approve=True, by="ben", because="checked with the vendor, ticket 4711")

    assert (decided.state, decided.decided_by) == ("approved", "ben")
    published = on.ledger.published(PartitionId(job="bureau", key=KEY))
    assert published is not None
    assert published.released_by == "ben"
    assert _scheduler(on).emitted == [("bureau", KEY)]
    assert on.ledger.open_incidents() == ()


@pytest.mark.parametrize("reason", ["", "   ", "ok", "aaaaaaaaaaaaaaaaaaaa"])
def test_a_decision_without_a_reason_changes_nothing(on: Platform, tmp_path: Path, reason: str) -> None:
    """Airflow's API takes any text, so we must not."""
    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY, bad=True))
    asked = release.ask(on, job="bureau", key=KEY, revision=1, by="ana", because="vendor confirmed the codes")
    decided = release.decide(on, asked.id, approve=True, by="ben", because=reason)

    assert decided.state == "refused"
    assert _readable(on, "bureau") is None


def test_a_release_is_refused_once_a_newer_revision_was_judged(on: Platform, tmp_path: Path) -> None:
    """Releasing yesterday's bad file over today's good one would undo a correction."""
    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY, bad=True))
    asked = release.ask(on, job="bureau", key=KEY, revision=1, by="ana", because="vendor confirmed the codes")
    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY), run="run-2")

    decided = release.decide(on, asked.id, approve=True, by="ben", because="checked with the vendor")
    assert decided.state == "refused"
    assert _readable(on, "bureau") == 2
    with pytest.raises(ReleaseRefused, match="was judged since"):
        release.ask(on, job="bureau", key=KEY, revision=1, by="ana", because="vendor confirmed the codes")


def test_a_rejected_release_stays_held(on: Platform, tmp_path: Path) -> None:
    """A no is a decision as well, and is kept with its reason."""
    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY, bad=True))
    asked = release.ask(on, job="bureau", key=KEY, revision=1, by="ana", because="vendor confirmed the codes")
    decided = release.decide(on, asked.id, approve=False, by="ben", because="the vendor denies it, see mail")

    assert decided.state == "rejected"
    assert [one.held for one in on.ledger.held()] == [True]


def test_what_never_came_is_late_and_a_waiting_join_is_not(on: Platform, tmp_path: Path) -> None:
    """A missing delivery raises no error anywhere, and a join that waits for it is not a second fault."""
    scheme = on.contracts.current("bureau").partition
    due = scheme.deadline(KEY)
    walk(on, "intake", KEY, candidate(tmp_path, "intake", KEY))
    found = watch.watch(on, as_of=due + timedelta(hours=3), since=due - timedelta(hours=2))

    assert {(member.job, member.role) for one in on.ledger.open_incidents() for member in one.members} == {
        ("bureau", "late"),
        ("joined", "waits"),
    }
    assert len(found) >= 1
    assert watch.watch(on, as_of=due + timedelta(hours=3), since=due - timedelta(hours=2)) == ()
    assert on.ledger.heartbeat(watch.HEARTBEAT) is not None
    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY))
    assert on.ledger.open_incidents() == ()


def test_a_join_that_waits_for_a_held_input_belongs_to_that_incident(on: Platform, tmp_path: Path) -> None:
    """Two incidents for one vendor's fault would send two people after it."""
    walk(on, "intake", KEY, candidate(tmp_path, "intake", KEY))
    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY, bad=True))
    due = on.contracts.current("joined").partition.deadline(KEY)

    assert watch.watch(on, as_of=due, since=due - timedelta(minutes=1)) == ()
    (incident,) = on.ledger.open_incidents()
    assert (incident.kind, incident.job) == ("data", "bureau")


def test_news_waits_while_nobody_can_be_told(on: Platform, tmp_path: Path) -> None:
    """Slack being down must neither turn the run red nor lose the incident."""
    _mailbox(on).down = True
    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY, bad=True))
    assert deliver.deliver(on).failed != ()
    assert on.ledger.undelivered() > 0

    _mailbox(on).down = False
    assert len(deliver.deliver(on).sent) == 1
    assert on.ledger.undelivered() == 0


def test_our_own_failure_is_told_as_ours(on: Platform, tmp_path: Path) -> None:
    """An engineer must not look for a bad delivery when a disk was full."""
    failure.report(on, job="bureau", key=KEY, task="profile", error="StoreFailed")
    (incident,) = on.ledger.open_incidents()
    assert incident.kind == "platform"

    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY))
    assert on.ledger.open_incidents() == ()


@pytest.mark.parametrize("key", ["../../etc", "2026-6-2", "", "2026-02-30", "x" * 10_000])
def test_a_key_that_is_none_is_refused_before_anything_is_kept(on: Platform, tmp_path: Path, key: str) -> None:
    """Airflow takes any text for a key; a path in it must never reach the store."""
    with pytest.raises(KeyRefused):
        stage.stage(on, job="bureau", key=key, candidate=candidate(tmp_path, "bureau", KEY), as_of=None, run="run-1")
    assert not (tmp_path / "store").exists() or list((tmp_path / "store").rglob("*.parquet")) == []


def test_a_file_changed_after_judgement_is_not_published(on: Platform, tmp_path: Path) -> None:
    """What is published must be what was judged, byte for byte."""
    id = RevisionId(job="bureau", key=KEY, number=1)
    stage.stage(on, job="bureau", key=KEY, candidate=candidate(tmp_path, "bureau", KEY), as_of=None, run="run-1")
    for step in ("profile", "schema_diff", "expectations", "verdict"):
        lender.walk_step(on, step, id)
    kept = on.store.local(on.ledger.revision(id).delivery)
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes() + b"x")

    with pytest.raises(StoreFailed, match="changed after it was judged"):
        lender.walk_step(on, "publish_or_quarantine", id)
    assert _readable(on, "bureau") is None


def test_what_nobody_promised_is_not_published(on: Platform, tmp_path: Path) -> None:
    """A vendor's new field may hold anything, a name or a date of birth too, and decisioning must not read it unasked."""
    file = tmp_path / "wide.parquet"
    source = candidate(tmp_path, "bureau", KEY)
    duckdb.sql(f"COPY (SELECT *, 'Jane Roe' AS full_name FROM '{source}') TO '{file}' (FORMAT parquet)")
    judgement = walk(on, "bureau", KEY, str(file))

    assert judgement.verdict.ruling is Ruling.PUBLISH_WITH_WARNINGS
    published = on.ledger.published(PartitionId(job="bureau", key=KEY))
    assert published is not None
    assert on.store.intact(published.path, published.sha256)
    with duckdb.connect() as connection:
        read = connection.execute(f"SELECT * FROM '{on.store.local(published.path)}'")
        assert [column[0] for column in read.description or ()] == ["application_id", "score"]
        assert len(read.fetchall()) == published.rows
    delivered = on.ledger.revision(published.revision)
    assert on.store.intact(delivered.delivery, delivered.sha256), "the delivery itself must stay as it came"


def test_a_repair_that_could_not_be_asked_for_is_not_forgotten(on: Platform, tmp_path: Path) -> None:
    """A join would stay on the input that was corrected, and every task would be green."""
    walk(on, "intake", KEY, candidate(tmp_path, "intake", KEY))
    _scheduler(on).ran.add(("joined", KEY))
    with pytest.raises(OrchestratorFailed, match="joined ran for"):
        walk(replace(on, orchestrator=NoOrchestrator()), "bureau", KEY, candidate(tmp_path, "bureau", KEY))
    assert _readable(on, "bureau") == 1

    walk(on, "bureau", KEY, candidate(tmp_path, "bureau", KEY))
    assert _scheduler(on).started == [("joined", KEY)]
