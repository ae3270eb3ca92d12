"""What only Great Expectations can judge, run by itself on pandas over just the columns that it names.

It is slow to import and holds the columns in memory, so it is loaded when the first such measure is asked for. Customers' values
are left out of what is kept: of a result only counts, shares and numbers.
"""

import json
import logging
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import great_expectations as gx
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.expectations.registry import get_expectation_impl

from feature_health.profiles.measure import GreatExpectationsResult, name_of

NAME = f"great_expectations {gx.__version__}"
_KEPT = (
    "element_count",
    "missing_count",
    "missing_percent",
    "unexpected_count",
    "unexpected_percent",
    "unexpected_percent_total",
    "unexpected_percent_nonmissing",
    "observed_value",
)


def take(staged: Path, measures: Collection[GreatExpectationsResult]) -> tuple[dict[str, Any], dict[str, str]]:
    """The measures' values, and why others could not be taken, both by the measures' names."""
    values: dict[str, Any] = {}
    unmeasured: dict[str, str] = {}
    with _quiet():
        batch = _batch(staged, measures)
        for measure in measures:
            try:
                values[name_of(measure)] = _result(batch, measure)
            except Exception as error:  # noqa: BLE001 - whatever it raises is an answer that it did not give
                # Its messages may quote what a row holds.
                unmeasured[name_of(measure)] = f"Great Expectations gave up ({type(error).__name__}); run it there to see why"
    return values, unmeasured


def accepts(expectation: str, kwargs: Mapping[str, Any]) -> bool:
    """Whether Great Expectations has such a type and it takes these arguments."""
    with _quiet():
        try:
            get_expectation_impl(expectation)(**kwargs)
        except Exception:  # noqa: BLE001 - however it says so, it does not take them
            return False
    return True


def _batch(staged: Path, measures: Collection[GreatExpectationsResult]) -> Batch:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    whole = context.data_sources.add_pandas("staged").add_dataframe_asset("file").add_batch_definition_whole_dataframe("all")
    return whole.get_batch({"dataframe": _frame(staged, _columns(measures))})


def _frame(staged: Path, columns: list[str] | None) -> pd.DataFrame:
    """NumPy-backed columns, those that are there; exact decimals as floats, for as objects its statistics cannot take them."""
    there = None if columns is None else [name for name in pq.read_schema(staged).names if name in columns]
    table = pq.read_table(staged, columns=there)
    types = [pa.float64() if pa.types.is_decimal(field.type) else field.type for field in table.schema]
    frame: pd.DataFrame = table.cast(pa.schema(list(zip(table.schema.names, types, strict=True)))).to_pandas()
    return frame


def _columns(measures: Collection[GreatExpectationsResult]) -> list[str] | None:
    """The columns to read; None, which is all, where one measure does not name what it reads."""
    named = {column for measure in measures for column in measure.columns}
    return None if any(not it.columns or "row_condition" in json.loads(it.kwargs) for it in measures) else sorted(named)


def _result(batch: Batch, measure: GreatExpectationsResult) -> dict[str, Any]:
    implementation = get_expectation_impl(measure.expectation)
    answer = batch.validate(implementation(**json.loads(measure.kwargs)), result_format="BASIC")
    if any(one.get("raised_exception") for one in _exceptions(answer.exception_info)):
        raise RuntimeError("its metrics raised")
    if not isinstance(answer.success, bool | np.bool_):
        raise TypeError("it does not say whether it succeeded")
    result = {name: answer.result[name] for name in _KEPT if _is_number(answer.result.get(name))}
    return {"success": bool(answer.success), "result": {name: _plain(it) for name, it in result.items()}, "engine": NAME}


def _exceptions(info: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - one record, or one for each metric
    yield from (info,) if "raised_exception" in info else info.values()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number | np.bool_)


def _plain(value: float | np.generic) -> float:
    """NumPy's numbers are none that JSON knows."""
    plain: float = value.item() if isinstance(value, np.generic) else value
    return plain


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing on the terminal: its warnings are for people who write suites by hand."""
    logger = logging.getLogger("great_expectations")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
