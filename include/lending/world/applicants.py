"""Who applies on a day: people with correlated credit quality, income, debts and housing, after the tables of the domain notes
(7.2, 7.3).

The truth behind the vendors' records; knows nothing of bureaus' codes, vendors' spellings or files. What a person is depends on
the person alone, so that who applies again weeks later, or within hours, is the same one, a little older.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
import pyarrow as pa

from lending.calendars.business import LENDER_TIME
from lending.world.conditions import Conditions
from lending.world.draws import Bools, Draws, Floats, Ints, RowDraws, Words, inverse_normal, normal_share, numbered
from lending.world.keys import hex_keys, uuids
from lending.world.volume import volume

_SATURDAY = 5
_LAST_SECONDS = (
    90  # nobody applies in a day's last seconds, so that an application's orders to vendors are of the same business day
)

REPEAT_SHARE, RESUBMISSION_SHARE = 0.09, 0.021
_REPEAT_DAYS = range(2, 31)
_UNCHANGED_SHARE = 0.35  # of those who apply again within a month, whose file has not moved
_MOVED = 0.165  # standard deviations of quality in a month, of those whose file has: about 12 points of score over all

#: The share of applicants below each score; and of the whole adult population, whom prescreening reaches (March 2025).
SCORE_POINTS: Final = (300, 500, 550, 580, 620, 660, 700, 740, 780, 800, 850)
APPLICANTS_BELOW: Final = (0, 0.04, 0.11, 0.17, 0.29, 0.46, 0.635, 0.79, 0.905, 0.95, 1.0)
ADULTS_BELOW: Final = (0, 0.045, 0.1, 0.142, 0.213, 0.261, 0.381, 0.495, 0.68, 0.77, 1.0)

#: A synthetic group for monitoring, its share, and by how many standard deviations its credit quality differs.
GROUPS: Final = (("A", 0.62, 0.0), ("B", 0.14, -0.30), ("C", 0.17, -0.18), ("D", 0.07, 0.12))

#: State, share of applications in per mille, median household income compared with the country's.
STATES: Final = (
    ("AK", 2, 1.1), ("AL", 15, 0.79), ("AR", 9, 0.75), ("AZ", 22, 0.97), ("CA", 117, 1.22), ("CO", 17, 1.15), ("CT", 11, 1.16),
    ("DC", 2, 1.28), ("DE", 3, 1.02), ("FL", 67, 0.91), ("GA", 32, 0.94), ("HI", 4, 1.2), ("IA", 9, 0.91), ("ID", 6, 0.94),
    ("IL", 38, 1.01), ("IN", 20, 0.87), ("KS", 9, 0.91), ("KY", 13, 0.79), ("LA", 14, 0.75), ("MA", 21, 1.26), ("MD", 19, 1.26),
    ("ME", 4, 0.91), ("MI", 30, 0.89), ("MN", 17, 1.09), ("MO", 18, 0.87), ("MS", 9, 0.7), ("MT", 3, 0.89), ("NC", 32, 0.9),
    ("ND", 2, 0.94), ("NE", 6, 0.94), ("NH", 4, 1.2), ("NJ", 28, 1.26), ("NM", 6, 0.79), ("NV", 9, 0.96), ("NY", 59, 1.04),
    ("OH", 35, 0.88), ("OK", 12, 0.81), ("OR", 13, 1.0), ("PA", 39, 0.95), ("RI", 3, 1.05), ("SC", 16, 0.84), ("SD", 3, 0.91),
    ("TN", 21, 0.85), ("TX", 90, 0.95), ("UT", 10, 1.15), ("VA", 26, 1.13), ("VT", 2, 0.99), ("WA", 23, 1.2), ("WI", 18, 0.95),
    ("WV", 5, 0.74), ("WY", 2, 0.94),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicants:
    """One row per application of the day, in order of submission. Money in USD, `income` per year gross, payments per month;
    times in UTC ms.

    `draws` are the day's own, by row number; `rows_drawn` are the application's and `persons` the person's: the same person draws
    the same on any day. `campaign` is the position of the campaign that brought the application, -1 for none.
    """

    draws: Draws
    conditions: Conditions
    rows_drawn: RowDraws
    persons: RowDraws
    keys: pa.StringArray
    consumers: pa.StringArray
    submitted: Ints
    campaign: Ints
    is_first: Bools
    quality: Floats
    earning: Floats
    age: Ints
    group: Ints
    state: Ints
    income: Floats
    stated_income: Floats
    owns: Bools
    has_mortgage: Bools
    housing_payment: Floats
    score: Ints

    @property
    def rows(self) -> int:
        """How many applications the day has."""
        return len(self.submitted)

    @property
    def is_weekend(self) -> bool:
        """Whether the day is a Saturday or Sunday, which brings another mix of people."""
        return is_weekend(self.draws.day)


def is_weekend(day: date) -> bool:
    """Whether the day is a Saturday or Sunday."""
    return day.weekday() >= _SATURDAY


@lru_cache(maxsize=2)
def applicants(day: date, *, seed: int, base: int, conditions: Conditions) -> Applicants:
    """The people who apply on `day` when a plain Thursday brings about `base` of them."""
    came = _arrivals(day, seed=seed, base=base, conditions=conditions)
    return people(day, seed=seed, conditions=conditions, came=came)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Who came when: words that name applications and persons, days since the person's first application, UTC ms."""

    rows: Words
    persons: Words
    since_first: Ints
    shift: Floats
    submitted: Ints
    campaign: Ints


