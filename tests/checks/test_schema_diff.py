import pathlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from feature_health.checks.finding import CheckRun
from feature_health.checks.schema_diff import SCHEMA_CHECKS, Previous, changes_of, judge_schema, measures_of_values
from feature_health.contracts.contract import CHANGE_CLASSES, Contract
from feature_health.contracts.severity import Policy, Severity
from feature_health.profiles.measure import Count, name_of
from feature_health.profiles.partition import RevisionId
from feature_health.profiles.predicate import IsNull
from feature_health.profiles.profile import ObservedColumn, Profile
from feature_health.verdicts.verdict import decide
from tests.checks.delivered import TYPES, as_promised, in_a_line
from tests.checks.schemas import GOOD, contract_of, delivered

CASES = sorted((pathlib.Path(__file__).parents[1] / "golden/schema_diff").glob("*.yaml"))
names = st.text(min_size=1, max_size=6)
schemas = st.dictionaries(names, st.sampled_from([*TYPES, "BLOB"]), max_size=6)
promises = st.dictionaries(names, st.sampled_from(list(TYPES)), max_size=6)
policies = st.fixed_dictionaries({kind: st.sampled_from(Severity) for kind in CHANGE_CLASSES})


def run_of(case: Mapping[str, Any]) -> CheckRun:
    """What the schema checks say of a golden case."""
    contract = contract_of(case["promised"], **case)
    counts = {column.name: count for column, count in zip(_declared(contract), measures_of_values(contract), strict=True)}
    seen = Profile(
        engine="by hand",
        rows=case.get("rows", 0),
        columns=delivered(case["delivered"]),
        values={name_of(count): case.get("undeclared", {}).get(name, 0) for name, count in counts.items()}
        | {name_of(Count(where=IsNull(column=name))): count for name, count in case.get("nulls", {}).items()},
        unparsed=case.get("unparsed", {}),
        unreadable=case.get("unreadable"),
    )
    return judge_schema(contract, seen, _previous(case, contract))


def _declared(contract: Contract) -> list[Any]:
    return [column for column in contract.columns if column.values]


def _previous(case: Mapping[str, Any], contract: Contract) -> Previous | None:
    before = case.get("previous")
    if before is None:
        return None
    promised = contract_of(before["promised"], **case) if "promised" in before else contract
    return Previous(
        revision=RevisionId(job="bureau_pull", key="2026-06-01", number=1),
        contract=replace(promised, key=tuple(before.get("key", ()))),
        columns=delivered(before["delivered"]),
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden_case(path: pathlib.Path) -> None:
    """A change of schema would be told wrongly, or not at all (the case's `about` says which)."""
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [in_a_line(finding) for finding in run_of(case).findings] == case["findings"]


@given(promises)
def test_a_diff_of_equals_is_empty(types: dict[str, str]) -> None:
    """Good deliveries would be held."""
    contract = contract_of(types)
    assert changes_of(contract, as_promised(contract)) == ()


@given(promises, schemas)
def test_every_difference_is_told_once(promised: dict[str, str], found: dict[str, str]) -> None:
    """A column could change behind another one's change."""
    changes = changes_of(contract_of(promised), delivered(found))
    by_kind = {kind: {change.column for change in changes if change.kind == kind} for kind in ("removed", "added")}
    assert by_kind["removed"] == promised.keys() - found.keys()
    assert by_kind["added"] == found.keys() - promised.keys()
    changed = {change.column for change in changes if change.kind in {"retyped", "widened", "narrowed"}}
    assert changed == {name for name in promised.keys() & found.keys() if promised[name] != found[name]}
    assert sum(change.kind == "reordered" for change in changes) <= 1


@given(promises, schemas, policies, st.data())
def test_a_further_change_never_makes_the_ruling_milder(
    promised: dict[str, str], found: dict[str, str], policy: dict[Any, Severity], data: st.DataObject
) -> None:
    """A feed could pass by breaking more of its promises."""
    contract = replace(contract_of(promised), on_change=policy)
    kept = [name for name in promised if found.get(name) == promised[name]]
    lost = data.draw(st.sampled_from(kept)) if kept else None
    rulings = [
        decide(
            judge_schema(contract, Profile(engine="by hand", columns=delivered(columns))).findings,
            promised=SCHEMA_CHECKS,
            ran=SCHEMA_CHECKS,
            policy=Policy(tier=1),
        ).ruling.harshness
        for columns in (found, {name: type_ for name, type_ in found.items() if name != lost})
    ]
    order = [name for name in found if name in promised] != [name for name in promised if name in found]
    assert rulings[0] <= rulings[1] or order  # losing a column can put the others back into their order


@given(promises, schemas)
def test_a_run_survives_the_ledger(promised: dict[str, str], found: dict[str, str]) -> None:
    """A past verdict could not be recomputed."""
    run = run_of({"promised": promised, "delivered": found})
    assert CheckRun.from_json(run.to_json()) == run
    assert run.ran == SCHEMA_CHECKS


def test_columns_survive_the_ledger() -> None:
    """The next partition would be compared with another schema than the one that was accepted."""
    types = {"s": "STRUCT(a DECIMAL(4,2), b MAP(VARCHAR, INTEGER[]))", "i": "UINTEGER NOT NULL", "t": "TIMESTAMP"}
    seen = Profile(engine="by hand", columns=delivered(types))
    assert Profile.from_json(seen.to_json()) == seen


def test_a_class_that_the_contract_does_not_know_blocks() -> None:
    """A contract kept from before a class of change existed would let it pass."""
    unread = Profile(engine="by hand", columns=(ObservedColumn(name="z", type="string", native="VARCHAR"),))
    run = judge_schema(replace(GOOD, on_change={}), unread)
    assert {finding.severity for finding in run.findings} == {Severity.BLOCK}


def test_values_that_were_not_counted_block() -> None:
    """An engine that fails to count would let an unknown score model pass."""
    contract = contract_of({"model": {"type": "string", "values": ["FICO8"]}})
    [finding] = judge_schema(contract, Profile(engine="by hand", columns=as_promised(contract))).findings
    assert (finding.kind, finding.severity) == ("unable", Severity.BLOCK)


def test_a_probable_rename_is_evidence() -> None:
    """A person who looks for the lost column would have to guess."""
    [lost, _] = run_of({"promised": {"utilization": "decimal"}, "delivered": {"utilisation": "decimal"}}).findings
    assert lost.evidence["probable_rename"] == "utilisation"


def test_who_would_break_is_evidence() -> None:
    """A page or a message could not name them without reading sentences."""
    case = {"promised": {"a": "integer"}, "delivered": {}, "consumers": {"pd_model": {"columns": ["a"]}, "dashboard": {}}}
    [lost] = run_of(case).findings
    assert lost.evidence["would_break"] == ["dashboard", "pd_model"]
