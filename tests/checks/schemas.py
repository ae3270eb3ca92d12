"""Schemas by hand: a promise as contracts write it, a delivery by the types that DuckDB would find in its file."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from duckdb import sqltype

from feature_health.contracts.contract import Column, Consumer, Contract
from feature_health.contracts.parse import _column
from feature_health.contracts.severity import Severity
from feature_health.contracts.shared import PROJECT_CONTRACTS, Shared, read_defaults
from feature_health.engines.duckdb.columns import observed as by_type
from feature_health.profiles.profile import ObservedColumn
from tests.checks.delivered import TYPES, good_contract

WORDS = {"allow": Severity.NOTE, "warn": Severity.WARN, "block": Severity.BLOCK}
DEFAULTS, _ = read_defaults(PROJECT_CONTRACTS / "defaults.yaml")
assert DEFAULTS is not None
GOOD = replace(good_contract(), on_change=DEFAULTS.on_change)


def contract_of(columns: Mapping[str, Any], **rest: Any) -> Contract:
    """A contract of these columns, each its type or all of its shape, with policies in a contract's words."""
    promised = tuple(_promised(name, given) for name, given in columns.items())
    on_change = {**GOOD.on_change, **severities(rest.get("on_change", {}))}
    return replace(GOOD, columns=promised, key=(), on_change=on_change, consumers=consumers(rest.get("consumers", {})))


def _promised(name: str, given: Any) -> Column:
    column = _column(name, given if isinstance(given, dict) else {"type": given}, Shared(defaults=DEFAULTS))
    assert column is not None, (name, given)
    return column


def consumers(given: Mapping[str, Any]) -> tuple[Consumer, ...]:
    """The consumers of a golden case."""
    return tuple(
        Consumer(name=name, columns=tuple(it.get("columns", ())), on_change=severities(it.get("on_change", {})))
        for name, it in given.items()
    )


def severities(words: Mapping[Any, str]) -> dict[Any, Severity]:
    """A policy in a contract's words."""
    return {change: WORDS[word] for change, word in words.items()}


def delivered(types: Mapping[str, str]) -> tuple[ObservedColumn, ...]:
    """Columns of these types: a contract's word, or DuckDB's, with NOT NULL where the file says so."""
    return tuple(_delivered(name, type_) for name, type_ in types.items())


def _delivered(name: str, type_: str) -> ObservedColumn:
    if type_ in TYPES:
        return ObservedColumn(name=name, type=TYPES[type_], native=type_)
    return by_type(name, sqltype(type_.removesuffix(" NOT NULL")), nullable=not type_.endswith(" NOT NULL"))
