"""Every ledger: incidents, the outbox, releases, signs of life, and transactions as such."""

from dataclasses import replace

import pytest

from feature_health.errors import CallerError
from feature_health.incidents.incident import Member
from feature_health.ledger.sql import SqlLedger
from feature_health.records import Delivery, Receipt
from tests.conformance.ledgers import DAY, at, holding, incident, judged, profile, stage

WAITS = Member(
    job="dti_join", key=DAY.key, revision=None, role="waits", because="waits for bureau_pull", at=at(2), ended_at=at(4)
)


def saved(ledger: SqlLedger, job: str = DAY.job) -> int:
    """A new incident's id."""
    with ledger.transaction() as writer:
        return writer.save_incident(incident(job)).id


def claim(ledger: SqlLedger, minutes: float, notifier: str = "slack") -> Delivery | None:
    """Claim the next delivery for a minute."""
    with ledger.transaction() as writer:
        return writer.claim_delivery(notifier=notifier, at=at(minutes), lease_seconds=60)


def claimed(ledger: SqlLedger, minutes: float, notifier: str = "slack") -> Delivery:
    """Claim a delivery that must be there."""
    delivery = claim(ledger, minutes, notifier)
    assert delivery is not None
    return delivery


def deliver(ledger: SqlLedger, delivery: Delivery, minutes: float, message: str = "1.0", notifier: str = "slack") -> None:
    """Write that it was told."""
    with ledger.transaction() as writer:
        writer.delivered(delivery, Receipt(notifier=notifier, channel="C1", message=message), at(minutes))


def test_an_incident_is_read_back_as_it_was_saved(ledger: SqlLedger) -> None:
    """An incident would lose a member or its cause, and the next bad day would open another one."""
    with ledger.transaction() as writer:
        opened = writer.save_incident(incident())
        grown = replace(opened, members=(*opened.members, WAITS), causes=frozenset({"c"}), updated_at=at(5))
        assert writer.save_incident(grown) == grown
    assert opened == replace(incident(), id=opened.id)
    assert ledger.incident(opened.id) == grown


def test_a_resolved_incident_is_no_longer_open(ledger: SqlLedger) -> None:
    """A new fault would be added to an old, closed incident."""
    first, second = saved(ledger), saved(ledger)
    before = ledger.incident(first)
    assert before is not None
    resolved = replace(before, state="resolved", resolved_at=at(9), resolution="came good")
    with ledger.transaction() as writer:
        writer.save_incident(resolved)
    assert [one.id for one in ledger.open_incidents()] == [second]
    assert [one.id for one in ledger.incidents()] == [second, first]
    assert ledger.incidents(limit=5)[1] == resolved
    assert len(ledger.incidents(limit=1)) == 1


def test_a_jobs_incidents_are_those_it_began_or_belongs_to(ledger: SqlLedger) -> None:
    """A join that waits would not be found in the incident of its input."""
    bureau, income = saved(ledger), saved(ledger, "income_verification")
    with ledger.transaction() as writer:
        before = writer.incident(bureau)
        assert before is not None
        writer.save_incident(replace(before, members=(*before.members, WAITS)))
    assert [one.id for one in ledger.open_incidents("dti_join")] == [bureau]
    assert [one.id for one in ledger.open_incidents(DAY.job)] == [bureau]
    assert [one.id for one in ledger.open_incidents()] == [bureau, income]


def test_an_unknown_incident_is_not_saved(ledger: SqlLedger) -> None:
    """News would be put into the outbox for an incident that nobody can look up."""
    with pytest.raises(CallerError, match="none of that number"), ledger.transaction() as writer:
        writer.save_incident(replace(incident(), id=7))
    assert ledger.undelivered() == 0


