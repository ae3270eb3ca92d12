"""Every limit of a contract under a name, so that two versions can be compared one by one, and which of two is tighter.

What the schema itself says (types, keys, meanings, and whether a column may be null at all) is not here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from feature_health.contracts.contract import Contract, DivertLimits, ExpectationSpec
from feature_health.contracts.severity import Ruling, Severity
from feature_health.contracts.shared import WORD_OF

Sense = Literal["higher", "lower", "fewer", "more"]
"""What makes a limit tighter: a higher or lower number, fewer or more members."""

_BOUNDS: Mapping[str, tuple[Sense, Any]] = {
    "min_value": ("higher", None),
    "max_value": ("lower", None),
    "mostly": ("higher", 1),
    "tolerance": ("lower", 0),
    "tolerance_ratio": ("lower", 0),
    "threshold": ("lower", None),
    "strict_min": ("higher", False),
    "strict_max": ("higher", False),
}
"""Arguments that only say how strict an expectation is, with their defaults; None is no bound."""
_SETS: Mapping[str, Sense] = {
    "expect_column_values_to_be_in_set": "fewer",
    "expect_column_distinct_values_to_be_in_set": "fewer",
    "expect_column_values_to_not_be_in_set": "more",
    "expect_column_distinct_values_to_contain_set": "more",
}
_SEVERITIES, _RULINGS = list(Severity), list(Ruling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit. Of two the greater `tightness` is the tighter; of two sets of `members` the smaller, or the larger (`sense`).

    Where neither is given, which is tighter cannot be told. `of` names the limit that it is part of: where only one version has
    that, no more need be said. A `permission` lets more pass by being there.
    """

    value: str
    tightness: float | None = None
    members: frozenset[str] | None = None
    sense: Sense | None = None
    of: str = ""
    permission: bool = False


def limits_of(contract: Contract) -> Mapping[str, Limit]:
    """The contract's limits by name."""
    return dict((*_promises(contract), *_policies(contract), *_consumers(contract), *_expectations(contract)))


def _promises(contract: Contract) -> Iterator[tuple[str, Limit]]:
    for column in contract.columns:
        if column.null_ratio_max > 0:
            name = f"nulls of {column.name}"
            yield name, _lower(column.null_ratio_max, of=name)  # from or to never is a change of schema
    rows, fresh, cut = contract.rows, contract.freshness, contract.partition
    if rows is not None:
        yield "rows.row_count_min", Limit(value=f"{rows.row_count_min:,}", tightness=rows.row_count_min)
        yield "rows.row_count_max", Limit(value=f"{rows.row_count_max:,}", tightness=-rows.row_count_max)
        yield "rows.calendar", Limit(value=rows.calendar or "none", of="rows.row_count_min")
    if fresh is not None:
        yield f"freshness of {fresh.column}", _lower(fresh.age_hours_max)
    for name in ("by", "timezone", "column"):
        yield f"partition.{name}", Limit(value=getattr(cut, name) or "none")
    minutes = cut.ready_days_after * 1440 + cut.ready_by.hour * 60 + cut.ready_by.minute
    yield "partition.ready_by", Limit(value=f"{cut.ready_by:%H:%M}, {cut.ready_days_after} days after", tightness=-minutes)
    yield "inputs", Limit(value=", ".join(contract.inputs) or "none")
    if contract.divert is not None:  # holding back single rows lets a partition pass that would be held
        yield from _divert(contract.divert)


def _divert(limits: DivertLimits) -> Iterator[tuple[str, Limit]]:
    yield "divert", Limit(value="allowed", permission=True)
    yield "divert.row_share_max", _lower(limits.row_share_max, of="divert")
    yield "divert.segment_share_max", _lower(limits.segment_share_max, of="divert")
    yield "divert.significance", Limit(value=f"{limits.significance:g}", tightness=limits.significance, of="divert")
    yield "divert.segments", _set(limits.segments, "more", of="divert")


def _policies(contract: Contract) -> Iterator[tuple[str, Limit]]:
    for name in ("block", "warn", "note", "unable"):
        ruling = getattr(contract.policy, name)
        yield f"tier.{name}", Limit(value=ruling, tightness=_RULINGS.index(ruling))
    for kind, severity in contract.on_change.items():
        yield f"on_change.{kind}", _policy(severity)


def _consumers(contract: Contract) -> Iterator[tuple[str, Limit]]:
    everything = tuple(column.name for column in contract.columns)
    for consumer in contract.consumers:
        place = f"consumers.{consumer.name}"
        yield place, Limit(value="named")
        yield f"{place}.columns", _set(consumer.columns or everything, "more", of=place)
        for kind, severity in consumer.on_change.items():
            yield f"{place}.on_change.{kind}", _policy(severity, of=place)


def _expectations(contract: Contract) -> Iterator[tuple[str, Limit]]:
    taken: dict[str, int] = {}
    for spec in contract.expectations:
        about = {name: value for name, value in spec.kwargs.items() if name not in {*_BOUNDS, "value_set"}}
        name = f"{spec.type}({', '.join(f'{key}: {_plain(value)}' for key, value in sorted(about.items()))})"
        taken[name] = taken.get(name, 0) + 1
        place = name if taken[name] == 1 else f"{name} #{taken[name]}"
        yield place, Limit(value="stated")
        yield f"{place} severity", _severity(spec.severity, of=place)
        yield f"{place} divert", Limit(value=_plain(spec.divert), tightness=-int(spec.divert), of=place)
        yield from ((f"{place} {argument}", replace(limit, of=place)) for argument, limit in _strictness(spec))


def _strictness(spec: ExpectationSpec) -> Iterator[tuple[str, Limit]]:
    for argument, (sense, default) in _BOUNDS.items():
        value = spec.kwargs.get(argument, default)
        if value is not None:
            ordered = isinstance(value, int | float)
            tightness = (value if sense == "higher" else -value) if ordered else None
            yield argument, Limit(value=_plain(value), tightness=tightness)
    if isinstance(spec.kwargs.get("value_set"), list):
        yield "value_set", _set(spec.kwargs["value_set"], _SETS.get(spec.type))


def _set(members: Iterable[Any], sense: Sense | None, of: str = "") -> Limit:
    among = tuple(_plain(member) for member in members)
    return Limit(value=", ".join(among), members=frozenset(among), sense=sense, of=of)


def _lower(value: float, of: str = "") -> Limit:
    return Limit(value=f"{value:g}", tightness=-value, of=of)


def _severity(severity: Severity, of: str = "") -> Limit:
    return Limit(value=severity, tightness=_SEVERITIES.index(severity), of=of)


def _policy(severity: Severity, of: str = "") -> Limit:
    return replace(_severity(severity, of), value=WORD_OF[severity])


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