def _arrivals(day: date, *, seed: int, base: int, conditions: Conditions) -> Arrivals:
    n = volume(seed, day, base=base, conditions=conditions)
    rows = Draws(seed=seed, table="applications", day=day).rows(n)
    new, again = _new_of(n), _new_of(n) + round(REPEAT_SHARE * n)
    since_first = np.zeros(n, dtype=np.int64)
    since_first[new:again] = _REPEAT_DAYS[0] + np.floor(len(_REPEAT_DAYS) * rows.uniform("since_first")[new:again])
    index = np.arange(n)
    shift = np.full(n, _shift(day, conditions))
    persons = np.empty(n, dtype=np.uint64)
    for ago in np.unique(since_first).tolist():
        those, origin = since_first == ago, day - timedelta(days=ago)
        if ago or again < n:
            first_timers = _new_of(volume(seed, origin, base=base, conditions=conditions))
            returns = those & (index >= new)
            index[returns] = np.floor(first_timers * rows.uniform("which")[returns]).astype(np.int64)
        persons[those] = numbered(f"{seed}|persons|{origin.isoformat()}", index[those])
        shift[those] = _shift(origin, conditions)
    submitted = _submitted(day, rows.uniform("submitted"))
    submitted[again:] = _resubmitted(day, submitted[index[again:]], rows.uniform("resubmitted")[again:])
    campaign = _campaigns(day, conditions, rows)
    shift = shift - np.where(campaign >= 0, 0.17, 0.0)  # who answers a mail drop scores about 15 points lower
    order = np.argsort(submitted, kind="stable")
    return Arrivals(
        rows=rows.ids[order],
        persons=persons[order],
        since_first=since_first[order],
        shift=shift[order],
        submitted=submitted[order],
        campaign=campaign[order],
    )


def _new_of(rows: int) -> int:
    """How many of a day's applications are of people who never applied before."""
    return max(1, rows - round(REPEAT_SHARE * rows) - round(RESUBMISSION_SHARE * rows))


def _shift(day: date, conditions: Conditions) -> float:
    """How much credit quality differs on the day; weekends score about 4 points lower."""
    return conditions.drift(day) - (0.05 if is_weekend(day) else 0.0)


def _campaigns(day: date, conditions: Conditions, rows: RowDraws) -> Ints:
    lifts = [campaign.lift_on(day) for campaign in conditions.campaigns]
    if not any(lifts):
        return np.full(len(rows.ids), -1)
    return rows.pick("campaign", [1.0, *lifts]) - 1


def people(day: date, *, seed: int, conditions: Conditions, came: Arrivals, adults: bool = False) -> Applicants:
    """What is true of those who came; `adults` are like the population, not like applicants."""
    rows, persons = RowDraws(ids=came.rows), RowDraws(ids=came.persons)
    group = persons.pick("group", [share for _, share, _ in GROUPS])
    quality_then = _quality(persons, group)
    was = (_among_applicants(quality_then) if adults else quality_then) + came.shift
    moved = (came.since_first > 0) & ~rows.chance("unchanged", _UNCHANGED_SHARE)
    quality = was + np.where(moved, _MOVED * np.sqrt(came.since_first / 30) * rows.normal("moved"), 0.0)
    earning = 0.30 * was + np.sqrt(0.91) * persons.normal("earning")
    age = (18 + 57 * normal_share(0.15 * was + 0.99 * persons.normal("age") - 0.35)).astype(np.int64)
    state = _states(day, conditions, persons)
    income = _income(earning, age, np.array([level for _, _, level in STATES])[state])
    owns = persons.chance("owns", 0.45)
    return Applicants(
        draws=Draws(seed=seed, table="applicants", day=day),
        conditions=conditions,
        rows_drawn=rows,
        persons=persons,
        keys=uuids(rows, "application"),
        consumers=hex_keys(persons, "consumer"),
        submitted=came.submitted,
        campaign=came.campaign,
        is_first=came.since_first == 0,
        quality=quality,
        earning=earning,
        age=age,
        group=group,
        state=state,
        income=income,
        stated_income=_stated(rows, income),
        owns=owns,
        has_mortgage=owns & persons.chance("has_mortgage", 0.78),
        housing_payment=_housing(persons, rows, earning, owns),
        score=np.rint(np.interp(normal_share(quality), APPLICANTS_BELOW, SCORE_POINTS)).astype(np.int64),
    )


