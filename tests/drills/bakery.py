"""A made-up lender to bakeries: scores delivered as CSV, offers joined from them, and faults that the gate stops or does not."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import duckdb

from feature_health import wiring
from feature_health.checks.load import FolderContracts
from feature_health.drills.lender import FaultCard, Impact, Plant, Truth
from feature_health.drills.shadow import FixedContracts, MakeShadow
from feature_health.errors import CallerError
from feature_health.ports import Calendar

CONTRACTS = Path(__file__).parent / "contracts"
DAY = date(2026, 3, 4)
ROWS = 100
JOBS = ("scores", "offers")
STATES = ("CA", "NY", "TX", "WY")
Row = tuple[str, str, int, float]

STORIES = {
    "OUT": "The vendor's new file writes scores of five digits.",
    "RAMP": "Scores drift upwards; on the second day they leave the range.",
    "FEW": "Two applications have an impossible score.",
    "ABSENT": "The vendor's file never comes.",
    "DOUBLE": "A release of the join doubles every offer, which stays within its limits.",
    "SORTED": "The vendor sorts its file otherwise.",
    "CHEAP": "All fees fall by a dollar, as was announced.",
}


def clean_rows(day: date) -> list[Row]:
    """The day's applications; another day has others."""
    ago = day.toordinal()
    return [(f"{day}-{n:03}", STATES[n % 4], 500 + (n * 7 + ago * 13) % 200, 10.0 + n % 9) for n in range(ROWS)]


def planted(rows: list[Row], plant: Plant | None, day: date) -> list[Row] | None:
    """What the plant makes of the rows; None when no file comes."""
    if plant is None or day < plant.first_day:
        return rows
    since = (day - plant.first_day).days
    change: Mapping[str, Callable[[int, Row], Row]] = {
        "OUT": lambda n, row: (*row[:2], row[2] * 100, row[3]) if n % 10 < 3 * plant.strength else row,
        "RAMP": lambda n, row: (*row[:2], row[2] + (900 if since else 3), row[3]) if n % 2 == 0 else row,
        "CHEAP": lambda _, row: (*row[:3], row[3] - 1),
        "FEW": lambda n, row: (*row[:2], 860, row[3]) if n in {17, 42} else row,
    }
    if plant.fault == "ABSENT":
        return None
    if plant.fault == "SORTED":
        return sorted(rows, key=lambda row: row[2])
    return [change[plant.fault](n, row) for n, row in enumerate(rows)] if plant.fault in change else rows


@dataclass(frozen=True)
class Bakery:
    """The lender; everything of a night lies below the folder that is handed in."""

    @property
    def jobs(self) -> tuple[str, ...]:
        return JOBS

    def days(self) -> tuple[date, date]:
        return date(2026, 1, 1), date(2026, 12, 31)

    def calendars(self, plant: Plant | None = None) -> Mapping[str, Calendar]:  # noqa: ARG002 - the same whatever is planted
        return {}

    def night(self, day: date, *, plant: Plant | None, folder: Path, clean: Mapping[str, str] | None = None) -> Mapping[str, str]:
        del clean
        if plant is not None and plant.fault == "REFUSED":
            raise CallerError("The bakery refuses.")
        rows = planted(clean_rows(day), plant, day)
        if rows is None:
            return {}
        file = folder / "scores.csv"
        file.write_text("\n".join(["application_id,state,score,fee", *(",".join(map(str, row)) for row in rows)]) + "\n")
        return {"scores": str(file), "offers": self._offers(str(file), plant, day, folder)}

    def rebuild(self, job: str, day: date, *, inputs: Mapping[str, str], plant: Plant | None, folder: Path) -> str | None:
        assert job == "offers"
        return self._offers(inputs["scores"], plant, day, folder)

    def _offers(self, scores: str, plant: Plant | None, day: date, folder: Path) -> str:
        doubled = plant is not None and plant.fault == "DOUBLE" and day >= plant.first_day
        amount = f"CAST(least(score, 900) * 10 * {2 if doubled else 1} AS INTEGER) AS amount"
        file = folder / "offers.parquet"
        query = f"SELECT application_id, state, {amount} FROM '{scores}' ORDER BY application_id"
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet)")
        return str(file)


@dataclass(frozen=True)
class BakeryFaults:
    """Its faults: DOUBLE is of impact S1 and missed, RAMP of S2 and found on the second day."""

    def cards(self) -> tuple[FaultCard, ...]:
        return tuple(_card(name) for name in STORIES)

    def card(self, name: str) -> FaultCard:
        if name not in STORIES:
            raise CallerError(f"There is no fault {name}. There are {', '.join(STORIES)}.")
        return _card(name)

    def truth(self, clean: Mapping[str, str], faulty: Mapping[str, str], plant: Plant) -> Truth:
        rows = {job: self.corrupted_rows(job, clean[job], faulty[job]) for job in faulty}
        flipped, stake = _flipped(clean["offers"], faulty["offers"]) if faulty else (ROWS, 0.0)
        impact: Impact = "S2" if plant.fault in {"RAMP", "FEW"} else "S1"
        return Truth(
            rows={job: count for job, count in rows.items() if count},
            decisions=ROWS,
            flipped=flipped,
            at_stake_usd=stake,
            impact=impact,
        )

    def corrupted_rows(self, job: str, clean: str, published: str) -> int:
        columns = "application_id, state, CAST(score AS BIGINT), CAST(fee AS DOUBLE)" if job == "scores" else "*"
        query = f"SELECT count(*) FROM (SELECT {columns} FROM '{published}' EXCEPT ALL SELECT {columns} FROM '{clean}')"
        return int(_one(query))


def _card(name: str) -> FaultCard:
    return FaultCard(
        name=name,
        title=f"The fault {name}",
        story=STORIES[name],
        strengths=("a little", "more", "all") if name == "OUT" else ("always the same",),
        scopes={},
        decoy=name in {"SORTED", "CHEAP"},
        job="offers" if name == "DOUBLE" else "scores",
    )


def _flipped(clean: str, faulty: str) -> tuple[int, float]:
    joined = f"'{clean}' c JOIN '{faulty}' f USING (application_id)"
    flipped = _one(f"SELECT count(*) FROM {joined} WHERE c.amount <> f.amount")
    return int(flipped), math.fsum([_one(f"SELECT coalesce(sum(abs(c.amount - f.amount)), 0) FROM {joined}")])


def _one(query: str) -> float:
    with duckdb.connect() as connection:
        found = connection.execute(query).fetchone()
    assert found is not None
    return float(found[0])


def make() -> MakeShadow:
    """Makes shadows with the bakery's contracts."""
    contracts = FixedContracts.of(FolderContracts(CONTRACTS), JOBS)
    return partial(wiring.shadow, contracts=contracts, calendars={}, threads=1)


def days_before(count: int) -> list[date]:
    """The days before DAY, oldest first."""
    return [DAY - timedelta(days=n) for n in range(count, 0, -1)]
