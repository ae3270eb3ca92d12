import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from feature_health.errors import NotifierFailed
from feature_health.incidents.incident import Incident
from feature_health.notifiers.briefing import Briefing
from feature_health.notifiers.slack import SlackNotifier
from feature_health.records import Delivery, Receipt
from tests.fakes.slack import TOKEN, FakeSlack

News = Callable[..., Delivery]


def test_one_incident_is_one_message(slack: FakeSlack, notifier: SlackNotifier, news: News) -> None:
    """A second piece of news of an incident would be a second message."""
    receipt = notifier.deliver(news())
    again = notifier.deliver(news(receipt=receipt))
    assert again == receipt == Receipt(notifier="slack", channel="C0FEATURE1", message=slack.messages[0]["ts"])
    assert len(slack.messages) == 1
    assert "edited" in slack.messages[0]


def test_an_update_says_how_it_ended(slack: FakeSlack, notifier: SlackNotifier, incident: Incident, news: News) -> None:
    """The channel would show an incident as open for ever."""
    first = news()
    receipt = notifier.deliver(first)
    ended = replace(incident, state="resolved", resolved_at=incident.opened_at, resolution="2026-07-01 came good")
    notifier.deliver(replace(first, incident=ended, receipt=receipt))
    assert "RESOLVED" in slack.messages[0]["text"]
    assert "came good" in str(slack.messages[0]["blocks"])


def test_a_crash_between_post_and_receipt_does_not_duplicate(slack: FakeSlack, notifier: SlackNotifier, news: News) -> None:
    """Every crash of a deliverer would leave a second message that is never updated."""
    slack.workspace.lose_answer_next = 1
    with pytest.raises(NotifierFailed, match="no usable answer"):
        notifier.deliver(news())
    receipt = notifier.deliver(news(tried_before=True))
    assert [message["ts"] for message in slack.messages] == [receipt.message]


def test_the_message_is_found_beyond_the_first_page(slack: FakeSlack, notifier: SlackNotifier, news: News) -> None:
    """In a busy channel our message would be taken for lost, and posted again."""
    slack.workspace.page_size = 2
    for id in range(1, 6):
        notifier.deliver(news(id=id))
    assert notifier.deliver(news(id=1, tried_before=True)).message == slack.messages[0]["ts"]
    assert len(slack.messages) == 5


def test_another_installation_s_message_is_not_ours(
    slack: FakeSlack, notifier: SlackNotifier, briefing: Briefing, news: News
) -> None:
    """Two installations that share a channel would overwrite each other's incidents of the same number."""
    other = Briefing(
        contracts=briefing._contracts, ledger=briefing._ledger, base_url="http://staging.example", channel="#feature-health"
    )
    SlackNotifier(TOKEN, other, api_url=slack.url).deliver(news())
    notifier.deliver(news(tried_before=True))
    assert len(slack.messages) == 2


@pytest.mark.parametrize("missing", ["channels:read", "channels:history"])
def test_without_the_scope_to_look_the_message_is_posted_all_the_same(
    slack: FakeSlack, notifier: SlackNotifier, news: News, missing: str
) -> None:
    """A bot that may only write would never tell an incident whose first delivery had crashed."""
    slack.workspace.scopes.remove(missing)
    assert notifier.deliver(news(tried_before=True)).message == slack.messages[0]["ts"]


def test_nobody_searches_without_need(slack: FakeSlack, notifier: SlackNotifier, news: News) -> None:
    """Every first message would cost calls that Slack limits tightly."""
    notifier.deliver(news())
    assert [method for method, _ in slack.workspace.calls] == ["chat.postMessage"]


def test_a_deleted_message_is_posted_anew(slack: FakeSlack, notifier: SlackNotifier, news: News) -> None:
    """Somebody deleting a message in Slack would silence the incident."""
    receipt = notifier.deliver(news())
    slack.messages.clear()
    slack.messages.append({"channel": "C0FEATURE1", "ts": "1.0", "text": "of somebody else"})
    assert notifier.deliver(news(receipt=receipt)).message == slack.messages[1]["ts"] != receipt.message


def test_a_short_rate_limit_is_waited_out(slack: FakeSlack, notifier: SlackNotifier, slept: list[float], news: News) -> None:
    """A burst of incidents would fail although Slack asked for two seconds only."""
    slack.workspace.rate_limit_next, slack.workspace.retry_after = 1, "2"
    notifier.deliver(news())
    assert (slept, len(slack.messages)) == ([2.0], 1)


@pytest.mark.parametrize(("times", "retry_after", "waits"), [(1, "30", []), (2, "3", [3.0])])
def test_a_long_rate_limit_waits_in_the_outbox(
    slack: FakeSlack, notifier: SlackNotifier, slept: list[float], news: News, times: int, retry_after: str, waits: list[float]
) -> None:
    """A task would sleep for minutes, holding its slot."""
    slack.workspace.rate_limit_next, slack.workspace.retry_after = times, retry_after
    with pytest.raises(NotifierFailed, match=f"wait {retry_after} s"):
        notifier.deliver(news())
    assert slept == waits


def test_slack_down_is_a_notifier_s_failure(slack: FakeSlack, notifier: SlackNotifier, news: News) -> None:
    """Any other exception would fail the step, and with it the partition's run."""
    slack.workspace.down = True
    with pytest.raises(NotifierFailed, match="HTTP 500"):
        notifier.deliver(news())
    slack.workspace.down, slack.workspace.garbage_next = False, 1
    with pytest.raises(NotifierFailed, match="no usable answer"):
        notifier.deliver(news())
    slack.stop()
    with pytest.raises(NotifierFailed, match="waits in the outbox"):
        notifier.deliver(news())
    slack.start()
    assert notifier.deliver(news(tried_before=True)).message == slack.messages[0]["ts"]


def test_a_slow_slack_does_not_hold_us(slack: FakeSlack, notifier: SlackNotifier, news: News) -> None:
    """A hanging Slack would hang the task that delivers."""
    notifier._client.timeout = 1
    slack.workspace.slow_seconds = 2.0
    with pytest.raises(NotifierFailed, match="timed out"):
        notifier.deliver(news())


@pytest.mark.parametrize(("trouble", "advice"), [("channel", "Invite the bot"), ("token", "a bot token")])
def test_a_refusal_says_what_to_do(slack: FakeSlack, notifier: SlackNotifier, news: News, trouble: str, advice: str) -> None:
    """An operator would have to guess what Slack's code means."""
    if trouble == "channel":
        slack.workspace.channels.clear()
    else:
        slack.workspace.token = "xoxb-another"
    with pytest.raises(NotifierFailed, match=advice):
        notifier.deliver(news())


def test_the_token_is_never_told(slack: FakeSlack, notifier: SlackNotifier, news: News, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever reads logs or errors could write in the lender's name."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="slack_sdk")
    notifier.deliver(news())
    slack.workspace.token = "xoxb-another"
    with pytest.raises(NotifierFailed) as failed:
        notifier.deliver(news())
    assert TOKEN not in caplog.text + str(failed.value) + repr(failed.value.__cause__) + repr(notifier)
