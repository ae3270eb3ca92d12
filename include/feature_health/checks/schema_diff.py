"""What became of the promised columns: the differences, and the findings that the policy of contract and consumers makes of them.

Three schemas are compared: the promised one with the observed, and the previous accepted with the observed. Knows nothing of
values, save the counts of those that could not be read as promised, or are not among the declared ones.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from feature_health.checks.finding import CheckRun, Finding
from feature_health.checks.schema import observed_schema, promised_schema, seen_by
from feature_health.checks.schema_change import SchemaChange, diff
from feature_health.checks.schema_policy import Consequence, consequence, milder, who_breaks
from feature_health.checks.schema_wording import OF_A_DELIVERY, SINCE_THE_PREVIOUS, sentence
from feature_health.checks.wording import share_in_words
from feature_health.contracts.contract import ChangeClass, Column, Contract
from feature_health.contracts.severity import Severity
from feature_health.profiles.measure import Count, name_of
from feature_health.profiles.partition import RevisionId
from feature_health.profiles.predicate import InSet, IsNull, Not
from feature_health.profiles.profile import NotMeasured, ObservedColumn, Profile
from feature_health.profiles.row_rule import RowRule

GROUP = "schema_diff"
READABLE, COLUMNS, PARSED, VALUES = "file.readable", "schema.columns", "schema.unparsed", "schema.values"
SINCE = "schema.previous"
BREAKING = "breaking schema change: "
SCHEMA_CHECKS = (READABLE, COLUMNS, PARSED, VALUES)
_OF_THE_PROMISE: Collection[ChangeClass] = ("key", "semantic")
"""Changes that no file shows: they are told by the promise that the previous partition was accepted under."""
_COVERED: Collection[ChangeClass] = ("added", "nullable", "reordered")
"""Changes since the previous partition that other promises answer: null ceilings, and that columns are read by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """The readable partition before this one: its revision, the contract it was judged by, and its columns."""

    revision: RevisionId
    contract: Contract
    columns: tuple[ObservedColumn, ...]

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.revision.key} (revision {self.revision.number})"


def measures_of_values(contract: Contract) -> tuple[Count, ...]:
    """What must be counted to see values beyond the declared ones."""
    return tuple(_others(column) for column in contract.columns if column.values)


def rules_of_values(contract: Contract) -> tuple[RowRule, ...]:
    """For each column of declared values the check that a row with another one fails."""
    return tuple(
        RowRule(check=f"schema.{_kind_of_values(column)}:{column.name}", failing=_others(column), columns=(column.name,))
        for column in contract.columns
        if column.values
    )


def judge_schema(contract: Contract, seen: Profile, previous: Previous | None = None) -> CheckRun:
    """What policy makes of the differences, and of values that could not be read as promised or were not declared."""
    if seen.unreadable is not None:
        findings: tuple[Finding, ...] = (unreadable(seen.unreadable),)
    else:
        findings = (
            *_broken_promises(contract, seen),
            *_undeclared(contract, seen),
            *_unparsed(contract, seen),
            *(_changed_since(previous, contract, seen) if previous else ()),
        )
    return CheckRun(
        group=GROUP,
        contract_digest=contract.digest,
        profile_digest=seen.digest,
        ran=SCHEMA_CHECKS,
        findings=findings,
        history=(str(previous.revision),) if previous else (),
    )


def unreadable(because: str) -> Finding:
    """The one finding on a file of which nothing can be read; every group of checks says it in the same words."""
    return Finding(check=READABLE, kind="unable", severity=Severity.BLOCK, because=f"the delivery cannot be read: {because}")


def changes_of(contract: Contract, columns: tuple[ObservedColumn, ...]) -> tuple[SchemaChange, ...]:
    """Every difference between what is promised and what was observed."""
    promise = promised_schema(contract)
    return diff(promise, seen_by(promise, observed_schema(columns)))


def _broken_promises(contract: Contract, seen: Profile) -> Iterator[Finding]:
    for change in changes_of(contract, seen.columns):
        given = {"promised": change.before, "observed": change.after, "probable_rename": change.probable_rename}
        yield _finding(change, sentence(change, OF_A_DELIVERY), consequence(change, contract), evidence=given)


def _finding(
    change: SchemaChange, told: str, follows: Consequence, *, evidence: Mapping[str, Any], group: str = "schema"
) -> Finding:
    blocks = follows.severity is Severity.BLOCK
    given = {name: value for name, value in evidence.items() if value is not None}
    return Finding(
        check=f"{group}.{change.kind}:{change.column}" if change.column else f"{group}.{change.kind}",
        kind="note" if follows.severity is Severity.NOTE else "violation",
        severity=follows.severity,
        because=f"{BREAKING if blocks else ''}{told}{who_breaks(follows.breaks)}",
        column=change.column or None,
        evidence={
            "change": change.kind,
            "breaking": blocks,
            **given,
            **_would_break(follows),
        },
    )


