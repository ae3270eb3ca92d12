import json
import pathlib
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feature_health.contracts.contract import (
    CodeTable,
    Column,
    Consumer,
    Contract,
    DivertLimits,
    ExpectationSpec,
    Field,
    Freshness,
    RowLimits,
)
from feature_health.contracts.document import read
from feature_health.contracts.keys import PartitionScheme
from feature_health.contracts.parse import contract_in
from feature_health.contracts.record import from_json
from feature_health.contracts.severity import Policy, Ruling, Severity

VALID = pathlib.Path(__file__).parent / "valid.yaml"
texts = st.text(max_size=20)
shares = st.floats(0, 1)
numbers = st.floats(allow_nan=False, allow_infinity=False)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
code_tables = st.builds(
    CodeTable, name=texts, valid_min=numbers, valid_max=numbers, special=st.dictionaries(st.integers(), texts, max_size=4)
)
types = st.sampled_from(["string", "integer", "list", "struct"])
fields = st.recursive(
    st.builds(Field, name=texts, type=types, size=st.sampled_from([(), (8,)])),
    lambda inner: st.builds(Field, name=texts, type=types, fields=st.lists(inner, max_size=2).map(tuple)),
    max_leaves=4,
)
policies = st.dictionaries(st.sampled_from(["added", "removed", "retyped"]), st.sampled_from(Severity))
consumers = st.builds(Consumer, name=texts, columns=st.lists(texts, max_size=2).map(tuple), on_change=policies)
columns = st.builds(
    Column,
    name=texts,
    type=st.sampled_from(["string", "integer", "decimal", "boolean", "date", "timestamp"]),
    null_ratio_max=shares,
    unit=st.none() | texts,
    codes=st.none() | code_tables,
    size=st.sampled_from([(), (32,), (14, 2)]),
    fields=st.lists(fields, max_size=2).map(tuple),
    values=st.lists(texts | st.integers(), max_size=3).map(tuple),
    meaning_of=st.lists(texts, max_size=2).map(tuple),
    about=texts,
)
expectations = st.builds(
    ExpectationSpec,
    type=texts,
    kwargs=st.dictionaries(texts, plain, max_size=4),
    severity=st.sampled_from(Severity),
    failures=st.lists(texts, max_size=3).map(tuple),
    about=texts,
    divert=st.booleans(),
    line=st.integers(0, 99),
)
contracts = st.builds(
    Contract,
    job=texts,
    about=texts,
    owner=texts,
    partition=st.builds(
        PartitionScheme,
        by=st.sampled_from(["day", "month"]),
        timezone=texts,
        column=st.none() | texts,
        ready_by=st.builds(time, st.integers(0, 23), st.integers(0, 59)),
        ready_days_after=st.integers(0, 9),
    ),
    key=st.lists(texts, max_size=3).map(tuple),
    columns=st.lists(columns, max_size=4).map(tuple),
    policy=st.builds(
        Policy,
        tier=st.integers(0, 9),
        block=st.sampled_from(Ruling),
        warn=st.sampled_from(Ruling),
        note=st.sampled_from(Ruling),
        unable=st.sampled_from(Ruling),
    ),
    on_change=policies,
    consumers=st.lists(consumers, max_size=2).map(tuple),
    rows=st.builds(RowLimits, row_count_min=st.integers(0), row_count_max=st.integers(0), calendar=st.none() | texts),
    freshness=st.none() | st.builds(Freshness, column=texts, age_hours_max=numbers),
    expectations=st.lists(expectations, max_size=4).map(tuple),
    inputs=st.lists(texts, max_size=3).map(tuple),
    divert=st.none()
    | st.builds(
        DivertLimits,
        row_share_max=shares,
        segments=st.lists(texts, max_size=3).map(tuple),
        segment_share_max=shares,
        significance=shares,
    ),
    slack_channel=st.none() | texts,
    runbook=st.none() | texts,
    source=texts,
)


@given(contracts)
def test_a_contract_survives_the_ledger(contract: Contract) -> None:
    """A past verdict would be recomputed by another contract than it was made by."""
    kept = from_json(contract.canonical_json())
    assert kept == contract
    assert kept.digest == contract.digest


@given(contracts, st.integers(1, 99))
def test_where_a_file_lies_does_not_count(contract: Contract, line: int) -> None:
    """Moving a file, or a comment in it, would look like a changed contract and have held partitions judged again."""
    moved = tuple(replace(expectation, line=line) for expectation in contract.expectations)
    assert replace(contract, source="elsewhere", expectations=moved).digest == contract.digest


@pytest.mark.parametrize("text", ["{}", "[]", "{", '{"job": "x"}', "null"])
def test_what_is_no_contract_is_refused(text: str) -> None:
    """A damaged ledger would judge by half a contract."""
    with pytest.raises(ValueError, match=r"no contract's record|Expecting"):
        from_json(text)


def shuffled(node: Any, order: random.Random, path: tuple[str, ...] = ()) -> Any:
    """The same values with the keys of every mapping in another order, save the columns, whose order is promised."""
    if isinstance(node, list):
        return [shuffled(each, order, path) for each in node]
    if not isinstance(node, Mapping):
        return node
    items = list(node.items())
    if path != ("columns",):
        order.shuffle(items)
    return {name: shuffled(value, order, (*path, name)) for name, value in items}


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_keys_in_the_file_does_not_count(tmp_path: pathlib.Path, seed: int) -> None:
    """Tidying a file would have every held partition judged again."""
    tree = read(VALID).tree
    text = json.dumps(shuffled(tree, random.Random(seed)))
    path = tmp_path / "bureau_pull.yaml"
    path.write_text(text, encoding="utf-8")
    assert contract_in(path).digest == contract_in(VALID).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nulls: 0.01", "nulls: 0.02"),
        ("min_value: 0.985", "min_value: 0.9"),
        ("tier: 1", "tier: 3"),
        ("[EFX, EXP, TUC]", "[EFX, TUC, EXP]"),
        ("added: allow", "added: block"),
        ("row_count_min: 3500", "row_count_min: 3400"),
        ("age_hours_max: 96", "age_hours_max: 95"),
        ("codes: fico_8", "codes: bureau_count"),
        ("severity: warn", "severity: block"),
    ],
)
def test_every_value_counts(tmp_path: pathlib.Path, old: str, new: str) -> None:
    """A changed limit would be in force under the digest of the old one."""
    text = VALID.read_text(encoding="utf-8")
    path = tmp_path / "bureau_pull.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert old in text
    assert contract_in(path).digest != contract_in(VALID).digest
