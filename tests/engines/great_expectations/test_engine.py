"""The default engine with Great Expectations beside it: who measures what, and that whatever goes wrong there blocks."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import great_expectations as gx
import pandas as pd
import pytest
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.expectations.registry import get_expectation_impl

from feature_health.checks.bind import Bound, bind_all
from feature_health.checks.expectation import Outcome
from feature_health.checks.row_condition import in_sql
from feature_health.contracts.contract import ExpectationSpec
from feature_health.contracts.document import Document
from feature_health.engines.great_expectations import engine as theirs
from feature_health.engines.with_great_expectations import EngineWithGreatExpectations
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import GreatExpectationsResult
from feature_health.profiles.profile import NotMeasured, Profile

COLUMNS = ("amount", "code", "at")
ROWS = (
    "SELECT CASE WHEN i = 7 THEN 900.0 WHEN i = 8 THEN NULL ELSE i END AS amount, "
    "CASE WHEN i % 3 = 0 THEN 'x' WHEN i % 3 = 1 THEN 'y' END AS code, '2026-06-' || lpad(CAST(i + 1 AS VARCHAR), 2, '0') AS at "
    "FROM range(20) t(i)"
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty rows with nulls and one value far out."""
    path = tmp_path_factory.mktemp("theirs") / "staged.parquet"
    duckdb.sql(f"COPY ({ROWS}) TO '{path}' (FORMAT parquet)")
    return path


def _bound(name: str, kwargs: Mapping[str, Any]) -> Bound:
    spec = ExpectationSpec(type=name, kwargs=kwargs)
    [bound], faults = bind_all({0: spec}, dict.fromkeys(COLUMNS), None, document=Document(file="x"))
    assert not faults
    return bound


def _judged(file: Path, name: str, **kwargs: Any) -> tuple[Outcome, Profile]:
    bound = _bound(name, kwargs)
    seen = EngineWithGreatExpectations().profile(file, bound.type.needs(bound.params), {})
    return bound.type.judge(bound.params, Seen(profile=seen)), seen


def test_what_our_engine_cannot_count_runs_there(file: Path) -> None:
    """An expectation of a suite would have to be left out."""
    outcome, seen = _judged(file, "expect_column_value_z_scores_to_be_less_than", column="amount", threshold=3, double_sided=True)
    assert (outcome.success, outcome.observed["unexpected_count"]) == (False, 1)
    assert outcome.engine == theirs.NAME
    assert seen.engine.endswith(f", {theirs.NAME}")
    assert _judged(file, "expect_column_values_to_be_dateutil_parseable", column="at")[0].success


def test_a_condition_in_pandas_language_looks_at_the_rows_it_means(file: Path) -> None:
    """Other rows would be judged than were meant."""
    given = {"column": "amount", "max_value": 100, "condition_parser": "pandas"}
    assert not _judged(file, "expect_column_values_to_be_between", **given, row_condition="code == 'y'")[0].success
    assert _judged(file, "expect_column_values_to_be_between", **given, row_condition="code == 'x'")[0].success


@pytest.mark.parametrize(
    "condition",
    [
        {"type": "comparison", "column": {"name": "code"}, "operator": "!=", "parameter": "x"},
        {"type": "comparison", "column": {"name": "code"}, "operator": "NOT_IN", "parameter": ["x"]},
        {"type": "comparison", "column": {"name": "code"}, "operator": "IN", "parameter": ["x", "y"]},
        {"type": "comparison", "column": {"name": "code"}, "operator": "IN", "parameter": []},
        {"type": "comparison", "column": {"name": "code"}, "operator": "NOT_IN", "parameter": []},
        {"type": "comparison", "column": {"name": "amount"}, "operator": ">=", "parameter": 5},
        {"type": "nullity", "column": {"name": "code"}, "is_null": True},
        {
            "type": "or",
            "conditions": [
                {"type": "nullity", "column": {"name": "amount"}, "is_null": False},
                {"type": "comparison", "column": {"name": "at"}, "operator": "==", "parameter": "2026-06-01"},
            ],
        },
    ],
)
def test_condition_objects_mean_in_sql_what_they_mean_there(file: Path, condition: dict[str, Any]) -> None:
    """A suite's expectation would look at other rows here than it did there."""
    kwargs: dict[str, Any] = {"column": "amount", "min_value": 3, "max_value": 12, "row_condition": condition}
    ours, seen = _judged(file, "expect_column_values_to_be_between", **kwargs)
    assert theirs.NAME not in seen.engine
    context = gx.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": pd.read_parquet(file)})
    answer = batch.validate(get_expectation_impl("expect_column_values_to_be_between")(**kwargs), result_format="BASIC")
    assert answer.success is not None
    for count in ("element_count", "unexpected_count", "missing_count"):
        assert ours.observed[count] == answer.result[count], count
    assert ours.success == answer.success