def test_each_change_is_news_once(ledger: SqlLedger) -> None:
    """People would not be told that a fault grew, or would be told again and again."""
    id = saved(ledger)
    assert ledger.undelivered() == 1
    delivery = claimed(ledger, 1)
    assert (delivery.incident, delivery.receipt, delivery.tried_before) == (ledger.incident(id), None, False)
    deliver(ledger, delivery, 1.1)
    assert (ledger.undelivered(), claim(ledger, 2)) == (0, None)
    with ledger.transaction() as writer:
        writer.save_incident(replace(delivery.incident, title="worse"))
    again = claimed(ledger, 3)
    assert again.receipt == Receipt(notifier="slack", channel="C1", message="1.0")
    assert again.incident.title == "worse"
    assert not again.tried_before


def test_news_that_came_while_telling_is_told_next(ledger: SqlLedger) -> None:
    """The message would stay at a state that is no longer true."""
    saved(ledger)
    delivery = claimed(ledger, 1)
    with ledger.transaction() as writer:
        writer.save_incident(replace(delivery.incident, title="worse"))
    deliver(ledger, delivery, 1.1)
    assert ledger.undelivered() == 1
    assert claimed(ledger, 1.2).incident.title == "worse"


def test_one_deliverer_at_a_time_has_an_incident(ledger: SqlLedger) -> None:
    """Two deliverers would post the same incident twice."""
    saved(ledger)
    saved(ledger, "income_verification")
    assert {claimed(ledger, 1).incident.job, claimed(ledger, 1).incident.job} == {DAY.job, "income_verification"}
    assert claim(ledger, 1.5) is None


def test_each_notifier_is_told_by_itself(ledger: SqlLedger) -> None:
    """What the log has been told would never reach Slack."""
    saved(ledger)
    deliver(ledger, claimed(ledger, 1, "log"), 1, notifier="log")
    assert claimed(ledger, 1, "slack").receipt is None
    assert claim(ledger, 1, "log") is None


def test_a_dead_deliverers_claim_ends_and_the_next_one_knows(ledger: SqlLedger) -> None:
    """A message would be lost with its deliverer, or posted twice without anybody looking for the first."""
    saved(ledger)
    claimed(ledger, 1)
    second = claimed(ledger, 2)
    assert second.tried_before
    with ledger.transaction() as writer:
        writer.not_delivered(second, "connection refused", at(2.1))
    third = claimed(ledger, 2.2)
    assert third.tried_before, "the first one may still have posted"
    deliver(ledger, third, 2.3)
    with ledger.transaction() as writer:
        writer.save_incident(third.incident)
    assert not claimed(ledger, 2.4).tried_before


def test_what_was_not_delivered_stays_and_lets_others_pass(ledger: SqlLedger) -> None:
    """One message that Slack refuses would keep all others back."""
    stuck, fine = saved(ledger), saved(ledger, "income_verification")
    first = claimed(ledger, 1)
    assert first.incident.id == stuck
    with ledger.transaction() as writer:
        writer.not_delivered(first, "invalid_blocks", at(1))
    assert ledger.undelivered() == 2
    assert claimed(ledger, 1.1).incident.id == fine
    again = claimed(ledger, 1.2)
    assert again.incident.id == stuck
    assert (first.tried_before, again.tried_before) == (False, True), "what failed may have arrived all the same"


def test_a_late_receipt_does_not_free_anothers_claim(ledger: SqlLedger) -> None:
    """A deliverer that woke up late would let a third one in beside the second."""
    saved(ledger)
    slow = claimed(ledger, 1)
    claimed(ledger, 2.5)
    with ledger.transaction() as writer:
        writer.not_delivered(slow, "timed out", at(2.6))
    assert claim(ledger, 2.7) is None


def test_an_unknown_claim_is_refused(ledger: SqlLedger) -> None:
    """A receipt would be kept for a delivery that never was."""
    saved(ledger)
    delivery = replace(claimed(ledger, 1), claim=99)
    with pytest.raises(CallerError, match="no claim 99"):
        deliver(ledger, delivery, 1)


