"""The fake is held against Slack's documentation with Slack's own client, so that tests on it mean something."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.fakes.slack import TOKEN, FakeSlack


@pytest.fixture
def client(slack: FakeSlack) -> WebClient:
    """Slack's own client on the fake."""
    return WebClient(TOKEN, base_url=slack.url, retry_handlers=[])


def test_it_posts_updates_and_remembers_as_documented(client: WebClient) -> None:
    """Tests would prove that we can talk to something that is not Slack."""
    posted = client.chat_postMessage(
        channel="#feature-health", text="held", metadata={"event_type": "e", "event_payload": {"a": 1}}
    )
    assert (posted["ok"], posted["channel"], posted["message"]["text"]) == (True, "C0FEATURE1", "held")
    changed = client.chat_update(channel=posted["channel"], ts=posted["ts"], text="resolved")
    assert (changed["ts"], changed["text"]) == (posted["ts"], "resolved")
    page = client.conversations_history(channel="C0FEATURE1", include_all_metadata=True)
    assert page["messages"][0]["metadata"] == {"event_type": "e", "event_payload": {"a": 1}}
    assert (page["has_more"], page["messages"][0]["text"]) == (False, "resolved")
    assert "metadata" not in client.conversations_history(channel="C0FEATURE1")["messages"][0]
    assert client.auth_test()["ok"]


def test_history_comes_newest_first_and_in_pages(client: WebClient) -> None:
    """Looking for our message would be tested on an order that Slack does not have."""
    for number in range(5):
        client.chat_postMessage(channel="#feature-health", text=str(number))
    first = client.conversations_history(channel="C0FEATURE1", limit=3)
    rest = client.conversations_history(channel="C0FEATURE1", limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert [message["text"] for page in (first, rest) for message in page["messages"]] == ["4", "3", "2", "1", "0"]


@pytest.mark.filterwarnings("ignore:The top-level `text`")  # that it is missing is the point
@pytest.mark.parametrize(
    ("method", "arguments", "code"),
    [
        ("chat_postMessage", {"channel": "#nowhere", "text": "x"}, "channel_not_found"),
        ("chat_postMessage", {"channel": "#feature-health", "text": ""}, "no_text"),
        ("chat_postMessage", {"channel": "#feature-health", "text": "x", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        (
            "chat_postMessage",
            {
                "channel": "#feature-health",
                "text": "x",
                "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}],
            },
            "invalid_blocks",
        ),
        ("chat_update", {"channel": "C0FEATURE1", "ts": "1.1", "text": "x"}, "message_not_found"),
        ("chat_update", {"channel": "#feature-health", "ts": "1.1", "text": "x"}, "channel_not_found"),
        ("conversations_history", {"channel": "#feature-health"}, "channel_not_found"),
        ("conversations_archive", {"channel": "C0FEATURE1"}, "unknown_method"),
    ],
)
def test_it_refuses_what_slack_refuses(client: WebClient, method: str, arguments: dict, code: str) -> None:
    """A message that Slack would throw back would pass our tests."""
    with pytest.raises(SlackApiError) as refused:
        getattr(client, method)(**arguments)
    assert refused.value.response["error"] == code


def test_it_asks_for_token_and_scope(client: WebClient, slack: FakeSlack) -> None:
    """A forgotten token would be noticed in production only."""
    slack.workspace.scopes.remove("chat:write")
    for one, code in ((client, "missing_scope"), (WebClient("xoxb-wrong", base_url=slack.url), "invalid_auth")):
        with pytest.raises(SlackApiError) as refused:
            one.chat_postMessage(channel="#feature-health", text="x")
        assert refused.value.response["error"] == code


def test_it_runs_as_a_process(tmp_path: Path, project: Path) -> None:
    """Journeys through a real Airflow could not see what Slack was told."""
    with FakeSlack() as free:
        port = int(free.url.split(":")[2].split("/")[0])
    record = tmp_path / "calls.jsonl"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.slack", "--port", str(port), "--record", str(record)], cwd=project
    ) as fake:
        client = WebClient(TOKEN, base_url=f"http://127.0.0.1:{port}/api/", retry_handlers=[])
        for _ in range(100):
            try:
                client.chat_postMessage(channel="#feature-health", text="held")
                break
            except OSError:
                time.sleep(0.1)
        fake.terminate()
    assert [json.loads(line)["sent"]["text"] for line in record.read_text().splitlines()] == ["held"]
