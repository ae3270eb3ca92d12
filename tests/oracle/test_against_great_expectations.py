"""Great Expectations on pandas is the oracle: what it says of a partition, our engine and judges must say too."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

import great_expectations as gx
import pandas as pd
import pytest
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.registry import get_expectation_impl
from great_expectations.expectations.row_conditions import Column
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from feature_health.checks.catalog import CATALOG, by_name
from feature_health.checks.expectation import Outcome
from feature_health.engines.duckdb import DuckDbEngine
from feature_health.profiles.history import Seen
from feature_health.profiles.profile import NotMeasured, Profile
from tests.oracle.arguments import ARGUMENTS
from tests.oracle.frames import Rows, is_missing, partitions

OURS_ALONE = {
    "expect_column_values_to_be_in_range_or_special_code",
    "expect_column_values_to_equal_recomputed",
    "expect_join_coverage_to_be_at_least",
    "expect_values_not_from_the_future",
    "expect_share_to_be_between",
    "expect_overlap_with_previous_to_be_at_most",
    "unexpected_rows_expectation",  # runs on no pandas frame, as the four below
    "expect_column_values_to_match_like_pattern",
    "expect_column_values_to_match_like_pattern_list",
    "expect_column_values_to_not_match_like_pattern",
    "expect_column_values_to_not_match_like_pattern_list",
    "expect_row_overlap_with_previous_to_be_at_most",
    "expect_delivery_not_seen_before",
    "expect_fan_out_to_be_at_most",
    "expect_column_age_at_decision_to_be_at_most",
    "expect_column_special_code_shares_to_be_between",
    "expect_hash_buckets_to_be_filled",
    "expect_every_hour_to_have_rows",
    "expect_table_row_count_to_match_history",
    "expect_column_special_code_shares_to_match_history",
    "expect_column_pair_correlation_to_match_history",
    "expect_column_calibrated_psi_to_be_at_most",
}
EXAMPLES = 12

Judge = Callable[[str, Mapping[str, Any], Rows], "Answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a judge came to; `success` is None when it raised or could not measure."""

    success: bool | None
    unexpected_count: int | None = None
    unexpected_percent: float | None = None
    observed: Any = None


@pytest.fixture(scope="module")
def theirs() -> Judge:
    """Great Expectations' answer, from one ephemeral context."""
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    whole = context.data_sources.add_pandas("frames").add_dataframe_asset("frame").add_batch_definition_whole_dataframe("all")

    def ask(name: str, kwargs: Mapping[str, Any], rows: Rows) -> Answer:
        batch = whole.get_batch({"dataframe": rows.frame()})
        result = batch.validate(get_expectation_impl(name)(**kwargs), result_format="SUMMARY")
        if result.exception_info.get("raised_exception", True) and not result.result:
            return Answer(success=None)
        return Answer(
            success=bool(result.success),
            unexpected_count=result.result.get("unexpected_count"),
            unexpected_percent=result.result.get("unexpected_percent"),
            observed=result.result.get("observed_value"),
        )

    return ask


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Our engine's and judges' answer, from a Parquet file with the same rows."""
    path, engine = tmp_path_factory.mktemp("oracle") / "candidate.parquet", DuckDbEngine(threads=1)

    def ask(name: str, kwargs: Mapping[str, Any], rows: Rows) -> Answer:
        type_ = by_name(name)
        assert type_ is not None
        params = type_.params(**kwargs)
        seen: Profile = engine.profile(rows.parquet(path), type_.needs(params), {})
        try:
            outcome: Outcome = type_.judge(params, Seen(profile=seen))
        except NotMeasured:
            return Answer(success=None)
        observed = outcome.observed if isinstance(outcome.observed, dict) else {}
        return Answer(
            success=outcome.success,
            unexpected_count=observed.get("unexpected_count"),
            unexpected_percent=observed.get("unexpected_percent"),
            observed=observed.get("values", outcome.observed),
        )

    return ask


def test_every_type_of_theirs_has_an_oracle() -> None:
    """A new type would be held against nothing."""
    assert {type_.name for type_ in CATALOG} - OURS_ALONE == set(ARGUMENTS)


def differs_knowingly(name: str, kwargs: Mapping[str, Any], rows: Rows) -> bool:
    """Where Great Expectations is at odds with itself or with sense, and why we do not follow it."""
    values = rows.columns.get(kwargs.get("column", ""), ())
    nothing = all(is_missing(value) for value in values)
    if name == "expect_column_sum_to_be_between":
        return nothing  # its pandas engine sums nothing to 0, its SQL engines to NULL, which fails: we take the latter
    if "regex" in kwargs:
        return any("\n" in value for value in values if value)  # Python's $ also stands before a last line break, RE2's does not
    return False


def alike(theirs: Any, ours: Any) -> bool:
    """Equal but for the last digits, and for how an absent value or a time is written."""
    if isinstance(theirs, dict):
        return alike(theirs["values"], ours)
    if isinstance(theirs, list):
        return len(theirs) == len(ours) and all(map(alike, theirs, ours))
    if theirs is None or (not isinstance(theirs, str) and pd.isna(theirs)):
        return ours is None
    if isinstance(theirs, str):
        return bool(ours == theirs)
    if isinstance(theirs, pd.Timestamp):
        return pd.Timestamp(ours) == theirs
    return isfinite(ours) and ours == pytest.approx(float(theirs), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", ARGUMENTS)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_we_say_what_great_expectations_says(name: str, data: st.DataObject, theirs: Judge, ours: Judge) -> None:
    """An expectation would mean one thing in the contract and another in Great Expectations' documentation."""
    rows, kwargs = data.draw(partitions()), data.draw(ARGUMENTS[name])
    if differs_knowingly(name, kwargs, rows):
        return
    expected, found = theirs(name, kwargs, rows), ours(name, kwargs, rows)
    assert bool(found.success) == bool(expected.success), (expected, found)
    if expected.success is None or found.success is None:
        return
    assert found.unexpected_count == expected.unexpected_count
    assert alike(expected.unexpected_percent, found.unexpected_percent)
    if expected.unexpected_count is None and expected.observed is not None and "most_common" not in name:
        assert alike(expected.observed, found.observed), (expected, found)


