"""The lender's faults as the drill's fault library: told in cards, and their truth computed from both twins of a night.

Must not know how a fault is found.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from feature_health.drills.lender import FaultCard, Plant, Truth
from lending.drill.given import told_as_misuse
from lending.faults import CATALOGUE, Fault, find
from lending.faults.scopes import VALUES
from lending.faults.truth import corrupted_rows as count_corrupted
from lending.faults.truth import truth as compare


@dataclass(frozen=True, slots=True, kw_only=True)
class LendingFaults:
    """Every fault and decoy of the catalogue."""

    def cards(self) -> tuple[FaultCard, ...]:
        """All of them, faults before decoys."""
        return tuple(_card(fault) for fault in sorted(CATALOGUE.values(), key=lambda fault: fault.decoy))

    def card(self, name: str) -> FaultCard:
        """One fault, or two at once such as "B1+I2"; raises CallerError that lists the names there are."""
        with told_as_misuse():
            first, *others = find(name)
        return _both(first, others[0]) if others else _card(first)

    def truth(self, clean: Mapping[str, str], faulty: Mapping[str, str], plant: Plant) -> Truth:
        """What the plant did to a night, from the candidates of both twins; what is decided on a decoy's rows is right."""
        found = compare(clean, faulty)
        decoy = all(fault.decoy for fault in find(plant.fault))
        return Truth(
            rows={job: one.changed + one.lost + one.added for job, one in found.differences.items()},
            decisions=found.decisions,
            flipped=0 if decoy else found.flipped,
            at_stake_usd=0.0 if decoy else found.at_stake_usd,
            impact="S3" if decoy else found.impact,
            breach=None if decoy else found.breach,
            keys_sha256={job: one.keys_sha256 for job, one in found.differences.items()},
        )

    def corrupted_rows(self, job: str, clean: str, published: str) -> int:
        """How many rows of a published file the clean twin's candidate has not as they are; rows that it lacks do not count."""
        return count_corrupted(job, clean, published)


def _card(fault: Fault) -> FaultCard:
    return FaultCard(
        name=fault.name,
        title=fault.title,
        story=fault.story,
        strengths=tuple(strength.says for strength in fault.strengths),
        scopes={scope: VALUES[scope] for scope in fault.scopes},
        decoy=fault.decoy,
        job=fault.job,
    )


def _both(first: Fault, second: Fault) -> FaultCard:
    """Two at once show where the earlier of them does, and are a decoy only if both are."""
    one, other = _card(first), _card(second)
    return FaultCard(
        name=f"{one.name}+{other.name}",
        title=f"{one.title}; at once: {other.title}",
        story=f"{one.story} On the same days: {other.story}",
        strengths=tuple(f"{a} {b}" for a, b in zip(one.strengths, other.strengths, strict=True)),
        scopes={**one.scopes, **other.scopes},
        decoy=one.decoy and other.decoy,
        job=one.job,
        parts=(one.name, other.name),
    )
