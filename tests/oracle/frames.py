"""Small partitions full of what lending data is full of: nulls, NaN, ties, duplicates, empty texts, other scripts, no rows."""

# ruff: noqa: DTZ001 - times without a zone are what most Parquet files hold

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isnan, nan
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

NUMBERS = (0.0, 1.0, 1.5, 2.0, 10.0, -3.25, 0.1, 1e9, nan, None)
WHOLES = (0, 1, 2, 3, 300, 850, 9002, -1, 2**40)
TEXTS = ("EFX", "EXP", "TUC", "", " ", "efx", "Zoë", "日本", "a'b", 'say "x"', "10", "A1", "a\nb", None)
MOMENTS = (datetime(2026, 6, 1), datetime(2026, 6, 2, 1, 30), datetime(2026, 6, 2, 1, 30, 0, 1), datetime(2019, 1, 1), None)
DAYS = (date(2026, 6, 1), date(2026, 6, 2), date(2019, 1, 1), None)
ROWS_MAX = 9

_POOLS: Mapping[str, Sequence[Any]] = {
    "number": NUMBERS,
    "other": NUMBERS,
    "whole": WHOLES,
    "text": TEXTS,
    "code": TEXTS,
    "moment": MOMENTS,
    "later": MOMENTS,
    "day": DAYS,
    "flag": (True, False),
}
_ARROW: Mapping[str, pa.DataType] = {
    "number": pa.float64(),
    "other": pa.float64(),
    "whole": pa.int64(),
    "text": pa.string(),
    "code": pa.string(),
    "moment": pa.timestamp("us"),
    "later": pa.timestamp("us"),
    "day": pa.date32(),
    "flag": pa.bool_(),
}
# The types by which pandas has always held them; Great Expectations' own code asks for these.
_PANDAS: Mapping[str, str] = {
    "number": "float64",
    "other": "float64",
    "whole": "int64",
    "text": "str",
    "code": "str",
    "moment": "datetime64[ns]",
    "later": "datetime64[ns]",
    "day": "object",
    "flag": "bool",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """One partition's rows, column by column."""

    columns: Mapping[str, Sequence[Any]]

    def frame(self) -> pd.DataFrame:
        """As pandas has it: numpy-backed, a missing number being NaN."""
        return pd.DataFrame({name: pd.Series(list(values), dtype=_PANDAS[name]) for name, values in self.columns.items()})

    def parquet(self, path: Path) -> Path:
        """As a file, in which NaN and null are two things."""
        arrays = {name: pa.array(list(values), _ARROW[name], from_pandas=False) for name, values in self.columns.items()}
        pq.write_table(pa.table(arrays), path)
        return path


@st.composite
def partitions(draw: st.DrawFn) -> Rows:
    """Any mixture of the above, now and then with a column that has one value alone or none."""
    count = draw(st.integers(0, ROWS_MAX))
    columns = {}
    for name, pool in _POOLS.items():
        few = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=5))
        columns[name] = draw(st.lists(st.sampled_from(few), min_size=count, max_size=count))
    return Rows(columns=columns)


def is_missing(value: object) -> bool:
    """Null, or NaN."""
    return value is None or (isinstance(value, float) and isnan(value))
