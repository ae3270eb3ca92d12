"""The outbox: which news nobody has been told yet, who is telling it now, and where each incident's message lies.

Every notifier goes through the outbox at its own pace. Must not know how a message is sent.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, insert, or_, select, update

from feature_health.errors import CallerError
from feature_health.ledger.incidents import incident_of
from feature_health.ledger.session import Reading, Writing
from feature_health.ledger.tables import claims, outbox, receipts
from feature_health.records import Delivery, Receipt


class DeliveryQueries(Reading):
    """Questions about the outbox."""

    def undelivered(self) -> int:
        """Outbox rows that nobody has been told yet, through whichever notifier."""
        told = exists().where(receipts.c.incident_id == outbox.c.incident_id, receipts.c.upto >= outbox.c.id)
        with self._reading() as connection:
            return connection.scalar(select(func.count()).select_from(outbox).where(~told)) or 0


class DeliveryWrites(DeliveryQueries, Writing):
    """Claiming news and writing down what became of it."""

    def claim_delivery(self, *, notifier: str, at: datetime, lease_seconds: float) -> Delivery | None:
        """The incident whose turn it is, claimed until the lease ends; None when all is told or claimed.

        Those tried longest ago come first, so that one message which cannot be sent does not keep back the others.
        """
        news = self._connection.execute(_news(notifier, at)).first()
        if news is None:
            return None
        incident = incident_of(self._connection, news.incident_id)
        assert incident is not None  # noqa: S101 - the outbox refers to it
        receipt = self._receipt(incident.id, notifier)
        earlier = exists().where(claims.c.incident_id == incident.id, claims.c.notifier == notifier)
        tried_before = receipt is None and self._connection.scalar(select(earlier))
        until = at + timedelta(seconds=lease_seconds)
        claim = {"incident_id": incident.id, "notifier": notifier, "upto": news.upto, "at": at, "until": until}
        number = int(self._connection.execute(insert(claims).values(**claim).returning(claims.c.id)).scalar_one())
        self._record("claimed", incident.id, at, claim=number, notifier=notifier, upto=news.upto, until=until)
        return Delivery(
            incident=incident,
            upto=news.upto,
            receipt=receipt,
            tried_before=bool(tried_before),
            claim=number,
        )

    def delivered(self, delivery: Delivery, receipt: Receipt, at: datetime) -> None:
        """Write down where the message lies and how far its news has been told, and end the claim."""
        claim = self._claim(delivery)
        here = (receipts.c.incident_id == claim.incident_id, receipts.c.notifier == claim.notifier)
        known = self._connection.scalar(select(receipts.c.upto).where(*here))
        facts = {"channel": receipt.channel, "message": receipt.message, "upto": max(claim.upto, known or 0), "at": at}
        if known is None:
            names = {"incident_id": claim.incident_id, "notifier": claim.notifier}
            self._connection.execute(insert(receipts).values(**names, **facts))
        else:
            self._connection.execute(update(receipts).where(*here).values(**facts))
        self._end_claim(claim, at, "delivered")
        self._record("delivered", claim.incident_id, at, claim=claim.id, notifier=claim.notifier, **facts)

    def not_delivered(self, delivery: Delivery, because: str, at: datetime) -> None:
        """Give the claim back; the news stays in the outbox."""
        claim = self._claim(delivery)
        self._end_claim(claim, at, because)
        self._record("not_delivered", claim.incident_id, at, claim=claim.id, notifier=claim.notifier, because=because)

    def _receipt(self, incident: int, notifier: str) -> Receipt | None:
        query = select(receipts).where(receipts.c.incident_id == incident, receipts.c.notifier == notifier)
        row = self._connection.execute(query).first()
        return Receipt(notifier=notifier, channel=row.channel, message=row.message) if row else None

    def _claim(self, delivery: Delivery) -> Row[Any]:
        claim = self._connection.execute(select(claims).where(claims.c.id == delivery.claim)).first()
        if claim is None:
            raise CallerError(
                f"The ledger knows no claim {delivery.claim} on incident {delivery.incident.id}; claim the delivery first."
            )
        return claim

    def _end_claim(self, claim: Row[Any], at: datetime, because: str) -> None:
        self._connection.execute(update(claims).where(claims.c.id == claim.id).values(ended_at=at, because=because))


def _news(notifier: str, at: datetime) -> Select[Any]:
    """Incidents with untold rows and no living claim: `incident_id` and `upto`, their newest row."""
    mine = and_(receipts.c.incident_id == outbox.c.incident_id, receipts.c.notifier == notifier)
    untold = (
        select(outbox.c.incident_id, func.min(outbox.c.id).label("first"), func.max(outbox.c.id).label("upto"))
        .outerjoin(receipts, mine)
        .where(or_(receipts.c.upto.is_(None), outbox.c.id > receipts.c.upto))
        .group_by(outbox.c.incident_id)
        .subquery()
    )
    of_pair = (claims.c.incident_id == untold.c.incident_id, claims.c.notifier == notifier)
    living = exists().where(*of_pair, claims.c.ended_at.is_(None), claims.c.until > at)
    tried = func.coalesce(select(func.max(claims.c.id)).where(*of_pair).scalar_subquery(), 0)
    return select(untold.c.incident_id, untold.c.upto).where(~living).order_by(tried, untold.c.first).limit(1)
