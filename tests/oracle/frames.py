"""Small partitions full of what lending data is full of: nulls, NaN, ties, duplicates, empty texts, other scripts, no rows."""

# ruff: noqa: DTZ001 - times without a zone are what most Parquet files hold

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from math import inf, isnan, nan
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

ROWS_MAX = 12
NUMBERS = (0.0, -0.0, 1.0, 1.5, 2.0, 10.0, -3.25, 0.1, 0.30000000000000004, 1e9, nan, None)
ENDLESS = (inf, -inf, 1e308, -1e308, 5e-324)
WHOLES = (0, 1, 2, 3, 300, 850, 9002, -1, 2**40)
TEXTS = (
    "EFX",
    "EXP",
    "TUC",
    "",
    " ",
    "efx",
    "Zoë",
    "日本",
    "a'b",
    'say "x"',
    "10",
    "A1",
    "a\nb",
    "nan",
    "None",
    "x" * 3000,
    None,
)
WRITTEN = (
    "2026-06-01",
    "2026-6-1",
    "2026-02-30",
    "2026-06-01T01:02:03Z",
    "01:02",
    " 2026-06-01",
    '{"a": [1, 2.5e3]}',
    "[1,]",
    "null",
    "NaN",
)
MOMENTS = (datetime(2026, 6, 1), datetime(2026, 6, 2, 1, 30), datetime(2026, 6, 2, 1, 30, 0, 1), datetime(2019, 1, 1), None)
NEW_YORK = timezone(timedelta(hours=-4))
ZONED = (
    datetime(2026, 6, 1, tzinfo=UTC),
    datetime(2026, 5, 31, 20, tzinfo=NEW_YORK),  # the same instant
    datetime(2026, 6, 1, 23, 59, tzinfo=NEW_YORK),
    datetime(2019, 1, 1, tzinfo=timezone(timedelta(hours=14))),
    None,
)
NANO = (*map(pd.Timestamp, ("2026-06-01", "2026-06-01T00:00:00.000000001", "2026-06-01T00:00:00.000001")), None)
DAYS = (date(2026, 6, 1), date(2026, 6, 2), date(2019, 1, 1), None)
AMOUNTS = (Decimal("0.00"), Decimal("100.50"), Decimal("-3.25"), Decimal("9999999999.99"), Decimal("100.10"), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a column of a kind holds, and its types: in the file, and by which pandas has always held it.

    Great Expectations' own code asks for the latter.
    """

    values: st.SearchStrategy[Any]
    arrow: pa.DataType
    pandas: str


_numbers = st.sampled_from(NUMBERS)
_texts = st.sampled_from(TEXTS) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)
KINDS: Mapping[str, Kind] = {
    "number": Kind(values=_numbers | st.floats(-1e6, 1e6), arrow=pa.float64(), pandas="float64"),
    "other": Kind(values=_numbers, arrow=pa.float64(), pandas="float64"),
    "endless": Kind(values=_numbers | st.sampled_from(ENDLESS), arrow=pa.float64(), pandas="float64"),
    "short": Kind(values=_numbers | st.floats(-100, 100, width=32), arrow=pa.float32(), pandas="float32"),
    "whole": Kind(values=st.sampled_from(WHOLES), arrow=pa.int64(), pandas="int64"),
    "tiny": Kind(values=st.integers(-128, 127), arrow=pa.int8(), pandas="int8"),
    "count": Kind(values=st.integers(0, 2**32 - 1) | st.integers(0, 3), arrow=pa.uint32(), pandas="uint32"),
    "maybe": Kind(values=st.none() | st.integers(-3, 3), arrow=pa.int32(), pandas="float64"),
    "amount": Kind(values=st.sampled_from(AMOUNTS), arrow=pa.decimal128(12, 2), pandas="object"),
    "text": Kind(values=_texts, arrow=pa.string(), pandas="str"),
    "code": Kind(values=st.sampled_from(TEXTS), arrow=pa.string(), pandas="str"),
    "written": Kind(values=st.sampled_from(WRITTEN) | st.none(), arrow=pa.string(), pandas="str"),
    "moment": Kind(values=st.sampled_from(MOMENTS), arrow=pa.timestamp("us"), pandas="datetime64[ns]"),
    "later": Kind(values=st.sampled_from(MOMENTS), arrow=pa.timestamp("us"), pandas="datetime64[ns]"),
    "nano": Kind(values=st.sampled_from(NANO), arrow=pa.timestamp("ns"), pandas="datetime64[ns]"),
    "zoned": Kind(values=st.sampled_from(ZONED), arrow=pa.timestamp("us", tz="UTC"), pandas="datetime64[ns, UTC]"),
    "day": Kind(values=st.sampled_from(DAYS), arrow=pa.date32(), pandas="object"),
    "flag": Kind(values=st.booleans(), arrow=pa.bool_(), pandas="bool"),
    "doubt": Kind(values=st.none() | st.booleans(), arrow=pa.bool_(), pandas="object"),
    "nothing": Kind(values=st.none(), arrow=pa.float64(), pandas="float64"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """One partition's rows, column by column."""

    columns: Mapping[str, Sequence[Any]]

    def frame(self) -> pd.DataFrame:
        """As pandas has it: numpy-backed, a missing number being NaN."""
        return pd.DataFrame({name: pd.Series(list(values), dtype=KINDS[name].pandas) for name, values in self.columns.items()})

    def parquet(self, path: Path) -> Path:
        """As a file, in which NaN and null are two things."""
        arrays = {name: pa.array(list(values), KINDS[name].arrow, from_pandas=False) for name, values in self.columns.items()}
        pq.write_table(pa.table(arrays), path)
        return path


@st.composite
def partitions(draw: st.DrawFn) -> Rows:
    """Any mixture of the above, now and then with a column that has one value alone or none."""
    count = draw(st.integers(0, ROWS_MAX))
    columns = {}
    for name, kind in KINDS.items():
        few = draw(st.lists(kind.values, min_size=1, max_size=5))
        columns[name] = draw(st.lists(st.sampled_from(few), min_size=count, max_size=count))
    return Rows(columns=columns)


def is_missing(value: object) -> bool:
    """Null, or NaN."""
    return value is None or (isinstance(value, float) and isnan(value))
