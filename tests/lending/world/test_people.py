from collections import Counter
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from lending.calendars import BusinessCalendar
from lending.world import Conditions, World
from lending.world.volume import macro, volume

WORLD = World(seed=11)
FIRST = date(2026, 5, 4)
DAYS = [FIRST + timedelta(days=n) for n in range(35)]


@pytest.fixture(scope="module")
def month() -> pa.Table:
    """Five weeks of the applications' and pulls' columns that tell who came back as what."""
    parts = []
    for n, day in enumerate(DAYS):
        people = WORLD.people(day)
        parts.append(
            pa.table(
                {
                    "day": np.full(people.rows, n),
                    "consumer": people.consumers,
                    "score": people.score,
                    "income": people.income,
                    "at": people.submitted,
                }
            )
        )
    return pa.concat_tables(parts)


def test_one_in_eleven_comes_back_within_a_month(month: pa.Table) -> None:
    """Re-pulls of the same consumer would have nothing to be compared with."""
    days = month["day"].to_numpy()
    last = month.filter(pa.array(days == days.max()))["consumer"].to_pylist()
    before = set(month.filter(pa.array(days < days.max()))["consumer"].to_pylist())
    assert sum(consumer in before for consumer in last) / len(last) == pytest.approx(0.09, abs=0.015)


def test_one_in_fifty_is_sent_twice_in_a_day(month: pa.Table) -> None:
    """Resubmissions would be unknown until the first duplicate fault, and be taken for one."""
    today = month.filter(pc.equal(month["day"], 3))
    counts = Counter(today["consumer"].to_pylist())
    assert sum(count - 1 for count in counts.values()) / len(today) == pytest.approx(0.021, abs=0.004)


def test_who_comes_back_is_the_same_a_little_older(month: pa.Table) -> None:
    """A score that jumps at every pull has no normal change, and a vendor's wrong one would look like it."""
    first: dict[str, tuple[int, int, float]] = {}
    changes, ages = [], []
    for row in month.to_pylist():
        seen = first.setdefault(row["consumer"], (row["day"], row["score"], row["income"]))
        if row["day"] > seen[0]:
            changes.append(row["score"] - seen[1])
            ages.append(row["day"] - seen[0])
            assert row["income"] == seen[2]
    change, age = np.array(changes), np.array(ages)
    assert len(change) > 5_000
    assert (change == 0).mean() == pytest.approx(0.37, abs=0.04)
    assert change[age >= 25].std() == pytest.approx(12, abs=1.5)
    assert abs(change.mean()) < 0.5


def test_volume_follows_the_calendar() -> None:
    """The count of a holiday's applications would need no calendar to be judged."""
    calendar = BusinessCalendar()

    def base_of(day: date, seeds: int) -> float:
        came = [volume(seed, day, base=5000, conditions=Conditions()) / np.exp(macro(seed, day)) for seed in range(seeds)]
        return float(np.mean(came)) / calendar.factor(day)[0]

    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    for weekday in range(7):
        assert np.mean([base_of(day, 4) for day in days if day.weekday() == weekday]) == pytest.approx(5000, rel=0.03)
    for holiday in (date(2026, 7, 3), date(2026, 11, 26), date(2026, 12, 25)):
        assert base_of(holiday, 80) == pytest.approx(5000, rel=0.03)


def test_days_differ_more_than_chance() -> None:
    """A count's band learned on this world would be too narrow for any lender."""
    day = date(2026, 6, 11)
    counts = [volume(seed, day, base=5000, conditions=Conditions()) / np.exp(macro(seed, day)) for seed in range(400)]
    assert np.std(counts) / np.mean(counts) == pytest.approx(0.063, abs=0.01)


def test_a_day_has_its_hours_when_the_clocks_change() -> None:
    """A detector by the hour would take the missing hour for an outage, or the doubled one for a flood."""
    for day, hours in ((date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 3, 4), 24)):
        at = WORLD.people(day).submitted
        assert (at.max() - at.min()) / 3.6e6 == pytest.approx(hours, abs=0.2)
        assert (np.diff(at) >= 0).all()


def test_people_apply_at_noon_and_in_the_evening() -> None:
    """Hours that are always quiet would be taken for lost ones."""
    at = WORLD.people(FIRST).submitted
    hours = np.bincount((at - at.min()) // 3_600_000, minlength=24) / len(at)
    assert 11 <= int(np.argmax(hours)) <= 13
    assert hours[4] < 0.2 * hours[12]
    assert hours[20] > 2 * hours[7]