def _would_break(follows: Consequence) -> Mapping[str, Any]:
    return {"would_break": list(follows.breaks)} if follows.breaks else {}


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _others(column: Column) -> Count:
    """Rows that hold something else than the declared values."""
    return Count(where=Not(of=InSet(column=column.name, values=column.values)))


def _undeclared(contract: Contract, seen: Profile) -> Iterator[Finding]:
    """A value beyond the declared ones, counted but not told, for it is the data's."""
    for column in contract.columns:
        found = seen.column(column.name)
        if not column.values or found is None or found.type != column.type:
            continue
        try:
            count = seen[_others(column)]
        except NotMeasured as why:
            yield _values_unknown(column.name, str(why))
            continue
        if count:
            yield _of_values(column, count, seen.rows, contract)


def _values_unknown(column: str, why: str) -> Finding:
    told = f"the values of {column} could not be checked: {why}"
    return Finding(check=f"{VALUES}:{column}", kind="unable", severity=Severity.BLOCK, because=told, column=column)


def _kind_of_values(column: Column) -> ChangeClass:
    """Another value is one more, or a new meaning of all columns that it gives theirs."""
    return "semantic" if column.meaning_of else "values_added"


def _of_values(column: Column, count: int, rows: int, contract: Contract) -> Finding:
    change = SchemaChange(kind=_kind_of_values(column), column=column.name, columns=(column.name, *column.meaning_of))
    declared = ", ".join(str(value) for value in column.values[:5]) + (", …" if len(column.values) > 5 else "")
    meant = f", so {', '.join(column.meaning_of)} means something else" if column.meaning_of else ""
    told = f"{column.name} is none of {declared} in {count:,} of {rows:,} rows ({share_in_words(count, rows)}){meant}"
    return _finding(change, told, consequence(change, contract), evidence={"undeclared_count": count, "row_count": rows})


def _unparsed(contract: Contract, seen: Profile) -> Iterator[Finding]:
    """Texts that are not of the promised type: what a change of type is in a file that has none, and ruled as one."""
    types = {column.name: f" {column.type}" for column in contract.columns}
    for column, count in sorted(seen.unparsed.items()):
        if count > 0:
            follows = consequence(SchemaChange(kind="retyped", column=column, columns=(column,)), contract)
            yield Finding(
                check=f"{PARSED}:{column}",
                kind="note" if follows.severity is Severity.NOTE else "violation",
                severity=follows.severity,
                because=f"{count:,} of {seen.rows:,} values of {column} ({share_in_words(count, seen.rows)}) "
                f"are not of the promised type{types.get(column, '')}{who_breaks(follows.breaks)}",
                column=column,
                evidence={"unparsed_count": count, "row_count": seen.rows, **_would_break(follows)},
            )


# ── since the previous accepted partition ────────────────────────────────────────────────────────────────────────────


def _changed_since(previous: Previous, contract: Contract, seen: Profile) -> Iterator[Finding]:
    """What differs from the previous accepted partition and was not told as a broken promise.

    A meaning or a key that is promised anew is ruled by policy, for whoever reads the column reads it as before. Whatever else
    the promise leaves open, such as an integer's width, warns at most.
    """
    promise, before, observed = promised_schema(contract), observed_schema(previous.columns), observed_schema(seen.columns)
    told = {change.column or change.kind for change in changes_of(contract, seen.columns)}
    seen_then = {change.column for change in diff(seen_by(promise, before), seen_by(promise, observed))}
    for change in diff(before, observed):
        if (change.column or change.kind) not in told and _worth_telling(change, contract, seen):
            covered = change.kind in _COVERED or (change.kind != "removed" and change.column in seen_then)
            open_ = not covered and _readable(change, contract, previous.contract)
            severity = milder(consequence(change, contract).severity, Severity.WARN) if open_ else Severity.NOTE
            yield _since(change, previous, Consequence(severity=severity))
    for change in diff(promised_schema(previous.contract), promise):
        if change.kind in _OF_THE_PROMISE:
            yield _since(change, previous, consequence(change, contract))


def _worth_telling(change: SchemaChange, contract: Contract, seen: Profile) -> bool:
    """Writers declare nulls as they come: it is news only of a column that is never null, and before a null came in it."""
    if change.kind not in {"nullable", "required"}:
        return True
    never = {column.name for column in contract.columns if not column.null_ratio_max}
    nulls = seen.values.get(name_of(Count(where=IsNull(column=change.column))), 0)
    return change.kind == "nullable" and change.column in never and not nulls


def _readable(change: SchemaChange, *contracts: Contract) -> bool:
    """Whether decisioning could read what it touches: only promised columns are published."""
    return any(contract.column(name) for contract in contracts for name in change.columns)


def _since(change: SchemaChange, previous: Previous, follows: Consequence) -> Finding:
    told = sentence(change, SINCE_THE_PREVIOUS, since=previous.name)
    given = {"previous": change.before, "observed": change.after, "since": previous.name}
    return _finding(change, told, follows, evidence=given, group=SINCE)
