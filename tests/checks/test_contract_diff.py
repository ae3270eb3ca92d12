import pathlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from feature_health.checks.contract_diff import ContractChange, contract_diff
from feature_health.checks.load import load, load_text
from feature_health.checks.schema_policy import harshest, who_breaks
from feature_health.contracts.contract import CHANGE_CLASSES, Column, Consumer, Contract
from feature_health.contracts.severity import Severity
from feature_health.contracts.shared import PROJECT_CONTRACTS
from tests.checks.delivered import TYPES
from tests.checks.schemas import GOOD

CASES = sorted((pathlib.Path(__file__).parents[1] / "golden/contract_diff").glob("*.yaml"))
BASE: Mapping[str, Any] = {
    "job": "tiny",
    "about": "One row per application.",
    "owner": "tests",
    "tier": 1,
    "partition": {"by": "day", "timezone": "America/New_York", "ready_by": "01:30"},
    "key": ["id"],
    "columns": {"id": {"type": "string", "nulls": "never"}},
    "rows": {"row_count_min": 1, "row_count_max": 2},
    "expectations": [{"expect_column_values_to_be_unique": {"column": "id"}}],
}


def version(changed: Mapping[str, Any]) -> Contract:
    """The small contract with these parts instead; without those that are None."""
    parts = {name: part for name, part in {**BASE, **changed}.items() if part is not None}
    return load_text(yaml.safe_dump(parts, sort_keys=False).encode(), beside=PROJECT_CONTRACTS / "tiny.yaml")


def in_a_line(change: ContractChange) -> str:
    """A change as the golden cases write it."""
    return f"{change.policy} {change.kind}: {change.told}{who_breaks(change.breaks)}"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden_case(path: pathlib.Path) -> None:
    """A change between two versions would be told wrongly, or not at all (the case's `about` says which)."""
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = contract_diff(version(case["old"]), version(case["new"]))
    assert [in_a_line(change) for change in found.changes] == case["changes"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_going_back_tightens_what_going_forth_loosened(path: pathlib.Path) -> None:
    """A limit could be loosened in one pull request and loosened back in the next."""
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    old, new = version(case["old"]), version(case["new"])
    exchanged = {"loosened": "tightened", "tightened": "loosened", "changed": "changed"}
    forth = {change.what: exchanged[change.kind] for change in contract_diff(old, new).changes if change.kind in exchanged}
    back = {change.what: change.kind for change in contract_diff(new, old).changes if change.kind in exchanged}
    assert forth == back


@pytest.mark.parametrize("job", ["application_intake", "bureau_pull", "income_verification", "dti_join"])
def test_a_contract_does_not_differ_from_itself(job: str) -> None:
    """CI would stop every pull request."""
    contract = load(PROJECT_CONTRACTS, job)
    found = contract_diff(contract, contract)
    assert (found.changes, found.severity, found.breaks) == ((), Severity.NOTE, ())


columns = st.lists(
    st.builds(
        Column,
        name=st.sampled_from("abcd"),
        type=st.sampled_from(list(TYPES.values())),
        null_ratio_max=st.sampled_from([0.0, 0.1, 0.5]),
        unit=st.sampled_from([None, "usd", "months"]),
    ),
    max_size=4,
    unique_by=lambda column: column.name,
).map(tuple)
policies = st.dictionaries(st.sampled_from(CHANGE_CLASSES), st.sampled_from(Severity))
consumers = st.lists(
    st.builds(
        Consumer,
        name=st.sampled_from(["pd_model", "dti_join", "policy_rules"]),
        columns=st.lists(st.sampled_from("abcd"), unique=True).map(tuple),
        on_change=policies,
    ),
    max_size=3,
    unique_by=lambda consumer: consumer.name,
).map(tuple)


@given(columns, columns, consumers, policies)
def test_a_consumer_is_never_a_reason_to_be_milder(
    before: Any, after: Any, readers: tuple[Consumer, ...], policy: Mapping[Any, Severity]
) -> None:
    """Naming one more reader could let a breaking change through."""
    old = replace(GOOD, columns=before, key=(), on_change={**GOOD.on_change, **policy})
    new = replace(old, columns=after)
    alone = contract_diff(old, new).severity
    with_readers = contract_diff(replace(old, consumers=readers), replace(new, consumers=readers)).severity
    assert harshest((alone, with_readers)) is with_readers


@given(columns, columns, consumers)
def test_who_breaks_reads_what_blocks(before: Any, after: Any, readers: tuple[Consumer, ...]) -> None:
    """People would be asked to agree to what does not concern them."""
    old = replace(GOOD, columns=before, key=(), consumers=readers)
    found = contract_diff(old, replace(old, columns=after))
    assert all(change.severity is Severity.BLOCK for change in found.changes if change.breaks)
    assert {name for change in found.changes for name in change.breaks} <= {consumer.name for consumer in readers}
