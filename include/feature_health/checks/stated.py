"""A contract's expectations, each under the name of its check. Must not know how they are measured or judged."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from feature_health.checks.bind import Bound, bind
from feature_health.contracts.contract import Contract, ExpectationSpec
from feature_health.contracts.faults import Fault

_DIGEST_CHARS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One expectation of the contract under its check's name; `bound` is None when no type of today's catalog takes it."""

    check: str
    spec: ExpectationSpec
    bound: Bound | None
    fault: str = ""


def stated(contract: Contract) -> tuple[Stated, ...]:
    """The contract's expectations, each under a name that is its own and does not depend on the others' order."""
    bound, faults = bind(contract)
    by_position = {each.position: each for each in bound}
    names = [_name(spec, by_position.get(position)) for position, spec in enumerate(contract.expectations)]
    repeated = {name for name, count in Counter(names).items() if count > 1}
    return tuple(
        Stated(
            check=f"{name}#{_short_digest(spec)}" if name in repeated else name,
            spec=spec,
            bound=by_position.get(position),
            fault=_told(faults, position),
        )
        for position, (name, spec) in enumerate(zip(names, contract.expectations, strict=True))
    )


def _name(spec: ExpectationSpec, bound: Bound | None) -> str:
    """Type and columns; what else the arguments are called in a type that is unknown today cannot be known."""
    columns = ",".join(dict.fromkeys(bound.columns if bound else ())) or str(spec.kwargs.get("column", ""))
    return f"{spec.type}:{columns}" if columns else spec.type


def _short_digest(spec: ExpectationSpec) -> str:
    arguments = json.dumps(dict(spec.kwargs), sort_keys=True, default=str)
    return hashlib.sha256(arguments.encode()).hexdigest()[:_DIGEST_CHARS]


def _told(faults: Iterable[Fault], position: int) -> str:
    return "; ".join(str(fault) for fault in faults if fault.where.startswith(f"expectations[{position}]"))
