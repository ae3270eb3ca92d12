"""Contract files become contracts, or all their faults at once. Knows the shape of an expectation but not what any type means.

Airflow reads contracts whenever it parses a DAG file: this module needs pydantic and yaml and nothing heavier.
"""

import pathlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from pydantic import ValidationError

from feature_health.contracts.contract import (
    ITEM,
    Column,
    Consumer,
    Contract,
    DivertLimits,
    ExpectationSpec,
    Field,
    Freshness,
    RowLimits,
)
from feature_health.contracts.document import Document, read
from feature_health.contracts.faults import Fault, Plain, refuse
from feature_health.contracts.keys import NOT_PARTITIONED, PartitionScheme
from feature_health.contracts.misfits import misfits
from feature_health.contracts.rules import broken_rules, columns_in
from feature_health.contracts.severity import Severity
from feature_health.contracts.shape import ColumnShape, ContractShape, FieldShape, PartitionShape, RemarksShape
from feature_health.contracts.shared import Defaults, Shared, severities, shared_for

OURS = frozenset(field.alias or name for name, field in RemarksShape.model_fields.items())
"""Keys of an expectation that are ours, not arguments of its type."""
_NEEDED_BY_A_GATE = ("partition", "key", "rows")

SEGMENT_SHARE = 4
"""Times the share of all rows that may be diverted: what a small segment may lose by chance, and a lost one exceeds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A file after the first pass. `contract` is None when there are faults.

    `document` has the lines. `specs` are the expectations that are well formed, by their position in the file, and `columns` the
    columns (None: malformed); they are there with faults too, so that a second pass can look at the expectations all the same.
    """

    document: Document
    contract: Contract | None = None
    specs: Mapping[int, ExpectationSpec] = field(default_factory=dict)
    columns: Mapping[str, Column | None] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def contract_in(path: pathlib.Path) -> Contract:
    """The contract in the file; raises ContractInvalid with all faults that this pass can see (`checks.load` sees the rest)."""
    parsed = parse_file(path)
    refuse(parsed.faults)
    assert parsed.contract is not None  # noqa: S101 - parse_file's promise
    return parsed.contract


def parse_file(path: pathlib.Path, *, alone: bool = False) -> Parsed:
    """The first pass over one contract file; by one that stands `alone` files are judged, and it may lack what a gate needs."""
    return parse_document(read(path), beside=path, alone=alone)


def parse_document(document: Document, *, beside: pathlib.Path, alone: bool = False) -> Parsed:
    """As `parse_file`; defaults and code tables are looked for as for the file `beside`."""
    if document.faults and document.tree is None:
        return Parsed(document=document, faults=document.faults)
    if not isinstance(document.tree, dict):
        wrong = document.fault((), found=document.tree, message="a contract is a mapping that starts with `job: <name>`")
        return Parsed(document=document, faults=(*document.faults, wrong))
    return _parsed(beside, document, alone=alone)


def _parsed(path: pathlib.Path, document: Document, *, alone: bool) -> Parsed:
    shared = shared_for(path, _tables_named(document.tree))
    shape, faults = _shape(document)
    specs = _specs(document)
    columns = {name: _column(name, given, shared) for name, given in columns_in(document.tree).items()}
    misshapen = {fault.where for fault in faults}
    broken = (fault for fault in broken_rules(document, shared) if fault.where not in misshapen)
    lacking = () if alone else _lacking(document)
    everything = (
        *sorted({*document.faults, *faults, *broken, *lacking}, key=lambda fault: (fault.line, fault.where)),
        *shared.faults,
    )
    contract = None
    if shape and shared.defaults and not everything:
        contract = _contract(shape, shared.defaults, specs, columns, source=str(path))
    return Parsed(document=document, contract=contract, specs=specs, columns=columns, faults=everything)


def _lacking(document: Document) -> tuple[Fault, ...]:
    """What a gate cannot do without: which partition is meant, which row, and how many there should be."""
    return tuple(document.fault((part,), message="is missing") for part in _NEEDED_BY_A_GATE if part not in document.tree)


def _tables_named(tree: Plain) -> frozenset[str]:
    tables = (column.get("codes") for column in columns_in(tree).values())
    return frozenset(table for table in tables if isinstance(table, str))


