"""NumPy columns as Arrow columns of the types that deliveries have. Knows nothing of what is in them."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lending.world.draws import Bools, Floats, Ints

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


def times(milliseconds: Ints, null: Bools | None = None) -> pa.Array:
    """UTC milliseconds as timestamps."""
    return pa.array(milliseconds * 1000, pa.int64(), mask=null).cast(pa.timestamp("us", "UTC"))


def dates(milliseconds: Ints, null: Bools | None = None) -> pa.Array:
    """UTC milliseconds as the days that vendors put on them, who date by Eastern standard time all year."""
    days = np.floor_divide(milliseconds - 5 * HOUR_MS, DAY_MS)
    return pa.array(days.astype(np.int32), pa.int32(), mask=null).cast(pa.date32())


def days(numbers: Ints, null: Bools | None = None) -> pa.Array:
    """Days since 1970 as dates."""
    return pa.array(numbers.astype(np.int32), pa.int32(), mask=null).cast(pa.date32())


def money(amounts: Floats, null: Bools | None = None) -> pa.Array:
    """Amounts as decimals with two places; NaN is null."""
    gone = np.isnan(amounts) if null is None else null | np.isnan(amounts)
    cents = np.rint(100 * np.where(gone, 0.0, amounts)).astype(np.int64)
    hundredth = pa.scalar(100, pa.decimal128(3, 0))
    exact = pc.divide(pa.array(cents, pa.int64(), mask=gone).cast(pa.decimal128(19, 0)).cast(pa.decimal128(21, 2)), hundredth)
    return pc.cast(exact, pa.decimal128(14, 2))


def whole(numbers: Ints, null: Bools | None = None) -> pa.Array:
    """Whole numbers of four bytes."""
    return pa.array(numbers.astype(np.int32), pa.int32(), mask=null)


def words(positions: Ints, names: Sequence[str | None], null: Bools | None = None) -> pa.Array:
    """The name at each position."""
    return pa.array(list(names), pa.string()).take(pa.array(positions, pa.int64(), mask=null))


def constant(value: str, rows: int) -> pa.Array:
    """The same word in every row."""
    return pa.repeat(pa.scalar(value), rows)
