"""The two who judge a partition: Great Expectations on pandas, which is the oracle, and our engine with our types."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import duckdb
import great_expectations as gx
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.registry import get_expectation_impl
from great_expectations.expectations.row_conditions import Column

from feature_health.checks.catalog import by_name
from feature_health.checks.expectation import ExpectationType, Outcome
from feature_health.engines.duckdb import DuckDbEngine
from feature_health.profiles.history import Seen
from feature_health.profiles.profile import NotMeasured
from tests.oracle.frames import Rows

COUNTS = (
    "element_count",
    "missing_count",
    "missing_percent",
    "unexpected_count",
    "unexpected_percent",
    "unexpected_percent_total",
    "unexpected_percent_nonmissing",
)
# Of each condition on rows, as contracts write it: how Great Expectations writes it.
CONDITIONS: Mapping[str, Any] = {
    "whole > 1": Column("whole") > 1,
    "whole <= 300 AND number >= 0": (Column("whole") <= 300) & (Column("number") >= 0),
    "text = 'EFX'": Column("text") == "EFX",
    "text IN ('EFX', '日本')": Column("text").is_in(["EFX", "日本"]),
    "tiny < 0 AND flag": (Column("tiny") < 0) & (Column("flag") == True),  # noqa: E712 - so it is written there
    "number IS NOT NULL": Column("number").is_not_null(),
    "code IS NULL": Column("code").is_null(),
    "number < 2 OR code IS NULL": (Column("number") < 2) | Column("code").is_null(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One expectation: its type, its arguments, and one of the conditions above or none."""

    name: str
    kwargs: Mapping[str, Any]
    condition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a judge came to; `success` is None when it raised or could not measure. `counts` are those of row-level types."""

    success: bool | None
    counts: Mapping[str, float | None] = field(default_factory=dict)
    observed: Any = None


class Judge(Protocol):
    """Whoever answers each of the questions about the rows."""

    def __call__(self, rows: Rows, asked: Sequence[Asked]) -> list[Answer]: ...


class Theirs:
    """Great Expectations, in one ephemeral context."""

    def __init__(self) -> None:
        logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
        asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
        self._whole = asset.add_batch_definition_whole_dataframe("all")

    def __call__(self, rows: Rows, asked: Sequence[Asked]) -> list[Answer]:
        batch = self._whole.get_batch({"dataframe": rows.frame()})
        return [self._answer(batch, each) for each in asked]

    def _answer(self, batch: Any, asked: Asked) -> Answer:
        where = {} if asked.condition is None else {"row_condition": CONDITIONS[asked.condition]}
        expectation = get_expectation_impl(asked.name)(**asked.kwargs, **where)
        answer = batch.validate(expectation, result_format="SUMMARY")
        if answer.exception_info.get("raised_exception", True) and not answer.result:
            return Answer(success=None)
        counts = {name: answer.result[name] for name in COUNTS if name in answer.result}
        return Answer(success=bool(answer.success), counts=counts, observed=answer.result.get("observed_value"))


class Ours:
    """Our engine and our types, from a Parquet file with the same rows; one profile for all that is asked.

    Arrow writes the file, of an odd number of rows DuckDB once more: what is believed of a file's footer depends on its writer.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._engine = folder, DuckDbEngine(threads=1)

    def __call__(self, rows: Rows, asked: Sequence[Asked]) -> list[Answer]:
        types = [_type(each) for each in asked]
        params = [_params(type_, each) for type_, each in zip(types, asked, strict=True)]
        bound = list(zip(types, params, strict=True))
        measures = [measure for type_, given in bound for measure in type_.needs(given)]
        seen = Seen(profile=self._engine.profile(self._staged(rows), measures, {}))
        return [_judged(type_, given, seen) for type_, given in bound]

    def _staged(self, rows: Rows) -> Path:
        by_arrow, by_duckdb = rows.parquet(self._folder / "arrow.parquet"), self._folder / "duckdb.parquet"
        if not any(len(values) % 2 for values in rows.columns.values()):
            return by_arrow
        duckdb.execute(f"COPY (FROM read_parquet('{by_arrow}')) TO '{by_duckdb}' (FORMAT parquet)")
        return by_duckdb


def _type(asked: Asked) -> ExpectationType[Any]:
    type_ = by_name(asked.name)
    assert type_ is not None
    return type_


def _params(type_: ExpectationType[Any], asked: Asked) -> Any:
    where = {} if asked.condition is None else {"row_condition": asked.condition}
    return type_.params(**asked.kwargs, **where)


def _judged(type_: ExpectationType[Any], given: Any, seen: Seen) -> Answer:
    try:
        outcome: Outcome = type_.judge(given, seen)
    except NotMeasured:
        return Answer(success=None)
    told = outcome.observed if isinstance(outcome.observed, dict) else {}
    counts = {name: told[name] for name in COUNTS if name in told}
    return Answer(success=outcome.success, counts=counts, observed=told.get("values", outcome.observed))
