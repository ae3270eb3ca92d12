"""The world's columns together, against the formulas of the domain notes (7.3) drawn here once more in another way."""

import re
from datetime import date
from math import erf

import numpy as np
import pyarrow as pa
import pytest

from lending.world import TABLES, World
from lending.world.attributes import attributes_of
from lending.world.bureau import answers
from lending.world.cut import cut_of
from lending.world.outages import vendor_outages

DAY = date(2026, 5, 7)
COLUMNS = ("score", "log_income", "age", "util", "inquiries", "log_trades", "log_oldest", "log_balance", "log_housing")


def _as_the_notes_say(n: int) -> np.ndarray:
    """One row per column of the notes' table, drawn by NumPy's own generator."""
    generator = np.random.default_rng(5)
    e = generator.standard_normal((10, n))
    share = np.vectorize(lambda v: 0.5 * (1 + erf(v / 2**0.5)))
    g, z = e[0], 0.30 * e[0] + 0.91**0.5 * e[1]
    age = np.floor(18 + 57 * share(0.15 * g + 0.99 * e[2] - 0.35))
    below = (0, 0.04, 0.11, 0.17, 0.29, 0.46, 0.635, 0.79, 0.905, 0.95, 1.0)
    util = 100 * share(-0.75 * g + 0.66 * e[3] - 0.25) ** 0.9
    util = np.where(generator.random(n) < 0.02, generator.uniform(100, 130, n), util)
    return np.stack(
        [
            np.interp(share(g), below, (300, 500, 550, 580, 620, 660, 700, 740, 780, 800, 850)),
            0.55 * z + np.log(np.where(age < 25, 0.85, 1.0)),
            age,
            util,
            np.floor(1.45 * -np.log(share(e[4])) * np.exp(-0.35 * g)).clip(0, 25),
            np.log(np.floor(np.exp(2.3 + 0.25 * g + 0.55 * e[5])).clip(1, 92)),
            np.log(np.exp(4.95 + 0.30 * g + 0.45 * np.log(age / 38) + 0.5 * e[6]).clip(7, 720)),
            8.95 + 0.45 * z + 0.35 * e[7] + np.log(util / 60 + 0.05),
            np.where(e[9] > 0.1257, 7.12 + 0.44 * z + 0.3 * e[8], 6.72 + 0.36 * z + 0.25 * e[8]),
        ]
    )


def test_every_pair_of_columns_goes_together_as_the_notes_say() -> None:
    """A check of what belongs together would be learned on correlations that no lender has."""
    people = World(seed=11, applications=80_000).people(DAY)
    score = answers(people).score
    held = {name: np.where(cause == 0, values, np.nan) for name, (values, cause) in attributes_of(people, score).items()}
    with np.errstate(divide="ignore"):
        columns = np.stack(
            [
                np.where(score <= 850, score, np.nan),
                np.log(people.income),
                people.age,
                held["rev_util"],
                held["inq_6m"],
                np.log(held["trades_total"]),
                np.log(held["mths_oldest_trade"]),
                np.log(held["rev_balance"]),
                np.log(people.housing_payment),
            ]
        )
    columns = columns[:, np.isfinite(columns).all(axis=0)]
    assert columns.shape[1] > 60_000
    off = np.abs(np.corrcoef(columns) - np.corrcoef(_as_the_notes_say(60_000)))
    worst = np.unravel_index(np.argmax(off), off.shape)
    assert off.max() < 0.03, (COLUMNS[worst[0]], COLUMNS[worst[1]], off.max())


@pytest.mark.parametrize("name", TABLES)
def test_no_table_holds_what_looks_like_a_person(name: str) -> None:
    """The world's files would trip, or train people to ignore, a scan for social security numbers, cards and addresses."""
    table = World(seed=7, applications=500).table(name, DAY)
    pattern = re.compile(r"\b\d{3}-\d{2}-\d{4}\b|\b\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}\b|\b\d{15,16}\b|@")
    for field in table.schema:
        if pa.types.is_string(field.type):
            assert not pattern.search("\n".join(it or "" for it in table[field.name].to_pylist())), field.name


def test_groups_differ_and_all_together_do_not() -> None:
    """A monitor of who is approved would see no difference, or the whole world would have moved with it."""
    people = World(seed=11, applications=80_000).people(DAY)
    means = [people.quality[people.group == n].mean() for n in range(4)]
    assert np.array(means) - means[0] == pytest.approx([0, -0.30, -0.18, 0.12], abs=0.04)
    assert (people.quality.mean(), people.quality.std()) == pytest.approx((0, 1), abs=0.015)


def test_a_bureaus_outage_makes_answers_late_but_not_lost() -> None:
    """Every ordinary outage would be a fault; or none would show, and the bureaus' status pages would speak of nothing."""
    world, day = World(seed=7, applications=20_000), date(2026, 1, 1)
    days = [date.fromordinal(day.toordinal() + n) for n in range(365)]
    found = next(
        (d, o) for d in days for o in vendor_outages(7, d, "EFX") if _at_noon(o.begins) and o.ends - o.begins > 1_800_000
    )
    pulls = world.table("bureau_pulls", found[0])
    asked, received = (pulls[name].cast(pa.int64()).to_numpy() // 1000 for name in ("requested_at", "received_at"))
    efx = np.array(pulls["bureau"].to_pylist()) == "EFX"
    during = (asked >= found[1].begins) & (asked < found[1].ends)
    wait = (received - asked)[during & efx]
    assert len(wait) > 50
    assert np.median(wait) > 2 * np.median((received - asked)[during & ~efx])
    assert (received <= cut_of(found[0]).cast(pa.int64()).as_py() // 1000).mean() > 0.995
    assert pulls["hit_status"].to_pylist().count("timeout") / len(pulls) < 0.008


def _at_noon(milliseconds: int) -> bool:
    return 15 <= milliseconds // 3_600_000 % 24 <= 22
