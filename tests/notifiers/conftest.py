from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feature_health.contracts.contract import Contract
from feature_health.errors import JobUnknown
from feature_health.incidents.incident import Incident, Member
from feature_health.notifiers.briefing import Briefing
from feature_health.notifiers.slack import SlackNotifier
from feature_health.profiles.partition import PartitionId
from feature_health.records import Delivery, Judgement, Receipt
from feature_health.serving.publication import Publication
from tests.fakes.slack import TOKEN, FakeSlack

AT = datetime(2026, 7, 1, 6, 2, tzinfo=UTC)


class NoContracts:
    """A folder without a contract."""

    def jobs(self) -> tuple[str, ...]:
        """None."""
        return ()

    def current(self, job: str) -> Contract:
        """Always unknown."""
        raise JobUnknown(job)


class LittleLedger:
    """What the briefing asks a ledger, from lists."""

    def __init__(self, readable: tuple[Publication, ...] = (), waiting: tuple[Judgement, ...] = ()) -> None:
        self.readable, self.waiting = readable, waiting

    def published(self, partition: PartitionId) -> Publication | None:
        """The publication of that partition."""
        return next((one for one in self.readable if one.revision.partition == partition), None)

    def previous_published(self, partition: PartitionId) -> Publication | None:
        """The one before it."""
        earlier = [one for one in self.readable if one.revision.job == partition.job and one.revision.key < partition.key]
        return max(earlier, key=lambda one: one.revision.key, default=None)

    def held(self) -> tuple[Judgement, ...]:
        """What waits."""
        return self.waiting


@pytest.fixture
def incident() -> Incident:
    """One held partition of the bureau's feed."""
    member = Member(job="bureau_pull", key="2026-06-30", revision=1, role="held", because="column score_raw is gone", at=AT)
    return Incident(
        id=7,
        kind="data",
        job="bureau_pull",
        level="S1",
        title="bureau_pull: column score_raw is gone",
        causes=frozenset({"schema.removed:score_raw"}),
        members=(member,),
        state="open",
        opened_at=AT,
        updated_at=AT,
    )


@pytest.fixture
def briefing() -> Briefing:
    """A briefing by a ledger in which nothing is."""
    return Briefing(contracts=NoContracts(), ledger=LittleLedger(), base_url="http://health.example", channel="#feature-health")  # type: ignore[arg-type]


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[FakeSlack]:
    """A running fake of Slack."""
    with FakeSlack(record=tmp_path / "slack.jsonl") as fake:
        yield fake


@pytest.fixture
def slept() -> list[float]:
    """How long the notifier would have slept."""
    return []


@pytest.fixture
def notifier(slack: FakeSlack, briefing: Briefing, slept: list[float]) -> SlackNotifier:
    """The notifier, speaking to the fake."""
    return SlackNotifier(TOKEN, briefing, api_url=slack.url, sleep=slept.append)


@pytest.fixture
def news(incident: Incident) -> Callable[..., Delivery]:
    """Makes deliveries of the incident."""

    def make(*, receipt: Receipt | None = None, tried_before: bool = False, id: int = 7) -> Delivery:
        return Delivery(incident=replace(incident, id=id), upto=1, receipt=receipt, tried_before=tried_before)

    return make
