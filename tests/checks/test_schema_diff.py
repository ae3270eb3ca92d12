import pathlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from feature_health.checks.finding import CheckRun
from feature_health.checks.schema_diff import SCHEMA_CHECKS, changes_of, judge_schema
from feature_health.contracts.contract import Column, Contract
from feature_health.contracts.severity import Severity
from feature_health.profiles.profile import ObservedColumn, Profile
from tests.checks.delivered import TYPES, as_promised, good_contract, in_a_line, observed

CASES = sorted((pathlib.Path(__file__).parents[1] / "golden/schema_diff").glob("*.yaml"))
GOOD = good_contract()
WORDS = {"allow": Severity.NOTE, "warn": Severity.WARN, "block": Severity.BLOCK}
schemas = st.dictionaries(st.text(min_size=1, max_size=6), st.sampled_from([*TYPES, "BLOB"]), max_size=6)


def promising(types: Mapping[str, str]) -> Contract:
    """A contract of these columns."""
    columns = tuple(Column(name=name, type=TYPES[type_], null_ratio_max=1) for name, type_ in types.items())
    on_change = {**GOOD.on_change, "added": Severity.WARN}
    return replace(GOOD, columns=columns, on_change=on_change)


def run_of(case: Mapping[str, Any]) -> CheckRun:
    """What the schema checks say of a golden case."""
    contract = promising(case["promised"])
    overruled = {change: WORDS[word] for change, word in case.get("on_change", {}).items()}
    seen = Profile(
        engine="by hand",
        rows=case.get("rows", 0),
        columns=observed(case["delivered"]),
        unparsed=case.get("unparsed", {}),
        unreadable=case.get("unreadable"),
    )
    return judge_schema(replace(contract, on_change={**contract.on_change, **overruled}), seen)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden_case(path: pathlib.Path) -> None:
    """A change of schema would be told wrongly, or not at all (the case's `about` says which)."""
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [in_a_line(finding) for finding in run_of(case).findings] == case["findings"]


@given(schemas)
def test_a_diff_of_equals_is_empty(types: dict[str, str]) -> None:
    """Good deliveries would be held."""
    promised = {name: type_ for name, type_ in types.items() if type_ in TYPES}
    contract = promising(promised)
    assert changes_of(contract, as_promised(contract)) == ()


@given(schemas, schemas)
def test_every_difference_is_told_once(promised: dict[str, str], delivered: dict[str, str]) -> None:
    """A column could change behind another one's change."""
    promised = {name: type_ for name, type_ in promised.items() if type_ in TYPES}
    changes = changes_of(promising(promised), observed(delivered))
    by_kind = {kind: {change.column for change in changes if change.kind == kind} for kind in ("removed", "added")}
    assert by_kind["removed"] == promised.keys() - delivered.keys()
    assert by_kind["added"] == delivered.keys() - promised.keys()
    changed = {change.column for change in changes if change.kind in {"retyped", "widened", "narrowed"}}
    assert changed == {name for name in promised.keys() & delivered.keys() if promised[name] != delivered[name]}
    assert sum(change.kind == "reordered" for change in changes) <= 1


@given(schemas, schemas)
def test_a_run_survives_the_ledger(promised: dict[str, str], delivered: dict[str, str]) -> None:
    """A past verdict could not be recomputed."""
    run = run_of({"promised": {name: type_ for name, type_ in promised.items() if type_ in TYPES}, "delivered": delivered})
    assert CheckRun.from_json(run.to_json()) == run
    assert run.ran == SCHEMA_CHECKS


def test_a_class_that_the_contract_does_not_know_blocks() -> None:
    """A contract kept from before a class of change existed would let it pass."""
    unread = Profile(engine="by hand", columns=(ObservedColumn(name="z", type="string", native="VARCHAR"),))
    run = judge_schema(replace(GOOD, on_change={}), unread)
    assert {finding.severity for finding in run.findings} == {Severity.BLOCK}


def test_a_probable_rename_is_evidence() -> None:
    """A person who looks for the lost column would have to guess."""
    [lost, _] = run_of({"promised": {"utilization": "decimal"}, "delivered": {"utilisation": "decimal"}}).findings
    assert lost.evidence["probable_rename"] == "utilisation"
