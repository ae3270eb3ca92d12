"""A delivery as plain records, before any file format: built from columns, missing values as None."""

from collections.abc import Sequence

import numpy as np

from lending.world.draws import Bools, Floats, Ints

Record = dict[str, object]

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def records(**columns: Sequence[object]) -> list[Record]:
    """One record per row of the equally long `columns`, their order kept."""
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def times(milliseconds: Ints) -> list[object]:
    """UTC milliseconds as ISO text with a Z."""
    return [f"{text}Z" for text in np.datetime_as_string(milliseconds.astype("datetime64[ms]"), unit="ms")]


def dates(milliseconds: Ints) -> list[object]:
    """UTC milliseconds as the ISO date that vendors put on them, who date by Eastern standard time all year."""
    return list(np.datetime_as_string((milliseconds - 5 * HOUR_MS).astype("datetime64[ms]"), unit="D").tolist())


def money(amounts: Floats) -> list[object]:
    """Amounts as decimal text with two places, as vendors send them; NaN becomes None."""
    return [None if amount != amount else f"{amount:.2f}" for amount in amounts.tolist()]  # noqa: PLR0124 - NaN is what differs from itself


def blank(values: Sequence[object], where: Bools) -> list[object]:
    """`values` with None wherever `where` is true."""
    return [None if gone else value for value, gone in zip(values, where.tolist(), strict=True)]
