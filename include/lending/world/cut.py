"""What vendors had answered when the night's delivery was cut; the rest comes with a later delivery of the same day.

Half past four in New York: before features are due, ninety minutes before decisioning opens.
"""

from datetime import date, timedelta
from typing import Final

import numpy as np

from lending.world.applicants import day_begins
from lending.world.records import DAY_MS, HOUR_MS, Record, times

_CUT_MS: Final = int(4.5 * HOUR_MS)
_PENDING: Final[Record] = {"status": "in_progress", "annual_gross": None, "document_date": None, "verified_at": None}


def cut_of(day: date, *, nights_later: int = 0) -> str:
    """When the delivery of `day` is cut, as the ISO text that records carry; `nights_later` for its later deliveries."""
    (text,) = times(np.array([day_begins(day + timedelta(days=1)) + _CUT_MS + nights_later * DAY_MS]))
    return str(text)


def answered(pulls: list[Record], cut: str) -> list[Record]:
    """The bureau's answers that had been received by the cut."""
    return [record for record in pulls if str(record["received_at"]) <= cut]


def or_pending(verifications: list[Record], cut: str) -> list[Record]:
    """Every verification; those that had not been answered by the cut are still in progress and know nothing."""
    return [record if str(record["delivered_at"]) <= cut else _pending(record) for record in verifications]


def _pending(record: Record) -> Record:
    unknown = {"amount": None, "currency": "USD", "period": None}
    return {
        **record,
        **_PENDING,
        "employment": {"status": None, "hire_date": None},
        "pay_rate": unknown,
        "hours_per_week": None,
        "delivered_at": record["ordered_at"],
    }
