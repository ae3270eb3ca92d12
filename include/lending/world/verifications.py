"""Which incomes are verified for a day's applications: ordered of whom, answered when, and what is true of the pay.

The truth behind the income vendors' tables; knows nothing of their words.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from lending.world.applicants import Applicants
from lending.world.columns import DAY_MS, HOUR_MS, MINUTE_MS
from lending.world.draws import Bools, Floats, Ints, RowDraws, key_of, mixed
from lending.world.outages import after_outages
from lending.world.pay import Pay, pay_of

#: Vendor, its method, share of first orders.
SOURCES: Final = (
    ("employer_db", "instant", 0.45), ("payroll_hub", "payroll-credentials", 0.20), ("bank_view", "bank-credentials", 0.20),
    ("doc_desk", "document-upload", 0.10), ("doc_desk", "smart-outreach", 0.05),
)  # fmt: skip
PAYROLL, BANK, DOCUMENTS, OUTREACH = 1, 2, 3, 4

#: Positions of statuses.
FOUND, UNABLE, IN_PROGRESS, EXPIRED, REFUSED = range(5)

_ORDERED_SHARE, _AGAIN_SHARE, _REPEATED_SHARE = 0.96, 0.35, 0.002
_VERIFIED, _VERIFIED_AT_WEEKENDS = 0.76, 0.70  # payroll vendors are slower at weekends
_UNABLE, _PENDING, _EXPIRED, _REFUSED = 0.13, 0.05, 0.02, 0.04
_STATUSES_OF_SECOND: Final = (0.6, 0.3, 0.1)
_LANDS_AFTER_MS: Final = 30_000
_EASTERN_MS: Final = 5 * HOUR_MS  # vendors date by Eastern standard time all year


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifications:
    """One row per answer, in order of application; a second order follows the first, a repeated message itself.

    `of` is the application's row; `draws` are the order's own, the same in a repeated message. `source` is a position in SOURCES;
    times in UTC ms. `pay` is true whatever the status; of a bank only `monthly_deposit` (USD) is seen.
    """

    of: Ints
    draws: RowDraws
    is_repeat: Bools
    source: Ints
    status: Ints
    ordered: Ints
    ready: Ints
    pay: Pay
    monthly_deposit: Floats

    @property
    def delivered(self) -> Ints:
        """When each answer had landed, in UTC ms."""
        return self.ready + _LANDS_AFTER_MS

    @property
    def day(self) -> Ints:
        """The day of each answer, in days since 1970."""
        return np.floor_divide(self.ready - _EASTERN_MS, DAY_MS)

    @property
    def is_found(self) -> Bools:
        """Where an income was verified."""
        found: Bools = self.status == FOUND
        return found

    @property
    def is_paid(self) -> Bools:
        """Where pay was seen, of a payroll or on paper, and not only what a bank account shows."""
        paid: Bools = self.is_found & (self.source != BANK)
        return paid

    @property
    def annual(self) -> Floats:
        """Gross USD a year as the vendor has it: what the pay brings, or twelve of a bank's monthly deposits."""
        return np.where(self.source == BANK, np.round(12 * self.monthly_deposit, 2), self.pay.annual)


def verifications(people: Applicants) -> Verifications:
    """The day's answers: one order for 96% of applications, a second by documents where nothing was found; 0.2% repeated."""
    rows = people.rows_drawn
    verified = _VERIFIED_AT_WEEKENDS if people.is_weekend else _VERIFIED
    source = rows.pick("source", [share for _, _, share in SOURCES])
    status = rows.pick("status", (verified, _UNABLE, _PENDING, _EXPIRED, 1 - verified - _UNABLE - _PENDING - _EXPIRED))
    ordered = rows.chance("ordered", _ORDERED_SHARE)
    first = np.flatnonzero(ordered)
    repeated = np.flatnonzero(ordered & rows.chance("repeated_message", _REPEATED_SHARE))
    second = np.flatnonzero(ordered & (status != FOUND) & rows.chance("again", _AGAIN_SHARE))
    of = np.concatenate([first, repeated, second])
    kind = np.repeat([0, 1, 2], [len(first), len(repeated), len(second)])
    order = np.lexsort((kind, of))
    of, kind = of[order], kind[order]
    ids = np.where(kind == 2, mixed(rows.ids[of] ^ key_of("second order")), mixed(rows.ids[of] ^ key_of("order")))
    draws = RowDraws(ids=ids)
    return _answered(
        people,
        of,
        draws,
        is_repeat=kind == 1,
        source=np.where(kind == 2, DOCUMENTS, source[of]),
        status=np.where(kind == 2, draws.pick("status", _STATUSES_OF_SECOND), status[of]),
    )


def _answered(people: Applicants, of: Ints, draws: RowDraws, *, is_repeat: Bools, source: Ints, status: Ints) -> Verifications:
    vendors = [vendor for vendor, _, _ in SOURCES]
    ordered = people.submitted[of] + (16_000 + 20_000 * draws.uniform("order")).astype(np.int64)
    persons = RowDraws(ids=people.persons.ids[of])
    estimate = (people.income[of] * np.exp(0.06 * draws.normal("estimate"))).clip(9_000, 1_500_000)
    return Verifications(
        of=of,
        draws=draws,
        is_repeat=is_repeat,
        source=source,
        status=status,
        ordered=ordered,
        ready=after_outages(people.draws, vendors, source, ordered + _delay(draws), draws.uniform("after_outage")),
        pay=pay_of(persons, people.income[of], people.earning[of]),
        monthly_deposit=np.round(estimate / 12, 2),
    )


def _delay(draws: RowDraws) -> Ints:
    """Milliseconds from order to answer: mostly minutes, one in eight overnight, one in 25 days of telephone calls."""
    minutes = np.exp(0.8 + 0.9 * draws.normal("minutes")).clip(0.05, 120)
    overnight = 60 * (6 + 12 * draws.uniform("overnight"))
    days = 24 * 60 * (1 + 5 * draws.uniform("days"))
    kind = draws.pick("delay", (0.84, 0.12, 0.04))
    return (MINUTE_MS * np.choose(kind, [minutes, overnight, days])).astype(np.int64)
