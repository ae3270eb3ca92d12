"""What vendors had answered when the night's delivery was cut; the rest comes with a later delivery of the same day.

Half past four in New York by the clock on the wall: before features are due, ninety minutes before decisioning opens.
"""

from datetime import date, time, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from lending.world.applicants import at_local

_CUT: Final = time(4, 30)
_KNOWN_WHEN_ORDERED: Final = frozenset(
    {
        "id", "reference", "consumer_key", "vendor", "method", "transaction_id", "stated_annual_income", "is_joint", "ordered_at",
        "employer_key",
    }
)  # fmt: skip


def cut_of(day: date, *, nights_later: int = 0) -> pa.Scalar:
    """When the delivery of `day` is cut, as a timestamp in UTC; `nights_later` for its later deliveries."""
    return pa.scalar(at_local(day + timedelta(days=1 + nights_later), _CUT) * 1000, pa.int64()).cast(pa.timestamp("us", "UTC"))


def answered(table: pa.Table, by: str, cut: pa.Scalar) -> pa.Table:
    """The rows whose answer had come by the cut; all where a fault took the column `by` away or made text of it."""
    if by not in table.column_names or not pa.types.is_timestamp(table.schema.field(by).type):
        return table
    return table.filter(pc.less_equal(table[by], cut))


def or_pending(verifications: pa.Table, cut: pa.Scalar) -> pa.Table:
    """Every verification; those that had not been answered by the cut are still in progress and know nothing."""
    late = pc.fill_null(pc.greater(verifications["delivered_at"], cut), False)  # noqa: FBT003 - Arrow's argument
    columns = {name: _until(late, name, verifications) for name in verifications.column_names}
    return pa.table(columns)


def _until(late: pa.ChunkedArray, name: str, of: pa.Table) -> pa.ChunkedArray:
    if name in _KNOWN_WHEN_ORDERED:
        return of[name]
    if name == "delivered_at":
        return pc.if_else(late, of["ordered_at"], of[name])
    instead = {"status": "in_progress", "pay_rate_currency": "USD"}.get(name)
    return pc.if_else(late, pa.scalar(instead, of.schema.field(name).type), of[name])