def _quality(persons: RowDraws, group: Ints) -> Floats:
    """Credit quality, standard normal over all groups together."""
    shares, shifts = np.array([share for _, share, _ in GROUPS]), np.array([shift for _, _, shift in GROUPS])
    middle = float(shares @ shifts)
    spread = float(np.sqrt(1 + shares @ shifts**2 - middle**2))
    quality: Floats = (persons.normal("quality") + shifts[group] - middle) / spread
    return quality


def _among_applicants(quality: Floats) -> Floats:
    """The quality, measured by applicants, of those who are at this place among all adults: who scores the same is the same."""
    score = np.interp(normal_share(quality), ADULTS_BELOW, SCORE_POINTS)
    return inverse_normal(np.interp(score, SCORE_POINTS, APPLICANTS_BELOW).clip(1e-7, 1 - 1e-7))


def day_begins(day: date) -> int:
    """The day's first instant in the lender's own time zone, as UTC milliseconds."""
    return at_local(day, time())


def at_local(day: date, clock: time) -> int:
    """When clocks at the lender show that time on the day, as UTC milliseconds."""
    return round(datetime.combine(day, clock, LENDER_TIME).astimezone(UTC).timestamp() * 1000)


def _states(day: date, conditions: Conditions, persons: RowDraws) -> Ints:
    shares = [float(share) for _, share, _ in STATES]
    if conditions.branch_state and (conditions.branch_opens is None or day >= conditions.branch_opens):
        shares = [share + 40 * (name == conditions.branch_state) for share, (name, _, _) in zip(shares, STATES, strict=True)]
    return persons.pick("state", shares)


def _submitted(day: date, uniform: Floats) -> Ints:
    """Times of the day: peaks after noon and in the evening, hardly anyone at four in the morning."""
    hours = np.arange(0, 24, 1 / 60)
    density = np.full_like(hours, 0.08 / 24)
    for peak, kappa in ((12.5, 2.2), (20.25, 1.6)):
        density += 0.46 * np.exp(kappa * np.cos(2 * np.pi * (hours - peak) / 24)) / (24 * np.i0(kappa))
    share = np.concatenate([[0.0], np.cumsum(density) / density.sum()])
    fraction = np.interp(uniform, share, np.linspace(0, 1, len(share)))
    begin = day_begins(day)
    length = day_begins(day + timedelta(days=1)) - begin  # 23 or 25 hours when the clocks change
    return begin + (fraction * (length - 1000 * _LAST_SECONDS)).astype(np.int64)


def _resubmitted(day: date, first: Ints, uniform: Floats) -> Ints:
    """The second of two applications of one day, minutes or hours after the first."""
    left = day_begins(day + timedelta(days=1)) - 1000 * _LAST_SECONDS - first
    return first + (left * uniform**2).astype(np.int64)


def _income(earning: Floats, age: Ints, state_level: Floats) -> Floats:
    gross = 52_000 * state_level * np.exp(0.55 * earning) * np.where(age < 25, 0.85, 1.0)
    income: Floats = gross.clip(9_000, 1_500_000).round(2)
    return income


def _stated(rows: RowDraws, income: Floats) -> Floats:
    """What people say they earn: a little more than they do, some of them much more. NaN where they leave it out."""
    inflation = np.where(rows.chance("inflates", 0.06), 1.2 + 0.8 * rows.uniform("inflation"), 1.0)
    stated: Floats = (income * np.exp(0.03 + 0.18 * rows.normal("stated")) * inflation).round()
    stated[rows.chance("says_zero", 0.001)] = 0.0
    stated[rows.chance("says_nothing", 0.002)] = np.nan
    return stated


def _housing(persons: RowDraws, rows: RowDraws, earning: Floats, owns: Bools) -> Floats:
    """Rent or mortgage a month; NaN where the applicant leaves it out."""
    e = persons.normal("housing")
    mortgage, rent = np.exp(7.12 + 0.44 * earning + 0.3 * e), np.exp(6.72 + 0.36 * earning + 0.25 * e)
    payment: Floats = np.where(owns, mortgage, rent).round(2)
    payment[rows.chance("no_housing", 0.004)] = np.nan
    return payment
