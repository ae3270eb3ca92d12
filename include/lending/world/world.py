"""The world: any table of any day, alone and in any order, the same bytes for the same seed, size and conditions.

Adding a table is a module with a function and a line in the tuple. Knows nothing of files, jobs or faults.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, Literal, get_args

import pyarrow as pa

from lending.errors import DayOutsideWorld, WorldUnknown
from lending.world.applicants import Applicants, applicants
from lending.world.applications import applications, segments
from lending.world.bank_income import bank_income
from lending.world.bureau import bureau_pulls
from lending.world.conditions import ORDINARY, Conditions
from lending.world.decisions import decisions
from lending.world.dependencies import calendar_events, dependency_status
from lending.world.deploys import deploys
from lending.world.income import income_verifications
from lending.world.outcomes import outcomes
from lending.world.paystubs import paystubs
from lending.world.planned import planned_events
from lending.world.prescreen import prescreen_blocks
from lending.world.telemetry import service_telemetry
from lending.world.volume import FIRST_DAY, LAST_DAY

Size = Literal["small", "mid", "prescreen"]
SIZES: Final[Mapping[str, int]] = MappingProxyType({"small": 5_000, "mid": 200_000, "prescreen": 5_000_000})
"""Applications of a plain Thursday; for `prescreen`, consumers on a mail drop's list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A lender's world. `applications`, where given, is how many a plain Thursday brings, whatever the size says.

    In a `prescreen` world nobody applies: a bureau answers a list of consumers on the first Tuesday of each month, and operations
    go on. Raises WorldUnknown for a size that there is not.
    """

    seed: int
    size: Size = "small"
    applications: int | None = None
    conditions: Conditions = ORDINARY

    def __post_init__(self) -> None:
        """Refuse what there is not."""
        if self.size not in get_args(Size):
            raise WorldUnknown(f"There is no world of size {self.size!r}; the sizes are {', '.join(SIZES)}.")
        if self.applications is not None and self.applications < 1:
            raise WorldUnknown(f"A world of {self.applications} applications a day is none; give at least 1.")

    @property
    def base(self) -> int:
        """Applications of a plain Thursday, or consumers on a list."""
        return self.applications or SIZES[self.size]

    def people(self, day: date) -> Applicants:
        """Who applies on the day; raises DayOutsideWorld, and WorldUnknown in a world in which nobody does."""
        if self.size == "prescreen":
            raise WorldUnknown("In a prescreen world nobody applies: of the tables about people it has bureau_pulls alone.")
        return applicants(within(day), seed=self.seed, base=self.base, conditions=self.conditions)

    def table(self, name: str, day: date) -> pa.Table:
        """The day's rows of a table, clean; raises WorldUnknown, DayOutsideWorld.

        Where millions of rows are too many for memory, `pulls` has them in parts.
        """
        if name not in _MAKERS:
            near = get_close_matches(name, _MAKERS, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise WorldUnknown(f"The world has no table {name!r};{hint} the tables are {', '.join(_MAKERS)}.")
        return _MAKERS[name](self, within(day))

    def pulls(self, day: date) -> Iterator[pa.Table]:
        """The rows of `bureau_pulls` in parts: a list's half a million at a time; raises DayOutsideWorld."""
        if self.size == "prescreen":
            yield from prescreen_blocks(within(day), seed=self.seed, rows=self.base, conditions=self.conditions)
        else:
            yield bureau_pulls(self.people(day))


def within(day: date) -> date:
    """The day, if the world has it; raises DayOutsideWorld."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise DayOutsideWorld(f"The world lasts from {FIRST_DAY} to {LAST_DAY}; {day} lies outside. Name a day within.")
    return day


def _of_people(make: Callable[[Applicants], pa.Table]) -> Callable[[World, date], pa.Table]:
    return lambda world, day: make(world.people(day))


_MAKERS: Final[Mapping[str, Callable[[World, date], pa.Table]]] = MappingProxyType(
    {
        "applications": _of_people(applications),
        "segments": _of_people(segments),
        "bureau_pulls": lambda world, day: pa.concat_tables(world.pulls(day)),
        "income_verifications": _of_people(income_verifications),
        "paystubs": _of_people(paystubs),
        "bank_income": _of_people(bank_income),
        "decisions": _of_people(decisions),
        "outcomes": lambda world, day: outcomes(day, people=world.people),
        "service_telemetry": lambda world, day: service_telemetry(world.seed, day),
        "deploys": lambda world, day: deploys(world.seed, day),
        "dependency_status": lambda world, day: dependency_status(world.seed, day),
        "calendar_events": lambda world, day: calendar_events(day, planned=planned_events(world.conditions)),
    }
)
TABLES: Final = tuple(_MAKERS)
