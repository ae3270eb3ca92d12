"""Contracts from a folder, through both passes: the shape of the file, then its expectations against the catalog."""

import pathlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from feature_health.checks.bind import Bound, Types, bind_all, catalog
from feature_health.checks.divert import may_be_diverted
from feature_health.contracts.contract import Contract
from feature_health.contracts.document import parse
from feature_health.contracts.faults import Fault, nearest, refuse, shown
from feature_health.contracts.json_schema import schema
from feature_health.contracts.parse import Parsed, parse_document, parse_file
from feature_health.contracts.shared import PROJECT_CONTRACTS, read_defaults
from feature_health.errors import JobUnknown

_NOT_CONTRACTS = frozenset({"defaults"})


@dataclass(frozen=True, slots=True)
class FolderContracts:
    """The contracts in force are those of a folder, read anew at each call; a file's name is its job's."""

    folder: pathlib.Path

    def jobs(self) -> tuple[str, ...]:
        """The jobs that have a contract, by name. A folder that is not there has none."""
        return tuple(sorted(_files(self.folder)))

    def current(self, job: str) -> Contract:
        """Raises JobUnknown, or ContractInvalid with all faults."""
        return load(self.folder, job)


def load(folder: pathlib.Path, job: str) -> Contract:
    """The job's contract; raises JobUnknown naming the nearest job, or ContractInvalid with all faults."""
    files = _files(folder)
    if job not in files:
        raise JobUnknown(_unknown(folder, job, tuple(files)))
    return _accepted(*both_passes(files[job], known=frozenset(files)))


def load_file(path: pathlib.Path) -> Contract:
    """The contract in the file; raises ContractInvalid with all faults. Its name is free, so that a draft can be tried."""
    return _accepted(*both_passes(path))


def faults_of(path: pathlib.Path) -> tuple[Fault, ...]:
    """Every fault of one contract file, by line. In a folder of contracts its name must be its job's."""
    in_force = any((folder / "defaults.yaml").is_file() for folder in (path.parent, path.parent.parent))
    return both_passes(path, known=frozenset(_files(path.parent)) if in_force else None)[1]


def contract_files(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    """Every contract file in the folder and the folders in it, by name; code tables and defaults are none."""
    for path in sorted(folder.rglob("*.yaml")):
        if path.stem not in _NOT_CONTRACTS and path.parent.name != "codes":
            yield path


def both_passes(
    path: pathlib.Path, *, types: Types | None = None, known: frozenset[str] | None = None
) -> tuple[Contract | None, tuple[Fault, ...]]:
    """The contract of the file, None when there are faults, and all faults of both passes by line.

    `known` are the jobs that have contracts; None: the file stands alone, its name and inputs are free, and it may lack what only
    a gate needs.
    """
    return _second_pass(path, parse_file(path, alone=known is None), types=types, known=known)


def load_text(content: bytes, *, beside: pathlib.Path) -> Contract:
    """As `load_file`, of a contract that is not in a file; defaults and code tables are looked for as if it lay in this one."""
    document = parse(content, file="-")
    return _accepted(*_second_pass(beside, parse_document(document, beside=beside, alone=True)))


def _second_pass(
    path: pathlib.Path, parsed: Parsed, *, types: Types | None = None, known: frozenset[str] | None = None
) -> tuple[Contract | None, tuple[Fault, ...]]:
    bound, unbound = bind_all(parsed.specs, parsed.columns, types, document=parsed.document)
    undiverted = () if parsed.faults or unbound else _nothing_diverted(parsed, bound)
    faults = sorted(
        {*parsed.faults, *unbound, *_strangers(path, parsed, known), *undiverted},
        key=lambda fault: (fault.file, fault.line, fault.where),
    )
    return (None if faults else parsed.contract), tuple(faults)


def editor_schema(folder: pathlib.Path = PROJECT_CONTRACTS) -> dict[str, Any]:
    """The JSON schema by which editors complete and check contracts, with the units and tiers of the folder's defaults.yaml."""
    defaults, faults = read_defaults(folder / "defaults.yaml")
    refuse(faults)
    assert defaults is not None  # noqa: S101 - read_defaults gives one or the other
    return schema({type_.name: type_.params for type_ in catalog()}, defaults)


def _files(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    return {path.stem: path for path in folder.glob("*.yaml") if path.stem not in _NOT_CONTRACTS}


def _unknown(folder: pathlib.Path, job: str, known: tuple[str, ...]) -> str:
    meant = nearest(job, known)
    listed = f"Jobs with a contract: {', '.join(sorted(known))}." if known else "There is no contract in that folder at all."
    return f"There is no contract of job {shown(job)} in {folder}." + (f" Did you mean '{meant}'? " if meant else " ") + listed


def _strangers(path: pathlib.Path, parsed: Parsed, known: frozenset[str] | None) -> Iterator[Fault]:
    """A contract that is called otherwise than its file, or whose inputs are no jobs, would be found by nobody."""
    tree, document = parsed.document.tree, parsed.document
    if known is None or not isinstance(tree, dict):
        return
    if isinstance(tree.get("job"), str) and tree["job"] != path.stem:
        yield document.fault(("job",), found=tree["job"], message=f"the file is called {path.name}; both must agree")
    inputs = tree.get("inputs")
    for position, name in enumerate(inputs if isinstance(inputs, list) else ()):
        if isinstance(name, str) and name not in known:
            yield document.unknown(("inputs", position), name, known, what="a job with a contract in the same folder")


def _nothing_diverted(parsed: Parsed, bound: Iterable[Bound]) -> Iterator[Fault]:
    """A contract that diverts and has no expectation whose rows may be diverted would hold everything, against its word."""
    tree = parsed.document.tree
    if isinstance(tree, dict) and "divert" in tree and not any(may_be_diverted(each) for each in bound):
        message = (
            "no expectation's rows can be diverted: one must block, hold for every row (no `mostly`) and judge rows one by one"
        )
        yield parsed.document.fault(("divert",), message=message)


def _accepted(contract: Contract | None, faults: tuple[Fault, ...]) -> Contract:
    refuse(faults)
    assert contract is not None  # noqa: S101 - no fault, so there is one
    return contract
