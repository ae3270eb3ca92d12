import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import great_expectations as gx
import pandas as pd
import pytest
from great_expectations.expectations.metadata_types import FailureSeverity

from feature_health.engines.great_expectations.custom import ExpectFeatureHealthCheck
from tests.checks.expectations.test_golden import FOLDER, delivered, golden_of, said

Validate = Callable[[pd.DataFrame, gx.ExpectationSuite], dict[str, Any]]
GOLDEN = ("lending",)


@pytest.fixture(scope="module")
def validate() -> Validate:
    """Plain Great Expectations on a pandas frame; its result as JSON."""
    context = gx.get_context(mode="ephemeral")
    whole = context.data_sources.add_pandas("frames").add_dataframe_asset("frame").add_batch_definition_whole_dataframe("all")

    def ask(frame: pd.DataFrame, suite: gx.ExpectationSuite) -> dict[str, Any]:
        result: Any = whole.get_batch({"dataframe": frame}).validate(suite)
        return dict(result.to_json_dict())

    return ask


def through_json(*expectations: ExpectFeatureHealthCheck) -> gx.ExpectationSuite:
    """The suite as a file holds it, loaded anew."""
    kept = gx.ExpectationSuite(name="ours", expectations=list(expectations)).to_json_dict()
    return gx.ExpectationSuite(**json.loads(json.dumps(kept)))


def cases(folder: Path) -> Iterator[tuple[str, dict[str, Any], pd.DataFrame, dict[str, Any]]]:
    """Each golden case of ours that needs nothing but its own rows: type, arguments, frame, and what we say of it."""
    for name in GOLDEN:
        golden = golden_of(FOLDER / f"{name}.yaml")
        file = delivered(golden["rows"], golden["types"], folder / f"{name}.parquet")
        frame = pd.read_parquet(file, dtype_backend="numpy_nullable")
        for case in golden["cases"]:
            ((type_, kwargs),) = case["expectation"].items()
            yield type_, kwargs, frame, said(case, file, {}, None)


def test_a_suite_loads_and_validates_as_our_own_gate_would(validate: Validate, tmp_path: Path) -> None:
    """A lender who moves a suite of ours to Great Expectations would get other answers there."""
    seen: set[bool | str] = set()
    for type_, kwargs, frame, ours in cases(tmp_path):
        [result] = validate(frame, through_json(ExpectFeatureHealthCheck(type=type_, kwargs=kwargs)))["results"]
        raised = result["exception_info"].get("raised_exception", True)
        assert ("unable" if raised else result["success"]) == ours["success"], (type_, kwargs)
        seen.add(ours["success"])
    assert seen == {True, False, "unable"}


def test_what_a_suite_says_besides_is_kept() -> None:
    """Severity and reasons of a contract would be lost on the way."""
    stated = ExpectFeatureHealthCheck(
        type="expect_share_to_be_between",
        kwargs={"condition": "a > 1", "max_value": 0.1},
        meta={"for": ["B1"]},
        severity=FailureSeverity.WARNING,
    )
    [loaded] = through_json(stated).expectations
    assert loaded == stated


def test_the_reason_and_the_counts_are_in_the_result(validate: Validate) -> None:
    """A person would see a red check and no number."""
    stated = ExpectFeatureHealthCheck(
        type="expect_values_not_from_the_future", kwargs={"column": "known", "as_of_column": "decided"}
    )
    frame = pd.DataFrame({"known": pd.to_datetime(["2026-06-02", "2026-06-04"]), "decided": pd.to_datetime(["2026-06-03"] * 2)})
    [result] = validate(frame, through_json(stated))["results"]
    assert (result["success"], result["result"]["unexpected_count"]) == (False, 1)
    assert "later than decided" in result["result"]["details"]["because"]


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"type": "expect_share_to_be_betwen"}, "did you mean 'expect_share_to_be_between'"),
        ({"type": "expect_share_to_be_between", "kwargs": {"condition": "a > 1"}}, "min_value and max_value are both missing"),
    ],
)
def test_what_is_no_expectation_does_not_load(kwargs: dict[str, Any], message: str) -> None:
    """Great Expectations would leave it out, say so in its log alone, and open."""
    kept: dict[str, Any] = {
        "name": "ours",
        "expectations": [{"type": "expect_feature_health_check", "kwargs": kwargs, "meta": {}}],
    }
    with pytest.raises(ValueError, match=message):
        gx.ExpectationSuite(**kept)


def test_what_looks_elsewhere_fails_and_says_so(validate: Validate) -> None:
    """A check over other partitions would pass where there are none."""
    stated = ExpectFeatureHealthCheck(type="expect_delivery_not_seen_before")
    [result] = validate(pd.DataFrame({"a": [1]}), through_json(stated))["results"]
    assert not result["success"]
    assert "no history was handed in" in json.dumps(result["exception_info"])


def test_a_frame_of_mixed_kinds_fails_without_telling_its_values(validate: Validate) -> None:
    """A name or an income would stand in a result that is mailed about."""
    stated = ExpectFeatureHealthCheck(type="expect_share_to_be_between", kwargs={"condition": "a > 1", "max_value": 1})
    told = validate(pd.DataFrame({"a": [1, "Ada Lovelace"]}), through_json(stated))
    assert not told["success"]
    assert "several kinds" in json.dumps(told)
    assert "Lovelace" not in json.dumps(told)


def test_an_empty_frame_fails(validate: Validate) -> None:
    """An empty batch opening the gate is what Great Expectations alone would do."""
    stated = ExpectFeatureHealthCheck(type="expect_share_to_be_between", kwargs={"condition": "a > 1", "max_value": 1})
    assert not validate(pd.DataFrame({"a": pd.Series([], dtype="int64")}), through_json(stated))["success"]
