"""A contract read back from the JSON that the ledger keeps, so that a past verdict can be recomputed from it."""

import json
from datetime import time
from typing import Any

from feature_health.contracts.contract import (
    ChangeClass,
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
            "on_change": _severities(record["on_change"]),
            "rows": None if record["rows"] is None else RowLimits(**record["rows"]),
            "freshness": None if freshness is None else Freshness(**freshness),
            "expectations": tuple(_expectation(expectation) for expectation in record["expectations"]),
            "inputs": tuple(record["inputs"]),
            "consumers": tuple(_consumer(consumer) for consumer in record["consumers"]),
            "divert": _divert(record["divert"]),
        }
    )


def _column(record: Plain) -> Column:
    lists = {name: tuple(record[name]) for name in ("values", "meaning_of")}
    return Column(**{**record, **lists, **_nested(record), "codes": _codes(record["codes"])})


def _field(record: Plain) -> Field:
    return Field(**{**record, **_nested(record)})


def _nested(record: Plain) -> dict[str, Any]:
    return {"size": tuple(record["size"]), "fields": tuple(_field(each) for each in record["fields"])}


def _codes(record: Plain) -> CodeTable | None:
    if record is None:
        return None
    return CodeTable(**{**record, "special": {int(code): meaning for code, meaning in record["special"].items()}})


def _consumer(record: Plain) -> Consumer:
    return Consumer(name=record["name"], columns=tuple(record["columns"]), on_change=_severities(record["on_change"]))


def _severities(record: Plain) -> dict[ChangeClass, Severity]:
    return {change: Severity(word) for change, word in record.items()}


def _divert(record: Plain) -> DivertLimits | None:
    return None if record is None else DivertLimits(**{**record, "segments": tuple(record["segments"])})


def _policy(record: Plain) -> Policy:
    rulings = {name: Ruling(word) for name, word in record.items() if name != "tier"}
    return Policy(tier=record["tier"], **rulings)


def _expectation(record: Plain) -> ExpectationSpec:
    return ExpectationSpec(
        **{**record, "severity": Severity(record["severity"]), "failures": tuple(record["failures"])},
    )
