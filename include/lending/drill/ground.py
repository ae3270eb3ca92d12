"""Where drills are held: the lender of a world, its faults, and shadows of the platform under the contracts in force.

Of the live home only its contracts are read, never its ledger or store.
"""

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lending.drill.given import told_as_misuse
from lending.drill.lender import JOBS, ShadowLender
from lending.drill.library import LendingFaults
from lending.world import Conditions, World
from lending.world.conditions import regular_campaigns
from lending.world.volume import FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from feature_health.drills.shadow import MakeShadow
    from feature_health.settings import Settings

CONDITIONS = Conditions(campaigns=regular_campaigns(FIRST_DAY, LAST_DAY, every_days=60))
"""The world of drills has mail drops, for a third of its days: what must not stop a partition is there on ordinary days too."""

FOLDER = "drills"
"""Where a home keeps what came of its drills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a drill is held with; all of it can be handed to worker processes. `contracts` is the folder they were read from."""

    lender: ShadowLender
    library: LendingFaults
    make: "MakeShadow"
    contracts: Path


def ground(*, seed: int, home: Path | None = None, contracts: Path | None = None, applications: int | None = None) -> Ground:
    """The ground for a world of that seed, under the contracts of a folder; without one those in force in the home, or ours.

    Raises CallerError for a world that there is not, JobUnknown or ContractInvalid for contracts that cannot be used.
    """
    from feature_health import wiring
    from feature_health.drills.shadow import FixedContracts

    with told_as_misuse():
        lender = ShadowLender(world=World(seed=seed, applications=applications, conditions=CONDITIONS))
    settings = _settings(home, contracts)
    fixed = FixedContracts.of(wiring.contracts(settings), tuple(JOBS))
    make = partial(wiring.shadow, contracts=fixed, calendars=lender.calendars())
    return Ground(lender=lender, library=LendingFaults(), make=make, contracts=settings.contracts)


def _settings(home: Path | None, contracts: Path | None) -> "Settings":
    from feature_health.settings import Settings

    if contracts is None and home is not None and home.is_dir():
        return Settings.of_home(home, os.environ)
    return Settings.of({"contracts": str(contracts.absolute())} if contracts else {})
