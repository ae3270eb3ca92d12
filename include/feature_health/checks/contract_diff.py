"""Two versions of one contract: what changes for those who read its columns, and which limits let more or less through.

A change of schema is ruled by the policies of both versions and of their consumers, so that nobody can loosen a policy and use it
in one edit. Knows neither files nor how it is shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from feature_health.checks.contract_limits import Limit, Sense, limits_of
from feature_health.checks.schema import promised_schema
from feature_health.checks.schema_change import SchemaChange, diff, listed
from feature_health.checks.schema_policy import Consequence, consequence, harshest
from feature_health.checks.schema_wording import OF_TWO_CONTRACTS, sentence
from feature_health.contracts.contract import Contract
from feature_health.contracts.severity import Severity
from feature_health.contracts.shape import ChangeWord
from feature_health.contracts.shared import WORD_OF

LimitKind = Literal["loosened", "tightened", "changed"]
_FOLLOWS: Mapping[LimitKind, tuple[Severity, str]] = {
    "loosened": (Severity.WARN, "more may pass"),
    "changed": (Severity.WARN, "judged differently"),
    "tightened": (Severity.NOTE, "more may be held"),
}
_NAMES_ROWS = ("partition.by", "partition.timezone", "partition.column")
"""What decides which rows a key names: who joins by it would read others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractChange:
    """One difference with what follows from it. `kind` is a class of schema change, or what became of a limit."""

    kind: str
    what: str
    told: str
    severity: Severity
    breaks: tuple[str, ...] = ()

    @property
    def policy(self) -> ChangeWord:
        """The severity in a policy's words."""
        return WORD_OF[self.severity]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractDiff:
    """Every difference: changes of schema in the order of the columns, then limits by name."""

    changes: tuple[ContractChange, ...]

    @property
    def severity(self) -> Severity:
        """The gravest of all differences; a note when there is none."""
        return harshest(change.severity for change in self.changes)

    @property
    def policy(self) -> ChangeWord:
        """The gravest of them in a policy's words."""
        return WORD_OF[self.severity]

    @property
    def breaks(self) -> tuple[str, ...]:
        """Every consumer that would break, by name."""
        return tuple(sorted({name for change in self.changes for name in change.breaks}))


def contract_diff(old: Contract, new: Contract) -> ContractDiff:
    """What changes from the old version to the new one."""
    return ContractDiff(changes=(*_of_schema(old, new), *_of_limits(old, new)))


def _of_schema(old: Contract, new: Contract) -> Iterator[ContractChange]:
    for change in diff(promised_schema(old), promised_schema(new)):
        follows = consequence(change, old, new)
        yield ContractChange(
            kind=change.kind,
            what=change.column or ", ".join(change.columns),
            told=sentence(change, OF_TWO_CONTRACTS),
            severity=follows.severity,
            breaks=follows.breaks,
        )


def _of_limits(old: Contract, new: Contract) -> Iterator[ContractChange]:
    before, after = limits_of(old), limits_of(new)
    for name in sorted(before.keys() | after.keys()):
        of = (before.get(name) or after[name]).of
        kind = _became(before.get(name), after.get(name))
        if kind is not None and (of in before) == (of in after):
            severity, meant = _FOLLOWS[kind]
            follows = Consequence(severity=severity)
            if name in _NAMES_ROWS:
                follows = consequence(SchemaChange(kind="key", column="", columns=_all_columns(old, new)), old, new)
            told = f"{name}: {_in_words(before.get(name), after.get(name))}; {meant}"
            yield ContractChange(kind=kind, what=name, told=told, severity=follows.severity, breaks=follows.breaks)


def _became(before: Limit | None, after: Limit | None) -> LimitKind | None:
    """None when both are equal. A limit that is not there is the loosest, a permission that is not there the tightest."""
    if before is None or after is None:
        limit = before or after
        looser = (before is None) == (limit is not None and limit.permission)
        return "loosened" if looser else "tightened"
    if before.value == after.value:
        return None
    if before.members is not None and after.members is not None:
        return _became_of_sets(before.members, after.members, before.sense)
    if before.tightness is None or after.tightness is None:
        return "changed"
    return "tightened" if after.tightness > before.tightness else "loosened"


def _became_of_sets(before: frozenset[str], after: frozenset[str], sense: Sense | None) -> LimitKind | None:
    if before == after:
        return None
    if sense is None or not (before < after or after < before):
        return "changed"
    return "tightened" if (before < after) == (sense == "more") else "loosened"


def _in_words(before: Limit | None, after: Limit | None) -> str:
    """What it was and is; of sets only what differs."""
    if before and after and before.members is not None and after.members is not None:
        gone, new = sorted(before.members - after.members), sorted(after.members - before.members)
        return ", ".join([*([f"without {listed(gone)}"] if gone else []), *([f"with {listed(new)}"] if new else [])])
    return " → ".join("nothing" if limit is None else limit.value for limit in (before, after))


def _all_columns(*contracts: Contract) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column.name for contract in contracts for column in contract.columns))
