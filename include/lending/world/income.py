"""What the income vendors answer for a day's applications: nested records, amounts as decimal text, each vendor with words of
its own.

Knows nothing of how the lender normalises them.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import numpy as np

from lending.world.applicants import Applicants
from lending.world.draws import Bools, Draws, Floats, Ints
from lending.world.records import DAY_MS, Record, blank, dates, money, times

#: Vendor, its method, share of first orders.
_SOURCES: Final = (
    ("employer_db", "instant", 0.45), ("payroll_hub", "payroll-credentials", 0.20), ("bank_view", "bank-credentials", 0.20),
    ("doc_desk", "document-upload", 0.10), ("doc_desk", "smart-outreach", 0.05),
)  # fmt: skip
_BANK, _DOCUMENTS = 2, 3

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


def income_records(people: Applicants) -> list[Record]:
    """The day's records in order of order: one for 96% of applications, a second by documents where the first found nothing;
    0.2% repeated.
    """
    draws = Draws(seed=people.draws.seed, table="income", day=people.draws.day)
    n = people.rows
    source = draws.pick("source", n, [share for _, _, share in _SOURCES])
    verified_share = 0.70 if people.is_weekend else 0.76  # payroll vendors are slower at weekends
    status = draws.pick("status", n, (verified_share, 0.13, 0.05, 0.02, 0.86 - verified_share - 0.06))
    first = _orders(people, draws, source=source, status=status, attempt=1)
    documents = np.full(n, _DOCUMENTS)
    second = _orders(people, draws, source=documents, status=draws.pick("status2", n, (0.6, 0.3, 0.1, 0, 0)), attempt=2)
    ordered = draws.chance("ordered", n, 0.96)
    again = (status != 0) & draws.chance("again", n, 0.35)
    repeated = draws.chance("repeated_message", n, 0.002)
    rows: list[Record] = []
    for i in np.flatnonzero(ordered).tolist():
        rows += [first[i]] * (2 if repeated[i] else 1)
        rows += [second[i]] if again[i] else []
    return rows


def _orders(people: Applicants, draws: Draws, *, source: Ints, status: Ints, attempt: int) -> list[Record]:
    n = people.rows
    ordered = people.submitted + (16_000 + 20_000 * draws.uniform(f"order{attempt}", n)).astype(np.int64)
    ready = ordered + _delay(draws, n, attempt)
    document = ready - np.floor(28 * draws.uniform(f"document{attempt}", n)).astype(np.int64) * DAY_MS
    pays = _pay(people, draws, source=source, attempt=attempt)
    found = status == 0
    columns = {
        "id": _ids(people, attempt),
        "verified_at": blank(times(ready), status == 2),
        "delivered_at": times(ready + 30_000),
        "ordered_at": times(ordered),
        "document_date": blank(dates(document), ~found),
        "stated": money(people.stated_income),
        "annual": blank(money(pays["annual"]), ~found),
        "amount": blank(money(pays["amount"]), ~found | (source == _BANK)),
        "hours": blank(money(pays["hours"]), ~found | (source == _BANK)),
        "employment": blank([_EMPLOYMENT[i][0] for i in _employment(draws, n, attempt)], ~found | (source == _BANK)),
        "hired": blank(
            dates(ready - (200 + 9_000 * draws.uniform(f"hired{attempt}", n)).astype(np.int64) * DAY_MS),
            ~found | (source == _BANK),
        ),
    }
    period = pays["period"].astype(np.int64)
    return [
        _record(people, i, {name: column[i] for name, column in columns.items()}, int(source[i]), int(status[i]), int(period[i]))
        for i in range(n)
    ]


def _ids(people: Applicants, attempt: int) -> list[object]:
    return [str(UUID(int=UUID(key).int ^ (0xFACE << 8 | attempt))) for key in people.keys]


def _employment(draws: Draws, n: int, attempt: int) -> list[int]:
    return list(draws.pick(f"employment{attempt}", n, [share for _, share in _EMPLOYMENT]).tolist())


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


def _record(people: Applicants, i: int, values: Record, source: int, status: int, period: int) -> Record:
    vendor, method, _ = _SOURCES[source]
    paid = values["amount"] is not None
    return {
        "id": values["id"],
        "reference": people.keys[i],
        "consumer_key": people.consumers[i],
        "vendor": vendor,
        "method": method,
        "status": _STATUSES[status],
        "employment": {"status": values["employment"], "hire_date": values["hired"]},
        "pay_rate": {"amount": values["amount"], "currency": "USD", "period": _SPELLINGS[vendor][period] if paid else None},
        "hours_per_week": values["hours"] if paid else None,
        "annual_gross": values["annual"],
        "stated_annual_income": values["stated"],
        "document_date": values["document_date"],
        "ordered_at": values["ordered_at"],
        "verified_at": values["verified_at"],
        "delivered_at": values["delivered_at"],
    }