def _shape(document: Document) -> tuple[ContractShape | None, tuple[Fault, ...]]:
    try:
        return ContractShape.model_validate(document.tree), ()
    except ValidationError as error:
        return None, misfits(error, ContractShape, document.tree, document=document)


def _specs(document: Document) -> dict[int, ExpectationSpec]:
    entries = document.tree.get("expectations")
    made: dict[int, ExpectationSpec] = {}
    for position, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict) and len(entry) == 1:
            [(type_, written)] = entry.items()
            spec = _spec(type_, written, document.line(("expectations", position)))
            made |= {position: spec} if spec else {}
    return made


def _spec(type_: str, written: Plain, line: int) -> ExpectationSpec | None:
    """The expectation as stated, None when our own keys in it are malformed (which its shape reports)."""
    try:
        remarks = RemarksShape.model_validate(written)
    except ValidationError:
        return None
    return ExpectationSpec(
        type=type_,
        kwargs={name: value for name, value in written.items() if name not in OURS},
        severity=Severity(remarks.severity),
        failures=tuple(remarks.failures),
        about=remarks.about or "",
        divert=remarks.divert,
        engine=remarks.engine,
        gx=remarks.gx,
        line=line,
    )


def _column(name: str, given: Mapping[str, Any], shared: Shared) -> Column | None:
    """The promised column, None when it is malformed."""
    try:
        shape = ColumnShape.model_validate(given)
    except ValidationError:
        return None
    default = shared.defaults.null_ratio_max if shared.defaults else 0.0
    return Column(
        name=name,
        type=shape.type,
        size=_size(shape),
        fields=_fields(shape),
        null_ratio_max=float(default if shape.nulls is None else shape.nulls),
        unit=shape.unit,
        codes=shared.codes.get(shape.codes) if shape.codes else None,
        values=tuple(shape.values or ()),
        meaning_of=tuple(shape.meaning_of or ()),
        about=shape.about or "",
    )


def _fields(shape: FieldShape) -> tuple[Field, ...]:
    inner = {ITEM: shape.items} if shape.items else shape.fields or {}
    return tuple(Field(name=name, type=each.type, size=_size(each), fields=_fields(each)) for name, each in inner.items())


def _size(shape: FieldShape) -> tuple[int, ...]:
    return (shape.size,) if isinstance(shape.size, int) else tuple(shape.size or ())


def _contract(
    shape: ContractShape,
    defaults: Defaults,
    specs: Mapping[int, ExpectationSpec],
    columns: Mapping[str, Column | None],
    *,
    source: str,
) -> Contract:
    return Contract(
        job=shape.job,
        about=shape.about,
        owner=shape.owner,
        partition=_scheme(shape.partition),
        key=tuple(shape.key),
        columns=tuple(column for column in columns.values() if column),
        policy=defaults.policies[shape.tier],
        on_change={**defaults.on_change, **severities(shape.on_change)},
        rows=RowLimits(**shape.rows.model_dump()) if shape.rows else None,
        freshness=_freshness(shape),
        expectations=tuple(specs.values()),
        inputs=tuple(shape.inputs),
        consumers=tuple(
            Consumer(name=name, columns=tuple(given.columns or ()), on_change=severities(given.on_change))
            for name, given in shape.consumers.items()
        ),
        divert=_divert(shape),
        slack_channel=shape.notify.slack,
        runbook=shape.notify.runbook,
        suite=shape.suite,
        source=source,
    )


def _divert(shape: ContractShape) -> DivertLimits | None:
    given = shape.divert
    if given is None:
        return None
    return DivertLimits(
        row_share_max=float(given.row_share_max),
        segments=tuple(given.segments),
        segment_share_max=float(given.segment_share_max or min(1.0, SEGMENT_SHARE * given.row_share_max)),
        significance=float(given.significance),
    )


def _scheme(shape: PartitionShape | None) -> PartitionScheme:
    if shape is None:
        return NOT_PARTITIONED
    return PartitionScheme(
        by=shape.by,
        timezone=shape.timezone,
        ready_by=time.fromisoformat(shape.ready_by),
        ready_days_after=shape.ready_days_after,
        column=shape.column,
    )


def _freshness(shape: ContractShape) -> Freshness | None:
    given = shape.freshness
    return Freshness(column=given.column, age_hours_max=float(given.age_hours_max)) if given else None
