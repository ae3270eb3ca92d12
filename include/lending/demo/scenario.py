"""What is played: which keys, which deliveries, which faults are planted, and how Airflow must be set for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

from lending.errors import SettingsError

PRODUCERS = ("application_intake", "bureau_pull", "income_verification")
JOIN = "dti_join"
JOBS = (*PRODUCERS, JOIN)


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Planted:
    """A partition that must be held, and why."""

    job: str
    key: str
    why: str


class Scenario(Protocol):
    """One thing to play."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Partition keys in the order in which their deliveries come."""
        ...

    @property
    def planted(self) -> tuple[Planted, ...]:
        """Exactly the partitions that must be held."""
        ...

    @property
    def settings(self) -> Mapping[str, str]:
        """Settings of Feature Health and of the lender's jobs, by their environment names."""
        ...

    def deliver(self, landing: Path) -> Iterator[str]:
        """Write the vendors' deliveries, yielding each key when its files are there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedLender:
    """Twelve days of 5,000 applications; a bureau's block goes missing on day 9, incomes change unit on day 11."""

    seed: int = 20260622
    applications: int = 5000
    first: date = date(2026, 6, 22)

    @property
    def keys(self) -> tuple[str, ...]:
        """Days of 2026-06-22 to 2026-07-03."""
        return tuple((self.first + timedelta(days=n)).isoformat() for n in range(12))

    @property
    def planted(self) -> tuple[Planted, ...]:
        """Two faults that leave every job green."""
        return (
            Planted(job="bureau_pull", key=self.keys[8], why="one bureau's answers lack their score and attribute block"),
            Planted(job="income_verification", key=self.keys[10], why="one payroll vendor's amounts come in another unit"),
        )

    @property
    def settings(self) -> Mapping[str, str]:
        """DAGs are active over the played days only, so that unpausing starts nothing by itself."""
        return {
            "LENDING__SOURCE": "simulated",
            "AIRFLOW__FEATURE_HEALTH__AS_OF": "deadline",
            "AIRFLOW__FEATURE_HEALTH__START_DATE": (self.first - timedelta(days=1)).isoformat(),
            "AIRFLOW__FEATURE_HEALTH__END_DATE": (self.first + timedelta(days=14)).isoformat(),
        }

    def deliver(self, landing: Path) -> Iterator[str]:
        """Generate each day from the seed."""
        from feature_health.drills.lender import Plant
        from lending.drill.lender import deliver_night
        from lending.world import World

        world, days = World(seed=self.seed, applications=self.applications), [date.fromisoformat(key) for key in self.keys]
        plants = {
            days[8]: Plant(fault="B13", strength=3, scope={"bureau": "EXP"}, first_day=days[8]),
            days[10]: Plant(fault="I1", strength=2, scope={"vendor": "payroll_hub"}, first_day=days[10]),
        }
        for day in days:
            deliver_night(world, day, plants.get(day), landing)
            yield day.isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class RealLoans:
    """LendingClub's loans of 2010 by month; December's bureau feed is of the second delivery, which lost its FICO columns."""

    data: Path
    contracts: Path

    def __post_init__(self) -> None:
        """Refuse a folder without the two deliveries, naming what is missing."""
        names = ("loans_published_2017-08.parquet", "loans_published_2017-11.parquet")
        missing = [name for name in names if not (self.data / name).is_file()]
        if missing:
            raise SettingsError(
                f"Reading real loans from {self.data}: {' and '.join(missing)} "
                f"{'is' if len(missing) == 1 else 'are'} not there. Give the folder that holds both, as DATA=…/lendingclub."
            )

    @property
    def keys(self) -> tuple[str, ...]:
        """Months of 2010."""
        return tuple(f"2010-{month:02}" for month in range(1, 13))

    @property
    def planted(self) -> tuple[Planted, ...]:
        """What the vendor itself did."""
        return (
            Planted(job="bureau_pull", key="2010-12", why="the second delivery lost its FICO columns, and its ids are empty"),
        )

    @property
    def settings(self) -> Mapping[str, str]:
        """Contracts over the fields that these loans have, from which the DAGs take monthly partitions."""
        return {
            "LENDING__SOURCE": "lendingclub",
            "AIRFLOW__FEATURE_HEALTH__AS_OF": "deadline",
            "AIRFLOW__FEATURE_HEALTH__CONTRACTS": str(self.contracts),
            "AIRFLOW__FEATURE_HEALTH__START_DATE": "2009-12-01",
            "AIRFLOW__FEATURE_HEALTH__END_DATE": "2011-02-01",
        }

    def deliver(self, landing: Path) -> Iterator[str]:
        """Split the published files into the three vendors' monthly feeds."""
        from lending.lendingclub import deliver

        for key in self.keys:
            deliver(key, data=self.data, landing=landing, bureau_from="second" if key == "2010-12" else "first")
            yield key
