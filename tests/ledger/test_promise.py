"""The promise of the whole, held by any sequence of deliveries, rulings, publications and releases on either database."""

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from feature_health.errors import CallerError
from feature_health.ledger.sql import SqlLedger
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.records import Judgement
from tests.conformance.ledgers import DATABASES, accepting, at, fresh, holding, profile, stage

CONTENTS = st.sampled_from("abcd")
RUNS = st.sampled_from(("run-1", "run-2", "run-3"))
NUMBERS = st.integers(1, 4)


class Partition(RuleBasedStateMachine):
    """Everything that can happen to one partition. Each run of the machine has a job of its own in one ledger."""

    ledger: SqlLedger
    jobs: Iterator[int] = count()

    @initialize()
    def begin(self) -> None:
        """A partition that nothing was ever delivered for."""
        self.partition = PartitionId(job=f"job_{next(self.jobs)}", key="2026-06-02")
        self.minutes = 0
        self.staged = 0
        self.past: list[tuple[int, int | None]] = []

    @rule(content=CONTENTS, run=RUNS)
    def stage(self, content: str, run: str) -> None:
        """A delivery, new or known."""
        before = self.readable()
        with self.ledger.transaction() as writer:
            revision = stage(writer, content, self.partition, run=run)
        assert revision.id.number <= self.staged + 1
        self.staged = max(self.staged, revision.id.number)
        assert self.readable() == before, "a delivery changed what is readable"

    @precondition(lambda self: self.staged)
    @rule(number=NUMBERS, accepts=st.booleans())
    def judge(self, number: int, accepts: bool) -> None:
        """A verdict."""
        before = self.readable()
        with self.ledger.transaction() as writer:
            judgement = writer.save_verdict(
                self.id(number), accepting() if accepts else holding(), profile=profile(), at=at(self.minutes)
            )
        assert not (judgement.held and judgement.verdict.ruling.may_publish)
        assert self.readable() == before, "a verdict changed what is readable"

    @precondition(lambda self: self.staged)
    @rule(number=NUMBERS)
    def publish(self, number: int) -> None:
        """The publication of whatever revision, allowed or not."""
        id, before = self.id(number), self.readable()
        judged = self.ledger.judgement(id)
        allowed = judged is not None and judged.verdict.ruling.may_publish
        after = self.tried(id, released_by=None)
        if after != before:
            assert allowed, "something became readable against its verdict"
            assert after == id.number
            assert before is None or id.number > before, "an older revision replaced a newer one"
        elif allowed:
            assert before is not None
            assert before >= id.number

    @precondition(lambda self: self.staged)
    @rule(number=NUMBERS)
    def release(self, number: int) -> None:
        """A person's release of whatever revision, held or not."""
        id, before, held = self.id(number), self.readable(), self.held()
        newest = self.ledger.latest_judged(self.partition)
        overtaken = newest is not None and newest.revision.number > id.number
        after = self.tried(id, released_by="ada")
        if id in held and not overtaken:
            assert after == id.number, "a held revision could not be released"
        else:
            assert after == before, "something was released that is not held, or was overtaken"

    @rule(minutes=st.integers(0, 5))
    def wait(self, minutes: int) -> None:
        """Time passes; what is readable now must be what was readable now, whenever somebody asks."""
        self.past.append((self.minutes, self.readable()))
        self.minutes += 1 + minutes

    @invariant()
    def history_is_reproduced(self) -> None:
        """Whatever was readable at an instant is what the ledger says of it later."""
        for minutes, was in self.past:
            publication = self.ledger.published(self.partition, at(minutes))
            assert (publication.revision.number if publication else None) == was

    @invariant()
    def quarantine_holds_what_nobody_reads(self) -> None:
        """At most one revision is readable, and none that waits in quarantine."""
        publications = self.ledger.publications(self.partition.job)
        assert len(publications) <= 1
        assert not {one.revision for one in publications} & self.held()

    def id(self, number: int) -> RevisionId:
        """A revision that exists."""
        return RevisionId(job=self.partition.job, key=self.partition.key, number=min(number, self.staged))

    def readable(self) -> int | None:
        """The number of the readable revision."""
        publication = self.ledger.published(self.partition)
        return publication.revision.number if publication else None

    def held(self) -> set[RevisionId]:
        """The partition's revisions in quarantine."""
        judgements: tuple[Judgement, ...] = self.ledger.held()
        return {one.revision for one in judgements if one.revision.job == self.partition.job}

    def tried(self, id: RevisionId, released_by: str | None) -> int | None:
        """What is readable after trying to publish."""
        try:
            with self.ledger.transaction() as writer:
                writer.publish(id, rows=5, at=at(self.minutes), released_by=released_by)
        except CallerError:
            pass
        return self.readable()


@pytest.fixture(params=DATABASES, scope="module")
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One ledger for all runs of the machine: making one costs more than a run."""
    return fresh(request, tmp_path_factory.mktemp("promise"))


def test_nothing_readable_changes_before_a_verdict_allows_it(shared_url: str) -> None:
    """Decisioning would read what nobody accepted, lose what was accepted, or be unable to say what it once read."""
    machine = type("PartitionHere", (Partition,), {"ledger": SqlLedger(shared_url)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
        ),
    )
    assert SqlLedger(shared_url).verify() is None
