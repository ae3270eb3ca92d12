import json
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from feature_health.incidents.message import LINES_MAX, as_text, compose
from feature_health.notifiers.slack_blocks import payload
from tests.incidents.history import History, finding
from tests.incidents.test_lifecycle import event

GOLDEN = Path(__file__).parents[1] / "golden" / "messages"
CASES = sorted(GOLDEN.glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden_messages(path: Path) -> None:
    """People would be told something else than the golden file shows, or not what they need."""
    case = yaml.load(path.read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - everything is text, keys that look like dates too
    history = History()
    for one in case["events"]:
        history.play(one)
    told = compose(history.kept[1], base_url="https://airflow.lender.example", **case.get("told", {}))
    assert as_text(told) == case["text"].rstrip("\n")
    if "slack" in case:
        assert payload(told, metadata={})["blocks"] == json.loads(case["slack"])


@settings(max_examples=60, deadline=None)
@given(st.lists(event, min_size=1, max_size=12), st.text(max_size=30))
def test_no_message_has_more_than_twelve_lines(events: list[dict], told: str) -> None:
    """A message that needs scrolling is read by nobody at six in the morning."""
    history = History()
    for one in events:
        history.play(one)
    for incident in history.kept.values():
        text = as_text(compose(incident, base_url="http://x", runbook="http://y", meanwhile=told.strip() or "-", waiting="-"))
        assert len(text.split("\n")) <= LINES_MAX


def test_many_partitions_are_counted_rather_than_listed() -> None:
    """After a month of one fault the message would be a wall of dates."""
    history = History()
    for day in range(1, 29):
        history.hold("bureau_pull", f"2026-06-{day:02}", [finding("a")])
        history.hours += 24
    text = as_text(compose(history.kept[1], base_url="http://x"))
    assert "… (22 more)" in text
    assert "Partitions: 28" in text
    assert "release request bureau_pull 2026-06-28" in text


def test_the_instant_is_told_in_one_zone() -> None:
    """People in two offices would read two times."""
    history = History()
    incident = history.fail("bureau_pull", "2026-06-01", "stage")
    assert "Since: 2026-06-01 06:00 UTC" in as_text(compose(incident, base_url="http://x"))
    assert incident.opened_at.utcoffset() == timedelta(0)
