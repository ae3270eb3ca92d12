"""A contract read back from the JSON that the ledger keeps, so that a past verdict can be recomputed from it."""

import json
from datetime import time

from feature_health.contracts.contract import CodeTable, Column, Contract, ExpectationSpec, Freshness, RowLimits
from feature_health.contracts.faults import Plain
from feature_health.contracts.keys import PartitionScheme
from feature_health.contracts.severity import Policy, Ruling, Severity


def from_json(text: str) -> Contract:
    """The contract that `Contract.canonical_json` wrote: equal, with the same digest. Raises ValueError on any other text."""
    record = json.loads(text)
    try:
        return _contract(record)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"This is no contract's record ({type(error).__name__}: {error}).") from error


def _contract(record: Plain) -> Contract:
    freshness = record["freshness"]
    return Contract(
        **{
            **record,
            "partition": PartitionScheme(
                **{**record["partition"], "ready_by": time.fromisoformat(record["partition"]["ready_by"])}
            ),
            "key": tuple(record["key"]),
            "columns": tuple(_column(column) for column in record["columns"]),
            "policy": _policy(record["policy"]),
            "on_change": {change: Severity(word) for change, word in record["on_change"].items()},
            "rows": RowLimits(**record["rows"]),
            "freshness": None if freshness is None else Freshness(**freshness),
            "expectations": tuple(_expectation(expectation) for expectation in record["expectations"]),
            "inputs": tuple(record["inputs"]),
        }
    )


def _column(record: Plain) -> Column:
    codes = record["codes"]
    if codes is None:
        return Column(**record)
    special = {int(code): meaning for code, meaning in codes["special"].items()}
    return Column(**{**record, "codes": CodeTable(**{**codes, "special": special})})


def _policy(record: Plain) -> Policy:
    rulings = {name: Ruling(word) for name, word in record.items() if name != "tier"}
    return Policy(tier=record["tier"], **rulings)


def _expectation(record: Plain) -> ExpectationSpec:
    return ExpectationSpec(
        **{**record, "severity": Severity(record["severity"]), "failures": tuple(record["failures"])},
    )
