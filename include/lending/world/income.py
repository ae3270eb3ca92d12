"""What the income vendors answer for a day's applications, each vendor with words of its own.

Knows nothing of how the lender normalises them.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from lending.world.applicants import Applicants
from lending.world.columns import DAY_MS, dates, money, times, words
from lending.world.draws import Bools, Draws, Floats, Ints, RowDraws, key_of, mixed
from lending.world.keys import uuids

#: Vendor, its method, share of first orders.
_SOURCES: Final = (
    ("employer_db", "instant", 0.45), ("payroll_hub", "payroll-credentials", 0.20), ("bank_view", "bank-credentials", 0.20),
    ("doc_desk", "document-upload", 0.10), ("doc_desk", "smart-outreach", 0.05),
)  # fmt: skip
_BANK, _DOCUMENTS = 2, 3
_IN_PROGRESS = 2

_PERIODS: Final = ("hourly", "weekly", "biweekly", "semimonthly", "monthly", "annual")
_PER_YEAR: Final = np.array([0.0, 52.0, 26.0, 24.0, 12.0, 1.0])
_SALARIED_SHARES: Final = (0.27, 0.43, 0.20, 0.10, 0.12)
_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "employer_db": ("hourly", "weekly", "bi-weekly", "semi-monthly", "monthly", "annually"),
    "payroll_hub": ("HOURLY", "WEEKLY", "EVERY_TWO_WEEKS", "SEMIMONTHLY", "MONTHLY", "ANNUAL"),
    "doc_desk": ("Hourly", "Weekly", "Bi-Weekly", "Semi-Monthly", "Monthly", "Yearly"),
}
_STATUSES: Final = ("completed", "unable_to_verify", "in_progress", "expired", "refused")
_EMPLOYMENT: Final = (("active", 0.90), ("on-leave", 0.03), ("inactive", 0.03), ("self-employed", 0.03), ("retired", 0.01))


def income_verifications(people: Applicants) -> pa.Table:
    """The day's verifications in order of application: one for 96%, a second by documents where the first found nothing; 0.2%
    repeated.
    """
    draws, n = people.draws, people.rows
    source = draws.pick("source", n, [share for _, _, share in _SOURCES])
    verified_share = 0.70 if people.is_weekend else 0.76  # payroll vendors are slower at weekends
    status = draws.pick("status", n, (verified_share, 0.13, 0.05, 0.02, 0.86 - verified_share - 0.06))
    first = _orders(people, draws, source=source, status=status, attempt=1)
    second_status = draws.pick("status2", n, (0.6, 0.3, 0.1, 0, 0))
    second = _orders(people, draws, source=np.full(n, _DOCUMENTS), status=second_status, attempt=2)
    ordered = draws.chance("ordered", n, 0.96)
    again = ordered & (status != 0) & draws.chance("again", n, 0.35)
    repeated = ordered & draws.chance("repeated_message", n, 0.002)
    which = [np.flatnonzero(ordered), np.flatnonzero(repeated), n + np.flatnonzero(again)]
    rows = np.concatenate(which)
    order = np.lexsort((rows >= n, rows % n))
    return pa.concat_tables([first, second]).take(pa.array(rows[order]))


def _orders(people: Applicants, draws: Draws, *, source: Ints, status: Ints, attempt: int) -> pa.Table:
    n = people.rows
    ordered = people.submitted + (16_000 + 20_000 * draws.uniform(f"order{attempt}", n)).astype(np.int64)
    ready = ordered + _delay(draws, n, attempt)
    document = ready - np.floor(28 * draws.uniform(f"document{attempt}", n)).astype(np.int64) * DAY_MS
    hired = ready - (200 + 9_000 * draws.uniform(f"hired{attempt}", n)).astype(np.int64) * DAY_MS
    pays = _pay(people, draws, source=source, attempt=attempt)
    unfound = status != 0
    unpaid = unfound | (source == _BANK)
    employment = draws.pick(f"employment{attempt}", n, [share for _, share in _EMPLOYMENT])
    return pa.table(
        {
            "id": uuids(RowDraws(ids=mixed(people.rows_drawn.ids ^ key_of(f"verification {attempt}"))), "verification"),
            "reference": people.keys,
            "consumer_key": people.consumers,
            "vendor": words(source, [vendor for vendor, _, _ in _SOURCES]),
            "method": words(source, [method for _, method, _ in _SOURCES]),
            "status": words(status, _STATUSES),
            "employment_status": words(employment, [name for name, _ in _EMPLOYMENT], unpaid),
            "employment_hire_date": dates(hired, unpaid),
            "pay_rate_amount": money(pays["amount"], unpaid),
            "pay_rate_currency": pa.repeat(pa.scalar("USD"), n),
            "pay_rate_period": _periods(source, pays["period"].astype(np.int64), unpaid),
            "hours_per_week": money(pays["hours"], unpaid),
            "annual_gross": money(pays["annual"], unfound),
            "stated_annual_income": money(people.stated_income),
            "document_date": dates(document, unfound),
            "ordered_at": times(ordered),
            "verified_at": times(ready, status == _IN_PROGRESS),
            "delivered_at": times(ready + 30_000),
        }
    )


def _periods(source: Ints, period: Ints, unpaid: Bools) -> pa.Array:
    """The pay period as each vendor spells it."""
    spellings = [_SPELLINGS.get(vendor, _PERIODS) for vendor, _, _ in _SOURCES]
    return words(source * len(_PERIODS) + period, [word for vendor in spellings for word in vendor], unpaid)


def _delay(draws: Draws, n: int, attempt: int) -> Ints:
    """Milliseconds from order to answer: mostly minutes, one in eight overnight, one in 25 days of telephone calls."""
    minutes = np.exp(0.8 + 0.9 * draws.normal(f"minutes{attempt}", n)).clip(0.05, 120)
    overnight = 60 * (6 + 12 * draws.uniform(f"overnight{attempt}", n))
    days = 24 * 60 * (1 + 5 * draws.uniform(f"days{attempt}", n))
    kind = draws.pick(f"delay{attempt}", n, (0.84, 0.12, 0.04))
    return (60_000 * np.choose(kind, [minutes, overnight, days])).astype(np.int64)


def _pay(people: Applicants, draws: Draws, *, source: Ints, attempt: int) -> dict[str, Floats]:
    """Annual gross, pay per period, its period (position) and hours a week (NaN for the salaried), consistent to the cent of the
    rate.
    """
    n = people.rows
    hourly: Bools = draws.chance("hourly", n, 0.58)
    period = np.where(hourly, 0, 1 + draws.pick("period", n, _SALARIED_SHARES))
    full = draws.chance("full_time", n, 0.8)
    hours = np.where(full, 40.0, np.round(20 + 28 * draws.uniform("hours", n), 1))
    hours = np.where(people.income / (hours * 52) < 7.25, 20.0, hours)
    annual = people.income
    estimate = source == _BANK
    annual = np.where(
        estimate, np.round(annual * np.exp(0.06 * draws.normal(f"estimate{attempt}", n)), 2).clip(9_000, 1_500_000), annual
    )
    factor = np.where(hourly, hours * 52, _PER_YEAR[period])
    amount = np.ceil(100 * annual / factor) / 100
    annual = np.where(estimate, annual, np.round(amount * factor, 2))  # what the vendor pays out in a year
    return {"annual": annual, "amount": amount, "period": period.astype(np.float64), "hours": np.where(hourly, hours, np.nan)}
