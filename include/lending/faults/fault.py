"""What a fault is: a named thing that really goes wrong in lending data, told in a lender's words, as a change of clean rows.

Knows no fault and no table; what a change does to rows is in `changes`, the rows it takes in `picks`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from lending.faults.changes import Change
from lending.faults.picks import Pick
from lending.faults.scopes import Scope

if TYPE_CHECKING:
    from lending.world.conditions import Conditions

Place = Literal["delivery", "job", "world"]
"""A vendor's table before it becomes files; the SQL of one of our own jobs; or, of decoys alone, the world as it is that day."""

Breach = Literal["leakage", "permissible_purpose", "quarantined_features"]

#: World table -> the job whose candidate is built from it.
JOB_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "applications": "application_intake",
        "bureau_pulls": "bureau_pull",
        "income_verifications": "income_verification",
        "decisions": "decision_log",
        "outcomes": "loan_performance",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """One of a fault's three strengths: a sentence, the share of rows that it takes, and a size that the fault itself reads.

    One that is `everywhere` is not confined to the fault's usual scope.
    """

    says: str
    share: float = 1.0
    size: float = 1.0
    everywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A named fault or decoy.

    `table` is a table of the world or a job, as `at` says. `roles` must be bound to columns, others are used where they are.
    `scopes` are what it may be confined to; `usual` is what it is confined to unless told otherwise, one value of each by seed.
    Its share grows evenly over `ramp_days`. A decoy changes nothing that matters and must not be stopped; it may turn the world's
    conditions (`turns`: those, the strength's size and the first day -> others), and happen on some `days` alone.
    """

    name: str
    title: str
    story: str
    at: Place
    table: str
    strengths: tuple[Strength, Strength, Strength]
    change: Change | None = None
    pick: Pick = field(default_factory=Pick)
    roles: tuple[str, ...] = ("key",)
    scopes: tuple[Scope, ...] = ("shard",)
    usual: Mapping[Scope, tuple[str, ...]] = field(default_factory=dict)
    ramp_days: int = 1
    needs_previous: bool = False
    decoy: bool = False
    turns: "Callable[[Conditions, float, date], Conditions] | None" = None
    days: tuple[date, ...] = ()

    @property
    def job(self) -> str:
        """The job whose candidate shows it first."""
        return JOB_OF.get(self.table, self.table)

    def strength(self, number: int) -> Strength:
        """Strength 1, 2 or 3."""
        if number not in (1, 2, 3):
            raise ValueError(f"a fault's strength is 1, 2 or 3, not {number}")
        return self.strengths[number - 1]

    def turned(self, conditions: "Conditions", *, strength: int, first_day: date, day: date) -> "Conditions":
        """The conditions of the world on `day` when this began on `first_day`: those given, unless a decoy turns them."""
        if self.turns is None or day < first_day:
            return conditions
        return self.turns(conditions, self.strength(strength).size, first_day)

    def share(self, number: int, *, first_day: date, day: date) -> float:
        """The share of rows that it takes on `day` when it began on `first_day`; 0 before that."""
        elapsed = (day - first_day).days + 1
        return self.strength(number).share * min(1.0, max(0, elapsed) / self.ramp_days)