@pytest.mark.parametrize(
    ("theirs_condition", "ours_condition"),
    [
        (Column("whole") > 1, "whole > 1"),
        (Column("text") == "EFX", "text = 'EFX'"),
        (Column("number").is_not_null(), "number IS NOT NULL"),
        (Column("code").is_null(), "code IS NULL"),
    ],
)
@settings(max_examples=10, deadline=None, derandomize=True, database=None)
@given(rows=partitions())
def test_a_row_condition_keeps_the_same_rows(
    theirs_condition: Any, ours_condition: str, rows: Rows, theirs: Judge, ours: Judge
) -> None:
    """A limit meant for some rows would be held against others."""
    name, kwargs = "expect_column_values_to_be_between", {"column": "number", "min_value": 0.0, "max_value": 2.0}
    expected = theirs(name, {**kwargs, "row_condition": theirs_condition}, rows)
    found = ours(name, {**kwargs, "row_condition": ours_condition}, rows)
    assert (found.success, found.unexpected_count) == (expected.success, expected.unexpected_count)


def test_a_day_as_a_limit_for_times_is_its_midnight(theirs: Judge, ours: Judge) -> None:
    """Great Expectations on pandas raises where a day meets a time, which would hold every such partition."""
    rows = Rows(columns={"moment": [datetime(2026, 6, 1)]})  # noqa: DTZ001 - as most Parquet files hold times
    kwargs = {"column": "moment", "min_value": "2026-06-01"}
    assert theirs("expect_column_max_to_be_between", kwargs, rows).success is None
    assert ours("expect_column_max_to_be_between", kwargs, rows).success is True


@pytest.mark.parametrize(
    ("name", "kwargs", "columns"),
    [
        ("expect_column_values_to_be_between", {"column": "text", "min_value": 1, "max_value": 2}, {"text": ["EFX"]}),
        ("expect_column_values_to_be_between", {"column": "text", "min_value": "2026-06-01T00:00:00"}, {"number": [1.0]}),
        ("expect_column_values_to_be_between", {"column": "missing", "min_value": 1}, {"number": [1.0]}),
        ("expect_column_mean_to_be_between", {"column": "text", "min_value": 1}, {"text": ["EFX"]}),
        (
            "expect_column_pair_values_a_to_be_greater_than_b",
            {"column_A": "text", "column_B": "number"},
            {"text": ["a"], "number": [1.0]},
        ),
    ],
)
def test_what_cannot_be_compared_is_no_success(
    name: str, kwargs: Mapping[str, Any], columns: Mapping[str, Any], theirs: Judge, ours: Judge
) -> None:
    """A contract that compares texts with numbers would pass everything."""
    rows = Rows(columns=columns)
    assert not theirs(name, kwargs, rows).success
    assert ours(name, kwargs, rows).success is None
