"""Telling the log, where there is no other channel. Must not fail for any incident."""

import logging

from feature_health.incidents.message import as_text
from feature_health.notifiers.briefing import Briefing
from feature_health.records import Delivery, Receipt

LOGGER = "feature_health.incident"


class LogNotifier:
    """Writes each message to the logger `feature_health.incident`: warnings while it is open, information when it is resolved."""

    name = "log"

    def __init__(self, briefing: Briefing) -> None:
        self._briefing = briefing
        self._logger = logging.getLogger(LOGGER)

    def deliver(self, delivery: Delivery) -> Receipt:
        """Write the incident's message as it stands; a log cannot be changed afterwards, so every piece of news is an entry."""
        level = logging.INFO if delivery.incident.state == "resolved" else logging.WARNING
        self._logger.log(level, "%s", as_text(self._briefing.message(delivery.incident)))
        return Receipt(notifier=self.name, channel=LOGGER, message=str(delivery.incident.id))
