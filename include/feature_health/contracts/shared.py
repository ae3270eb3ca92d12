"""What all contracts share: tiers, default limits and units (defaults.yaml) and vendors' special-code tables (codes/*.yaml)."""

import pathlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from feature_health.contracts.contract import ChangeClass, CodeTable
from feature_health.contracts.document import Document, read
from feature_health.contracts.faults import Fault
from feature_health.contracts.misfits import misfits
from feature_health.contracts.severity import Policy, Ruling, Severity
from feature_health.contracts.shape import AllChangesShape, ChangeWord, CodesShape, DefaultsShape, OnChangeShape, TierShape

PROJECT_CONTRACTS = pathlib.Path(__file__).resolve().parents[3] / "expectations"
_LEVELS_UP = 2

SEVERITY_OF: Mapping[ChangeWord, Severity] = {"allow": Severity.NOTE, "warn": Severity.WARN, "block": Severity.BLOCK}
WORD_OF: Mapping[Severity, ChangeWord] = {severity: word for word, severity in SEVERITY_OF.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a contract need not say itself."""

    null_ratio_max: float
    on_change: Mapping[ChangeClass, Severity]
    policies: Mapping[int, Policy]
    units: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What one contract file can draw on. `codes` are the tables it names that could be read, `known` all names there are."""

    defaults: Defaults | None = None
    codes: Mapping[str, CodeTable] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    faults: tuple[Fault, ...] = ()


def folders_for(contract: pathlib.Path) -> tuple[pathlib.Path, ...]:
    """Where defaults and code tables of a contract file are looked for: beside it, two levels up, the project's own folder."""
    folder = contract.resolve().parent
    return tuple(dict.fromkeys((folder, *folder.parents[:_LEVELS_UP], PROJECT_CONTRACTS)))


def shared_for(contract: pathlib.Path, tables: frozenset[str]) -> Shared:
    """Defaults and the named code tables for a contract file; what is wrong with them is in `faults`."""
    folders = folders_for(contract)
    defaults, faults = _defaults(contract, folders)
    files = {path.stem: path for folder in reversed(folders) for path in (folder / "codes").glob("*.yaml")}
    codes: dict[str, CodeTable] = {}
    for name in sorted(tables & files.keys()):
        table, wrong = code_table(files[name])
        faults += wrong
        codes |= {name: table} if table else {}
    return Shared(defaults=defaults, codes=codes, known=frozenset(files), faults=faults)


def _defaults(contract: pathlib.Path, folders: tuple[pathlib.Path, ...]) -> tuple[Defaults | None, tuple[Fault, ...]]:
    for folder in folders:
        if (folder / "defaults.yaml").is_file():
            return read_defaults(folder / "defaults.yaml")
    message = f"there is no defaults.yaml for it in any of {', '.join(str(folder) for folder in folders)}"
    return None, (Fault(file=str(contract), line=0, where="", message=message),)


def read_defaults(path: pathlib.Path) -> tuple[Defaults | None, tuple[Fault, ...]]:
    """The defaults in the file, or None and why."""
    document = read(path)
    if document.faults:
        return None, document.faults
    try:
        shape = DefaultsShape.model_validate(document.tree)
    except ValidationError as error:
        return None, misfits(error, DefaultsShape, document.tree, document=document)
    faults = tuple(fault for name, tier in shape.tiers.items() for fault in _tier_faults(name, tier, document))
    if faults:
        return None, faults
    return _made(shape), ()


def _made(shape: DefaultsShape) -> Defaults:
    return Defaults(
        null_ratio_max=float(shape.null_ratio_max),
        on_change=severities(shape.on_change),
        policies={int(name): policy(int(name), tier) for name, tier in shape.tiers.items()},
        units=frozenset(shape.units),
    )


def _tier_faults(name: str, tier: TierShape, document: Document) -> tuple[Fault, ...]:
    path = ("tiers", name)
    if not (name.isascii() and name.isdecimal()):
        return (document.fault(path, found=name, message="a tier is a whole number"),)
    given = policy(int(name), tier)
    if not given.block.harshness >= given.warn.harshness >= given.note.harshness:
        return (document.fault(path, message="block must not be milder than warn, nor warn than note"),)
    return ()


def policy(tier: int, shape: TierShape) -> Policy:
    """The tier's policy."""
    return Policy(tier=tier, **{name: Ruling(word) for name, word in shape.model_dump().items()})


def severities(changes: AllChangesShape | OnChangeShape) -> dict[ChangeClass, Severity]:
    """The severity of each class of change that is given."""
    given: dict[Any, Any] = changes.model_dump(exclude_none=True)
    return {change: SEVERITY_OF[word] for change, word in given.items()}


def code_table(path: pathlib.Path) -> tuple[CodeTable | None, tuple[Fault, ...]]:
    """The vendor's table in the file, or None and why."""
    document = read(path)
    if document.faults:
        return None, document.faults
    try:
        shape = CodesShape.model_validate(document.tree)
    except ValidationError as error:
        return None, misfits(error, CodesShape, document.tree, document=document)
    faults = _code_faults(shape, path, document)
    special = {int(code): meaning for code, meaning in shape.special.items()}
    table = CodeTable(name=shape.name, valid_min=float(shape.valid.min), valid_max=float(shape.valid.max), special=special)
    return (None, faults) if faults else (table, ())


def _code_faults(shape: CodesShape, path: pathlib.Path, document: Document) -> tuple[Fault, ...]:
    faults = []
    if shape.name != path.stem:
        faults.append(document.fault(("name",), found=shape.name, message=f"the file is called {path.name}; both must agree"))
    if shape.valid.min > shape.valid.max:
        faults.append(document.fault(("valid",), message=f"min {shape.valid.min:g} is above max {shape.valid.max:g}"))
    for code in shape.special:
        if shape.valid.min <= int(code) <= shape.valid.max:
            message = "a special code inside the valid range could not be told from a value"
            faults.append(document.fault(("special", code), found=int(code), message=message))
    return tuple(faults)
