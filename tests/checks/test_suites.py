"""Suites and contracts are two ways of writing one thing: what goes there and comes back is equal."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feature_health.checks.imported import contract_text, job_name
from feature_health.checks.load import load_file
from feature_health.checks.suites import read, suite_of, written
from feature_health.contracts.document import parse
from feature_health.contracts.written import line
from feature_health.profiles.profile import ObservedColumn
from tests.oracle.arguments import ARGUMENTS
from tests.oracle.frames import KINDS

texts = st.text(st.characters(codec="utf-8"), max_size=12)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | texts
    | st.sampled_from(
        ["on", "NO", "~", "null", "007", "1e3", "2026-03-04", "a: b", "#x", "- x", "", "true", "[x]", "a, b", "é日"]
    )
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=8
)


@st.composite
def stated_there(draw: st.DrawFn) -> dict[str, Any]:
    """An expectation as a suite file holds it, of any type that both know, with anything beside."""
    name = draw(st.sampled_from(sorted(ARGUMENTS)))
    beside = {"notes": texts, "id": st.uuids().map(str), "description": st.just("Why, in words")}
    return {
        "type": name,
        "kwargs": json.loads(json.dumps(draw(ARGUMENTS[name]), default=str)),
        "meta": draw(st.dictionaries(st.text("abc", min_size=1, max_size=3), values, max_size=2)),
        **draw(st.fixed_dictionaries({}, optional=beside)),
        "severity": draw(st.sampled_from(["critical", "warning", "info"])),
    }


suites = st.fixed_dictionaries(
    {
        "name": st.text("Loans daily-7", min_size=1, max_size=12),
        "id": st.none() | st.uuids().map(str),
        "expectations": st.lists(stated_there(), min_size=1, max_size=5),
        "meta": st.dictionaries(st.text("abc", min_size=1, max_size=3), values, max_size=2),
        "notes": texts,
    }
)


@given(suite=suites)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_suite_comes_back_from_a_contract_as_it_went_in(suite: dict[str, Any], tmp_path: Path) -> None:
    """Somebody's ids, notes or limits would be lost, or turn into others, on the way through YAML."""
    made, faults = read(json.dumps(suite), file="suite.json", accepts=lambda *_: False)
    assert not faults
    assert made is not None
    columns = [ObservedColumn(name=name, type="string", native="VARCHAR") for name in KINDS]
    path = tmp_path / "contract.yaml"
    path.write_text(contract_text(made, columns, suite_file="suite.json", data_file="data.csv"), encoding="utf-8")
    assert written(suite_of(load_file(path))) == suite


@given(value=values)
def test_what_is_written_is_read_back_equal(value: object) -> None:
    """A word such as `on`, or a number with leading zeros, would become something else."""
    document = parse(f"value: {line(value)}\n".encode(), file="x")
    assert not document.faults
    assert document.tree["value"] == value
    assert type(document.tree["value"]) is type(value) or value is None


@pytest.mark.parametrize(
    ("name", "job"), [("Loans, daily", "loans_daily"), ("2026 q1", "suite_2026_q1"), ("日本", "suite"), ("a" * 99, "a" * 60)]
)
def test_a_suites_name_becomes_a_jobs(name: str, job: str) -> None:
    """The contract that was just written would be refused for its name."""
    assert job_name(name) == job


def test_everything_that_is_wrong_is_told_at_once() -> None:
    """A suite would be mended fault by fault; or one of two things of one name be lost in silence."""
    there = {"type": "expect_column_to_exist", "kwargs": {"column": "a"}}
    bad = [there, 5, {**there, "kwargs": {"colum": "a"}}, {**there, "severity": "high"}, {**there, "expectation_type": "x"}]
    made, faults = read(json.dumps({"name": "x", "expectations": bad}), file="x", accepts=lambda *_: False)
    assert made is None
    assert {fault.where.partition(".")[0] for fault in faults} == {f"expectations[{position}]" for position in (1, 2, 3, 4)}


def test_what_only_great_expectations_takes_is_left_to_it() -> None:
    """A suite that it loads and runs would be refused; or one that it refuses too would be let in."""
    open_ = {"type": "expect_column_max_to_be_between", "kwargs": {"column": "a"}, "meta": {"x": 1}, "severity": "info"}
    text = json.dumps({"name": "x", "expectations": [open_]})
    assert read(text, file="x", accepts=lambda *_: False)[0] is None
    made, faults = read(text, file="x", accepts=lambda *_: True)
    assert not faults
    assert made is not None
    assert [spec.engine for spec in made.expectations] == ["great_expectations"]
    assert written(made) == json.loads(text)
    misspelt = text.replace("column", "colum")
    assert read(misspelt, file="x", accepts=lambda *_: True)[0] is None