def test_the_older_texts_of_conditions_are_read_too(file: Path) -> None:
    """Suites of earlier years would be judged without their condition."""
    given = {"column": "amount", "max_value": 100, "condition_parser": "great_expectations"}
    assert not _judged(file, "expect_column_values_to_be_between", **given, row_condition='col("code") == "y"')[0].success
    assert _judged(file, "expect_column_values_to_be_between", **given, row_condition='col("amount") < 50')[0].success
    assert not _judged(file, "expect_column_values_to_be_between", **given, row_condition='col("code").notnull()')[0].success


def test_a_long_id_in_an_older_text_keeps_its_digits() -> None:
    """Rows of a neighbouring id would be looked at."""
    given = {"row_condition": 'col("id") == 1234567890123456789', "condition_parser": "great_expectations"}
    assert in_sql(given) == {"row_condition": '"id" = 1234567890123456789'}


@pytest.mark.parametrize(
    ("name", "kwargs"),
    [
        ("expect_table_row_count_to_equal_other_table", {"other_table_name": "elsewhere"}),
        ("expect_column_value_z_scores_to_be_less_than", {"column": "code", "threshold": 3, "double_sided": True}),
        (
            "expect_column_values_to_be_between",
            {"column": "amount", "max_value": 1, "row_condition": "nonsense ==", "condition_parser": "pandas"},
        ),
    ],
)
def test_what_it_could_not_run_is_not_measured(file: Path, name: str, kwargs: dict[str, Any]) -> None:
    """An exception over there would pass for a kept promise; its words might quote a customer's value."""
    with pytest.raises(NotMeasured, match="Great Expectations gave up"):
        _judged(file, name, **kwargs)


def test_a_result_that_does_not_say_whether_it_succeeded_is_none(file: Path) -> None:
    """A check of mild severity that never came to a result would be published with a warning."""
    silent = mock.Mock(success=None, result={}, exception_info={"raised_exception": False})
    with mock.patch.object(Batch, "validate", return_value=silent), pytest.raises(NotMeasured, match="gave up"):
        _judged(file, "expect_column_values_to_be_dateutil_parseable", column="at")


def test_without_it_installed_nothing_passes(file: Path) -> None:
    """A slim installation would wave through what it cannot judge."""
    hidden = dict.fromkeys([name for name in sys.modules if name.startswith("feature_health.engines.great_expectations")])
    with (
        mock.patch.dict(sys.modules, {**hidden, "great_expectations": None}),
        pytest.raises(NotMeasured, match="cannot be loaded here"),
    ):
        _judged(file, "expect_column_values_to_be_dateutil_parseable", column="at")


def test_only_the_named_columns_are_read() -> None:
    """A wide table of ten million rows would have to fit into memory."""
    one = GreatExpectationsResult(expectation="x", kwargs="{}", columns=("b", "a"))
    assert theirs._columns([one]) == ["a", "b"]
    assert theirs._columns([one, GreatExpectationsResult(expectation="y", kwargs="{}")]) is None
    assert (
        theirs._columns([GreatExpectationsResult(expectation="x", kwargs='{"row_condition": "a > b"}', columns=("b",))]) is None
    )
