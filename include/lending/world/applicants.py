"""Who applies on a day: people with correlated credit quality, income, debts and housing, after the tables of the domain notes
(7.2, 7.3).

The truth behind the vendors' records; knows nothing of bureaus' codes, vendors' spellings or files.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from lending.calendars import BusinessCalendar
from lending.world.draws import Bools, Draws, Floats, Ints, normal_share

LENDER_TIME = ZoneInfo("America/New_York")

_SATURDAY = 5
_OVERDISPERSION = 1 / np.sqrt(250)  # relative spread of a day's volume, as of a negative binomial with k = 250
_LAST_SECONDS = (
    90  # nobody applies in a day's last seconds, so that an application's orders to vendors are of the same business day
)

_SCORE_SHARES = (0, 0.04, 0.11, 0.17, 0.29, 0.46, 0.635, 0.79, 0.905, 0.95, 1.0)
_SCORE_POINTS = (300, 500, 550, 580, 620, 660, 700, 740, 780, 800, 850)

#: State, share of applications in per mille, median household income compared with the country's.
_STATES = (
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
    """One row per application of the day. Money in USD, `income` per year gross, payments per month; times in UTC ms."""

    draws: Draws
    keys: list[str]
    consumers: list[str]
    submitted: Ints
    quality: Floats
    earning: Floats
    age: Ints
    states: list[str]
    income: Floats
    stated_income: Floats
    owns: Bools
    has_mortgage: Bools
    housing_payment: Floats
    score: Ints

    @property
    def rows(self) -> int:
        """How many applications the day has."""
        return len(self.keys)

    @property
    def is_weekend(self) -> bool:
        """Whether the day is a Saturday or Sunday, which brings another mix of people."""
        return self.draws.day.weekday() >= _SATURDAY


def applicants(day: date, *, seed: int, base: int) -> Applicants:
    """The people who apply on `day` when a plain Thursday brings about `base` of them."""
    draws = Draws(seed=seed, table="applicants", day=day)
    n = _volume(draws, base)
    quality = draws.normal("quality", n) - (0.05 if day.weekday() >= _SATURDAY else 0.0)  # weekends score about 4 points lower
    earning = 0.30 * quality + np.sqrt(0.91) * draws.normal("earning", n)
    age = (18 + 57 * normal_share(0.15 * quality + 0.99 * draws.normal("age", n) - 0.35)).astype(np.int64)
    state = draws.pick("state", n, [share for _, share, _ in _STATES])
    income = _income(earning, age, np.array([level for _, _, level in _STATES])[state])
    owns = draws.chance("owns", n, 0.45)
    return Applicants(
        draws=draws,
        keys=[str(UUID(bytes=_digest(seed, "application", day, i), version=4)) for i in range(n)],
        consumers=[_digest(seed, "consumer", day, i).hex() for i in range(n)],
        submitted=_submitted(draws, n),
        quality=quality,
        earning=earning,
        age=age,
        states=[_STATES[i][0] for i in state],
        income=income,
        stated_income=_stated(draws, income),
        owns=owns,
        has_mortgage=owns & draws.chance("has_mortgage", n, 0.78),
        housing_payment=_housing(draws, earning, owns),
        score=np.rint(np.interp(normal_share(quality), _SCORE_SHARES, _SCORE_POINTS)).astype(np.int64),
    )


def day_begins(day: date) -> int:
    """The day's first instant in the lender's own time zone, as UTC milliseconds."""
    return round(datetime.combine(day, time(), LENDER_TIME).astimezone(UTC).timestamp() * 1000)


def _volume(draws: Draws, base: int) -> int:
    factor, _ = BusinessCalendar().factor(draws.day)  # not what the environment says, or a day would have two truths
    noise = np.exp(_OVERDISPERSION * float(draws.normal("volume", 1)[0]))
    return max(1, round(base * factor * float(noise)))


def _digest(seed: int, what: str, day: date, row: int) -> bytes:
    return blake2b(f"{seed}|{what}|{day.isoformat()}|{row}".encode(), digest_size=16).digest()


def _submitted(draws: Draws, n: int) -> Ints:
    """Ascending times of the day: peaks after noon and in the evening, hardly anyone at four in the morning."""
    hours = np.arange(0, 24, 1 / 60)
    density = np.full_like(hours, 0.08)
    for peak, kappa in ((12.5, 2.2), (20.25, 1.6)):
        density += 0.46 * np.exp(kappa * np.cos(2 * np.pi * (hours - peak) / 24)) / np.i0(kappa)
    share = np.concatenate([[0.0], np.cumsum(density) / density.sum()])
    fraction = np.sort(np.interp(draws.uniform("submitted", n), share, np.linspace(0, 1, len(share))))
    begin = day_begins(draws.day)
    length = day_begins(draws.day + timedelta(days=1)) - begin  # 23 or 25 hours when the clocks change
    return begin + (fraction * (length - 1000 * _LAST_SECONDS)).astype(np.int64)


def _income(earning: Floats, age: Ints, state_level: Floats) -> Floats:
    gross = 52_000 * state_level * np.exp(0.55 * earning) * np.where(age < 25, 0.85, 1.0)
    income: Floats = gross.clip(9_000, 1_500_000).round(2)
    return income


def _stated(draws: Draws, income: Floats) -> Floats:
    """What people say they earn: a little more than they do, some of them much more. NaN where they leave it out."""
    n = len(income)
    inflation = np.where(draws.chance("inflates", n, 0.06), 1.2 + 0.8 * draws.uniform("inflation", n), 1.0)
    stated: Floats = (income * np.exp(0.03 + 0.18 * draws.normal("stated", n)) * inflation).round()
    stated[draws.chance("says_zero", n, 0.001)] = 0.0
    stated[draws.chance("says_nothing", n, 0.002)] = np.nan
    return stated


def _housing(draws: Draws, earning: Floats, owns: Bools) -> Floats:
    """Rent or mortgage a month; NaN where the applicant leaves it out."""
    e = draws.normal("housing", len(earning))
    mortgage, rent = np.exp(7.12 + 0.44 * earning + 0.3 * e), np.exp(6.72 + 0.36 * earning + 0.25 * e)
    payment: Floats = np.where(owns, mortgage, rent).round(2)
    payment[draws.chance("no_housing", len(earning), 0.004)] = np.nan
    return payment
