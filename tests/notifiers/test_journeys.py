"""From an incident in a real ledger to what Slack shows, over steps, outbox, slack-sdk and HTTP."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feature_health.incidents.incident import Incident
from feature_health.ledger.migrate import migrate
from feature_health.ledger.sql import SqlLedger
from feature_health.notifiers.briefing import Briefing
from feature_health.notifiers.slack import SlackNotifier
from feature_health.ports import Platform
from feature_health.steps.deliver import deliver
from tests.fakes.slack import TOKEN, FakeSlack
from tests.notifiers.conftest import AT, NoContracts


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 7, 1, 7, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The instant that it stands at."""
        return self.at


@pytest.fixture
def platform(tmp_path: Path, slack: FakeSlack) -> Platform:
    """As much of a platform as telling needs."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    migrate(url)
    ledger = SqlLedger(url)
    briefing = Briefing(contracts=NoContracts(), ledger=ledger, base_url="http://health.example", channel="#feature-health")
    notifier = SlackNotifier(TOKEN, briefing, api_url=slack.url, sleep=lambda _: None)
    unused: Any = None
    return Platform(
        contracts=NoContracts(),
        store=unused,
        engine=unused,
        ledger=ledger,
        notifiers=(notifier,),
        orchestrator=unused,
        calendars={},
        clock=Clock(),
    )


def save(platform: Platform, incident: Incident) -> Incident:
    """The incident as the ledger keeps it."""
    with platform.ledger.transaction() as ledger:
        return ledger.save_incident(incident)


def test_an_incident_s_life_is_one_message(platform: Platform, slack: FakeSlack, incident: Incident) -> None:
    """The channel would fill with a message for every day of one fault."""
    opened = save(platform, replace(incident, id=0))
    assert deliver(platform).sent == (opened.id,)
    grown = save(platform, replace(opened, members=(*opened.members, replace(opened.members[0], key="2026-07-01"))))
    deliver(platform)
    save(platform, replace(grown, state="resolved", resolved_at=AT, resolution="2026-07-02 came good"))
    deliver(platform)
    assert deliver(platform).sent == ()
    assert len(slack.messages) == 1
    assert "RESOLVED" in slack.messages[0]["text"]
    assert platform.ledger.undelivered() == 0


def test_nothing_is_lost_while_slack_is_down(platform: Platform, slack: FakeSlack, incident: Incident) -> None:
    """An outage of Slack would swallow the incidents of that morning."""
    slack.stop()
    for job in ("bureau_pull", "income_verification", "application_intake"):
        save(platform, replace(incident, id=0, job=job))
    for _ in range(4):
        assert deliver(platform).failed
    assert platform.ledger.undelivered() == 3
    slack.start()
    assert len(deliver(platform).sent) == len(slack.messages) == 3
    assert platform.ledger.undelivered() == 0


@pytest.mark.parametrize("trouble", ["lose_answer_next", "garbage_next"])
def test_a_lost_answer_makes_no_second_message(platform: Platform, slack: FakeSlack, incident: Incident, trouble: str) -> None:
    """A flaky network would leave messages behind that are never updated."""
    setattr(slack.workspace, trouble, 1)
    save(platform, replace(incident, id=0))
    assert deliver(platform).failed
    assert deliver(platform).sent
    assert len(slack.messages) == 1


def test_a_deliverer_killed_after_posting_makes_no_second_message(
    platform: Platform, slack: FakeSlack, incident: Incident
) -> None:
    """Every kill at that moment would leave a message behind that is never updated."""
    save(platform, replace(incident, id=0))
    with platform.ledger.transaction() as ledger:
        claimed = ledger.claim_delivery(notifier="slack", at=platform.clock.now(), lease_seconds=60)
    assert claimed is not None
    platform.notifiers[0].deliver(claimed)
    assert deliver(platform).sent == (), "the dead one's lease lasts still"
    platform.clock.at += timedelta(minutes=2)  # type: ignore[attr-defined]
    assert deliver(platform).sent
    assert len(slack.messages) == 1
    assert platform.ledger.undelivered() == 0


def test_one_refused_message_does_not_keep_back_the_others(platform: Platform, slack: FakeSlack, incident: Incident) -> None:
    """One incident in a channel without our bot would silence all others."""
    slack.workspace.rate_limit_next, slack.workspace.retry_after = 1, "60"
    for job in ("bureau_pull", "income_verification"):
        save(platform, replace(incident, id=0, job=job))
    assert deliver(platform).failed
    deliver(platform)
    assert len(slack.messages) == 2
