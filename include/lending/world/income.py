"""What the income vendors answer for a day's applications, each vendor with words of its own.

Knows nothing of how the lender normalises them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lending.world.applicants import Applicants
from lending.world.bank_income import last_transaction, months_observed, refunds
from lending.world.columns import days, money, times, whole, words
from lending.world.draws import Bools, Ints, RowDraws, numbered
from lending.world.keys import hex_keys, uuids
from lending.world.pay import PERIODS
from lending.world.verifications import BANK, IN_PROGRESS, SOURCES, Verifications, verifications

_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "employer_db": ("hourly", "weekly", "bi-weekly", "semi-monthly", "monthly", "annually"),
    "payroll_hub": ("HOURLY", "WEEKLY", "EVERY_TWO_WEEKS", "SEMIMONTHLY", "MONTHLY", "ANNUAL"),
    "doc_desk": ("Hourly", "Weekly", "Bi-Weekly", "Semi-Monthly", "Monthly", "Yearly"),
}
_STATUSES: Final = ("completed", "unable_to_verify", "in_progress", "expired", "refused")
_EMPLOYMENT: Final = (("active", 0.90), ("on-leave", 0.03), ("inactive", 0.03), ("self-employed", 0.03), ("retired", 0.01))
_INACTIVE, _SELF_EMPLOYED, _RETIRED = 2, 3, 4
_EMPLOYERS: Final = 20_000
_EPOCH: Final = date(1970, 1, 1)


def income_verifications(people: Applicants) -> pa.Table:
    """The day's verifications in order of application; amounts in USD, pay per `pay_rate_period`, `annual_gross` per year."""
    answers = verifications(people)
    of, unfound, unpaid = answers.of, ~answers.is_found, ~answers.is_paid
    employment = people.persons.pick("employed_as", [share for _, share in _EMPLOYMENT])[of]
    payday = answers.pay.paid_on(answers.day)
    ytd = answers.pay.year_to_date(payday)
    source, bank = answers.source, answers.is_found & (answers.source == BANK)
    return pa.table(
        {
            "id": uuids(answers.draws, "verification"),
            "reference": people.keys.take(pa.array(of)),
            "consumer_key": people.consumers.take(pa.array(of)),
            "vendor": words(source, [vendor for vendor, _, _ in SOURCES]),
            "method": words(source, [method for _, method, _ in SOURCES]),
            "transaction_id": hex_keys(answers.draws, "transaction"),
            "status": words(answers.status, _STATUSES),
            "employment_status": words(employment, [name for name, _ in _EMPLOYMENT], unpaid),
            "employment_hire_date": days(_hired(people)[of], unpaid),
            "employment_termination_date": days(_left(answers), unpaid | (employment != _INACTIVE)),
            "employer_key": _employers(people, of, unpaid | np.isin(employment, (_SELF_EMPLOYED, _RETIRED))),
            "pay_rate_amount": money(answers.pay.amount, unpaid),
            "pay_rate_currency": pa.repeat(pa.scalar("USD"), len(of)),
            "pay_rate_period": _periods(source, answers.pay.period, unpaid),
            "hours_per_week": money(answers.pay.hours, unpaid),
            "annual_gross": money(answers.annual, unfound),
            "ytd_gross": money(ytd, unpaid),
            "ytd_net": money(np.round(ytd * answers.pay.net_share, 2), unpaid),
            "paystub_pay_date": days(payday, unpaid),
            "paystub_status": words(np.zeros(len(of), np.int64), ("completed",), unpaid),
            "bank_months_observed": whole(months_observed(answers), ~bank),
            "bank_recurring_deposit_monthly": money(answers.monthly_deposit, ~bank),
            "bank_tax_refund_amount": money(refunds(people, answers), ~bank),
            "is_joint": pa.array(np.zeros(len(of), np.bool_)),
            "stated_annual_income": money(people.stated_income[of]),
            "document_date": days(np.where(source == BANK, last_transaction(answers), payday), unfound),
            "ordered_at": times(answers.ordered),
            "verified_at": times(answers.ready, answers.status == IN_PROGRESS),
            "delivered_at": times(answers.delivered),
        }
    )


def _periods(source: Ints, period: Ints, unpaid: Bools) -> pa.Array:
    """The pay period as each vendor spells it."""
    spellings = [_SPELLINGS.get(vendor, PERIODS) for vendor, _, _ in SOURCES]
    return words(source * len(PERIODS) + period, [word for vendor in spellings for word in vendor], unpaid)


def _hired(people: Applicants) -> Ints:
    """The day on which each applicant was hired, at least two months before the year began."""
    new_year = (date(people.draws.day.year, 1, 1) - _EPOCH).days
    return new_year - 60 - np.floor(9_000 * people.persons.uniform("hired")).astype(np.int64)


def _left(answers: Verifications) -> Ints:
    """The day on which those no longer employed had left, a few weeks before the answer."""
    return answers.day - 1 - np.floor(20 * answers.draws.uniform("left")).astype(np.int64)


def _employers(people: Applicants, of: Ints, none: Bools) -> pa.Array:
    """The hashed key of each applicant's employer; the largest of 20,000 employs about one in fifty."""
    employer = np.floor(_EMPLOYERS * people.persons.uniform("employer")[of] ** 2.5).astype(np.int64)
    keys = hex_keys(RowDraws(ids=numbered(f"{people.draws.seed}|employers", employer)), "employer")
    return pc.if_else(pa.array(none), pa.scalar(None, pa.string()), keys)
