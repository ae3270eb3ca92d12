import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from feature_health.incidents.incident import Incident
from feature_health.incidents.message import as_text
from feature_health.notifiers.briefing import Briefing
from feature_health.notifiers.log import LogNotifier
from feature_health.records import Delivery, Receipt


def test_the_log_gets_the_same_message(
    briefing: Briefing, incident: Incident, news: Callable[..., Delivery], caplog: pytest.LogCaptureFixture
) -> None:
    """Without a token an incident would be told nowhere, or otherwise than in Slack."""
    caplog.set_level(logging.INFO, logger="feature_health.incident")
    receipt = LogNotifier(briefing).deliver(news())
    assert receipt == Receipt(notifier="log", channel="feature_health.incident", message="7")
    assert [(one.name, one.levelname, one.message) for one in caplog.records] == [
        ("feature_health.incident", "WARNING", as_text(briefing.message(incident)))
    ]


def test_a_resolved_incident_is_no_warning(
    briefing: Briefing, incident: Incident, news: Callable[..., Delivery], caplog: pytest.LogCaptureFixture
) -> None:
    """Alerts on the log's warnings would ring for good news."""
    caplog.set_level(logging.INFO, logger="feature_health.incident")
    ended = replace(incident, state="resolved", resolved_at=incident.opened_at, resolution="came good")
    LogNotifier(briefing).deliver(replace(news(), incident=ended))
    assert [one.levelname for one in caplog.records] == ["INFO"]
