"""Profiles as an engine would give them, made by hand for tests of pure code."""

import pathlib
from collections.abc import Mapping
from typing import Any

from feature_health.checks.finding import Finding
from feature_health.contracts.contract import ColumnType, Contract
from feature_health.contracts.parse import contract_in
from feature_health.profiles.measure import Count, Duplicates, Measure, Stat, ValueCounts, name_of
from feature_health.profiles.predicate import Any as AnyOf
from feature_health.profiles.predicate import IsNull
from feature_health.profiles.profile import ObservedColumn, Profile

TYPES: Mapping[str, ColumnType] = {
    "string": "string",
    "integer": "integer",
    "decimal": "decimal",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}


def good_contract() -> Contract:
    """The contract that the tests of contracts use too."""
    return contract_in(pathlib.Path(__file__).parents[1] / "contracts/valid.yaml")


def observed(types: Mapping[str, str]) -> tuple[ObservedColumn, ...]:
    """Columns of these types; a word that is no promised type is the engine's own name."""
    return tuple(ObservedColumn(name=name, type=TYPES.get(native), native=native) for name, native in types.items())


def as_promised(contract: Contract) -> tuple[ObservedColumn, ...]:
    """The columns exactly as the contract promises them."""
    return observed({column.name: column.type for column in contract.columns})


def values_of(contract: Contract, case: Mapping[str, Any]) -> dict[str, Any]:
    """The measurements that the promises need; a case says how they differ from those of a good delivery."""
    nulls = case.get("nulls", {})
    lacking = AnyOf(of=tuple(IsNull(column=name) for name in contract.key))
    measured: dict[Measure, Any] = {
        Count(): case.get("rows", 5000),
        Count(where=lacking): case.get("keyless", 0),
        Duplicates(columns=contract.key): case.get("duplicates", 0),
        Stat(column="file_date", name="max"): case.get("newest", "2026-03-02"),
        ValueCounts(column="business_date"): case.get("days", [["2026-03-02", case.get("rows", 5000)]]),
    }
    measured |= {Count(where=IsNull(column=column.name)): nulls.get(column.name, 0) for column in contract.columns}
    return {name_of(measure): value for measure, value in measured.items()}


def profile_of(contract: Contract, case: Mapping[str, Any]) -> Profile:
    """The profile of the case."""
    values = values_of(contract, case)
    because = case.get("unmeasured")
    return Profile(
        engine="by hand",
        rows=case.get("rows", 5000),
        columns=as_promised(contract),
        values={} if because else values,
        unmeasured=dict.fromkeys(values, because) if because else {},
    )


def in_a_line(finding: Finding) -> str:
    """A finding as the golden cases write it."""
    return f"{finding.severity} {finding.kind} {finding.check}: {finding.because}"
