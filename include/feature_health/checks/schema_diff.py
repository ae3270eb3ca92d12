"""What became of the promised columns: the differences, their classes, and the findings that policy makes of them.

Columns are known by name: a renamed one is one removed and one added, and a likely new name is evidence, never a mapping. Knows
nothing of values, save the count of those that could not be read as promised.
"""

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from feature_health.checks.finding import CheckRun, Finding
from feature_health.checks.wording import share_in_words
from feature_health.contracts.contract import ChangeClass, ColumnType, Contract
from feature_health.contracts.severity import Severity
from feature_health.profiles.profile import ObservedColumn, Profile

GROUP = "schema_diff"
READABLE, COLUMNS, PARSED = "file.readable", "schema.columns", "schema.unparsed"
BREAKING = "breaking schema change: "
SCHEMA_CHECKS = (READABLE, COLUMNS, PARSED)
RENAME_SIMILARITY_MIN = 0.8
NAMES_SHOWN_MAX = 8

# Promised type, delivered type. Wider: every promised value still fits. Narrower: promised values may have been cut on the way.
_CLASS_OF: Mapping[tuple[ColumnType, ColumnType], ChangeClass] = {
    ("integer", "decimal"): "widened",
    ("date", "timestamp"): "widened",
    ("decimal", "integer"): "narrowed",
    ("timestamp", "date"): "narrowed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaChange:
    """One difference between promised and observed columns.

    `promised` and `observed` are types (`observed` the engine's own name where no contract can promise it), None where there is
    no such column; of a reordering they are the orders of the columns that are there. `column` is "" when no single one is meant.
    `probable_rename` is the added column that a removed one may have become.
    """

    kind: ChangeClass
    column: str
    promised: str | None = None
    observed: str | None = None
    detail: str
    probable_rename: str | None = None


def diff(contract: Contract, columns: tuple[ObservedColumn, ...]) -> tuple[SchemaChange, ...]:
    """Every difference: removed and retyped columns in the promised order, then added ones in the order found, then the order."""
    promised, observed = [column.name for column in contract.columns], {column.name: column for column in columns}
    added = [column for column in columns if column.name not in promised]
    return (
        *_removed_or_retyped(contract, observed, added),
        *(_added(column) for column in added),
        *_reordered([name for name in promised if name in observed], [name for name in observed if name in promised]),
    )


def _removed_or_retyped(
    contract: Contract, observed: Mapping[str, ObservedColumn], added: Collection[ObservedColumn]
) -> Iterator[SchemaChange]:
    for column in contract.columns:
        found = observed.get(column.name)
        if found is None:
            yield _removed(column.name, column.type, added)
        elif found.type != column.type:
            kind = _CLASS_OF.get((column.type, found.type), "retyped") if found.type else "retyped"
            named = _named(found)
            detail = f"{column.name} is promised as {column.type} but delivered as {named} ({kind})"
            yield SchemaChange(kind=kind, column=column.name, promised=column.type, observed=named, detail=detail)


def _removed(name: str, promised: ColumnType, added: Collection[ObservedColumn]) -> SchemaChange:
    alike = [column.name for column in added if column.type in {promised, None}]
    renamed = _most_alike(name, alike)
    detail = f"{name} ({promised}) is promised but not in the delivery" + (
        f"; perhaps it is now called {renamed}" if renamed else ""
    )
    return SchemaChange(kind="removed", column=name, promised=promised, detail=detail, probable_rename=renamed)


def _most_alike(name: str, others: Collection[str]) -> str | None:
    by_lowered = {other.lower(): other for other in sorted(others)}
    close = difflib.get_close_matches(name.lower(), list(by_lowered), n=1, cutoff=RENAME_SIMILARITY_MIN)
    return by_lowered[close[0]] if close else None


def _added(column: ObservedColumn) -> SchemaChange:
    named = _named(column)
    detail = f"{column.name} ({named}) is in the delivery but not in the contract"
    return SchemaChange(kind="added", column=column.name, observed=named, detail=detail)


def _reordered(promised: list[str], observed: list[str]) -> Iterator[SchemaChange]:
    if promised == observed:
        return
    first = next(wanted for wanted, found in zip(promised, observed, strict=True) if wanted != found)
    moved = sum(wanted != found for wanted, found in zip(promised, observed, strict=True))
    detail = f"{moved} of {len(promised)} promised columns stand in another order, first {first}; they are read by name"
    yield SchemaChange(kind="reordered", column="", promised=_listed(promised), observed=_listed(observed), detail=detail)


def _listed(names: list[str]) -> str:
    more = len(names) - NAMES_SHOWN_MAX
    return ", ".join([*names[:NAMES_SHOWN_MAX], *([f"… ({more} more)"] if more > 0 else [])])


def _named(column: ObservedColumn) -> str:
    return column.type or column.native


def judge_schema(contract: Contract, seen: Profile) -> CheckRun:
    """What the contract's policy makes of the differences, and of values that could not be read as promised."""
    if seen.unreadable is not None:
        findings: tuple[Finding, ...] = (unreadable(seen.unreadable),)
    else:
        findings = (*(_finding(change, contract) for change in diff(contract, seen.columns)), *_unparsed(contract, seen))
    return CheckRun(
        group=GROUP, contract_digest=contract.digest, profile_digest=seen.digest, ran=SCHEMA_CHECKS, findings=findings
    )


def unreadable(because: str) -> Finding:
    """The one finding on a file of which nothing can be read; every group of checks says it in the same words."""
    return Finding(check=READABLE, kind="unable", severity=Severity.BLOCK, because=f"the delivery cannot be read: {because}")


def _finding(change: SchemaChange, contract: Contract) -> Finding:
    # What the contract does not rule upon, as one kept from before a class was known, is doubt and blocks.
    severity = contract.on_change.get(change.kind, Severity.BLOCK)
    return Finding(
        check=f"schema.{change.kind}:{change.column}" if change.column else f"schema.{change.kind}",
        kind="note" if severity is Severity.NOTE else "violation",
        severity=severity,
        because=f"{BREAKING}{change.detail}" if severity is Severity.BLOCK else change.detail,
        column=change.column or None,
        evidence={"change": change.kind, "breaking": severity is Severity.BLOCK, **_evidence(change)},
    )


def _evidence(change: SchemaChange) -> dict[str, Any]:
    given = {"promised": change.promised, "observed": change.observed, "probable_rename": change.probable_rename}
    return {name: value for name, value in given.items() if value is not None}


def _unparsed(contract: Contract, seen: Profile) -> Iterator[Finding]:
    types = {column.name: f" {column.type}" for column in contract.columns}
    for column, count in sorted(seen.unparsed.items()):
        if count > 0:
            yield Finding(
                check=f"{PARSED}:{column}",
                kind="violation",
                severity=Severity.BLOCK,
                because=f"{count:,} of {seen.rows:,} values of {column} ({share_in_words(count, seen.rows)}) "
                f"are not of the promised type{types.get(column, '')}",
                column=column,
                evidence={"unparsed_count": count, "row_count": seen.rows},
            )
