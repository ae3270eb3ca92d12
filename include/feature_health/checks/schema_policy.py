"""What follows from a change of schema: how grave it is, and who would break. The harshest word that applies rules."""

from collections.abc import Iterable
from dataclasses import dataclass

from feature_health.checks.schema_change import SchemaChange
from feature_health.contracts.contract import Contract
from feature_health.contracts.severity import Severity

_HARSHNESS = list(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """How grave a change is, and the consumers for whom it is breaking, by name."""

    severity: Severity
    breaks: tuple[str, ...] = ()


def consequence(change: SchemaChange, *contracts: Contract) -> Consequence:
    """What the contracts' policies, and those of the consumers who read what it touches, make of the change.

    A consumer may be harsher than its contract, never milder for the partition: the contract's own word always applies. What
    nobody rules upon, as in a contract kept from before a class was known, is doubt and blocks. To say for the first time what a
    column means, or what names a row, changes nothing for anybody.
    """
    if change.first_told:
        return Consequence(severity=Severity.NOTE)
    words: list[Severity] = []
    breaks: set[str] = set()
    for contract in contracts:
        own = contract.on_change.get(change.kind, Severity.BLOCK)
        reading = [consumer for consumer in contract.consumers if consumer.reads(change.columns)]
        theirs = {consumer.name: consumer.on_change.get(change.kind, own) for consumer in reading}
        words += [own, *theirs.values()]
        breaks |= {name for name, word in theirs.items() if word is Severity.BLOCK}
    return Consequence(severity=harshest(words), breaks=tuple(sorted(breaks)))


def who_breaks(consumers: Iterable[str]) -> str:
    """Who would break, as the end of a sentence; "" when nobody is named."""
    named = sorted(set(consumers))
    return f" (would break: {', '.join(named)})" if named else ""


def harshest(severities: Iterable[Severity]) -> Severity:
    """The gravest of them; a note when there is none."""
    return max(severities, key=_HARSHNESS.index, default=Severity.NOTE)


def milder(one: Severity, other: Severity) -> Severity:
    """The less grave of the two."""
    return min(one, other, key=_HARSHNESS.index)