def test_a_release_is_decided_once(ledger: SqlLedger) -> None:
    """A second click would turn a rejection into an approval."""
    id = judged(ledger, "one", holding())
    with ledger.transaction() as writer:
        asked = writer.ask_release(id, by="ada", because="vendor confirmed", at=at(1))
        other = writer.ask_release(id, by="bob", because="me too", at=at(1))
        decided = writer.decide_release(asked.id, state="rejected", by="eve", because="not confirmed", at=at(2))
        assert writer.decide_release(asked.id, state="approved", by="ada", because="click", at=at(3)) == decided
    assert (asked.state, asked.revision, asked.asked_by, asked.asked_at, asked.decided_by) == ("asked", id, "ada", at(1), None)
    assert decided == replace(asked, state="rejected", decided_by="eve", decided_because="not confirmed", decided_at=at(2))
    assert ledger.release_requests(id) == (decided, other)
    assert ledger.release_request(asked.id) == decided
    assert [held.revision for held in ledger.held()] == [id]


def test_an_unknown_request_is_not_decided(ledger: SqlLedger) -> None:
    """A mistyped number would end in a traceback."""
    with pytest.raises(CallerError, match="no release request 4"), ledger.transaction() as writer:
        writer.decide_release(4, state="approved", by="a", because="b", at=at(1))


def test_a_heartbeat_never_goes_back(ledger: SqlLedger) -> None:
    """A watcher that died would look alive, or one that lives dead."""
    with ledger.transaction() as writer:
        for minutes in (1, 5, 3):
            writer.beat("watch_arrivals", at(minutes))
    assert ledger.heartbeat("watch_arrivals") == at(5)
    assert ledger.heartbeat("other") is None


def test_an_exception_undoes_the_whole_transaction(ledger: SqlLedger) -> None:
    """A verdict would stand without its incident."""

    def fail_half_way() -> None:
        with ledger.transaction() as writer:
            writer.save_verdict(stage(writer, "one").id, holding(), profile=profile(), at=at(1))
            writer.save_incident(incident())
            raise RuntimeError("power")

    with pytest.raises(RuntimeError, match="power"):
        fail_half_way()
    assert ledger.latest_revision(DAY) is None
    assert ledger.incidents() == ()
    assert ledger.head()[0] == 0


def test_a_transaction_sees_its_own_writes_and_nobody_else_does(ledger: SqlLedger) -> None:
    """Decisioning could read what may yet be rolled back, or would wait for a writer."""
    with ledger.transaction() as writer:
        id = stage(writer, "one").id
        assert writer.latest_revision(DAY) is not None
        assert ledger.latest_revision(DAY) is None
    assert ledger.revision(id).id == id


def test_text_that_no_database_takes_is_kept_as_far_as_it_can_be(ledger: SqlLedger) -> None:
    """An error message with a NUL in it would lose the incident that it belongs to."""
    member = Member(job=DAY.job, key="(no key)", revision=None, role="failed", because="a\0b\udcffc", at=at(1))
    with ledger.transaction() as writer:
        kept = writer.save_incident(replace(incident(), members=(member,), title="\0"))
    assert kept.members[0].because == "a\N{REPLACEMENT CHARACTER}b?c"
    assert ledger.verify() is None


def test_every_write_adds_to_a_whole_chain(ledger: SqlLedger) -> None:
    """A write could be left out of the record that auditors trust."""
    id = judged(ledger, "one", holding())
    heads = [ledger.head()]
    saved(ledger)
    deliver(ledger, claimed(ledger, 1), 1)
    with ledger.transaction() as writer:
        request = writer.ask_release(id, by="ada", because="vendor confirmed", at=at(1))
        writer.publish(id, rows=5, at=at(2), released_by="ada")
        writer.decide_release(request.id, state="approved", by="ada", because="yes", at=at(2))
        writer.beat("watch_arrivals", at(2))
    heads.append(ledger.head())
    assert heads[1][0] - heads[0][0] == 8
    assert ledger.verify() is None
