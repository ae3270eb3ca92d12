"""Telling a file: messages are kept there as they would have been posted, and nobody gets them. For drills."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from feature_health.incidents.message import as_text
from feature_health.notifiers.briefing import Briefing
from feature_health.notifiers.slack_blocks import payload
from feature_health.records import Delivery, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A message: where it would have gone, its text, and its form for Slack."""

    channel: str
    title: str
    text: str
    blocks: tuple[dict[str, Any], ...]


class RecordingNotifier:
    """Appends each message to a file of JSON lines, which is made with the first one."""

    name = "recording"

    def __init__(self, briefing: Briefing, file: Path) -> None:
        self._briefing = briefing
        self._file = file

    def deliver(self, delivery: Delivery) -> Receipt:
        """Keep the incident's message as it stands; later news of it is a further line."""
        incident = delivery.incident
        message, channel = self._briefing.message(incident), self._briefing.channel(incident)
        blocks = payload(message, metadata={})["blocks"]
        line = {"channel": channel, "title": message.title, "text": as_text(message), "blocks": blocks}
        with self._file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line) + "\n")
        return Receipt(notifier=self.name, channel=channel, message=str(incident.id))

    def kept(self) -> tuple[Kept, ...]:
        """Every message, oldest first."""
        return tuple(self._kept())

    def _kept(self) -> Iterator[Kept]:
        if self._file.exists():
            for line in self._file.read_text(encoding="utf-8").splitlines():
                record = json.loads(line)
                yield Kept(**{**record, "blocks": tuple(record["blocks"])})
