"""Tell people what is new. Messages wait in the ledger's outbox, so nothing is lost while a channel is down."""

from dataclasses import dataclass

from feature_health.errors import NotifierFailed
from feature_health.ports import Notifier, Platform

LEASE_SECONDS = 60.0
MESSAGES_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """Incidents whose news was told now, and why others were not; those stay in the outbox."""

    sent: tuple[int, ...]
    failed: tuple[str, ...]


def deliver(platform: Platform) -> Delivered:
    """Deliver what waits in the outbox, through every notifier; a notifier that fails is left for the next delivery."""
    sent: list[int] = []
    failed: list[str] = []
    for notifier in platform.notifiers:
        try:
            for _ in range(MESSAGES_MAX):
                incident = _deliver_one(platform, notifier)
                if incident is None:
                    break
                sent.append(incident)
        except NotifierFailed as error:
            failed.append(f"{notifier.name}: {error}")
    return Delivered(sent=tuple(sent), failed=tuple(failed))


def _deliver_one(platform: Platform, notifier: Notifier) -> int | None:
    with platform.ledger.transaction() as ledger:
        delivery = ledger.claim_delivery(notifier=notifier.name, at=platform.clock.now(), lease_seconds=LEASE_SECONDS)
    if delivery is None:
        return None
    try:
        receipt = notifier.deliver(delivery)
    except NotifierFailed as error:
        with platform.ledger.transaction() as ledger:
            ledger.not_delivered(delivery, str(error), platform.clock.now())
        raise
    with platform.ledger.transaction() as ledger:
        ledger.delivered(delivery, receipt, platform.clock.now())
    return delivery.incident.id
