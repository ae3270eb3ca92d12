"""What verified bank accounts show: recurring deposits, which are income, and what else flows in, which is not."""

from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from lending.world.applicants import Applicants
from lending.world.columns import days, money, times, whole
from lending.world.draws import Floats, Ints, normal_share
from lending.world.keys import uuids
from lending.world.verifications import BANK, Verifications, verifications

# Refunds begin when the tax office opens, peak once those held back by law are out, and end with spring (month, day).
_OPENS, _PEAKS, _EBBS, _ENDS = (1, 27), (2, 20), (3, 20), (5, 31)
_MEDIAN_REFUND_USD: Final = 2_900.0
_MONTHS_LEAST, _MONTHS_MOST = 3, 24


def bank_income(people: Applicants) -> pa.Table:
    """One row per income verified by a bank, in order of application; amounts in USD, shares in 0-1."""
    answers = verifications(people)
    rows = pa.array(np.flatnonzero(answers.is_found & (answers.source == BANK) & ~answers.is_repeat))
    draws, months = answers.draws, months_observed(answers)
    deposits = np.rint(answers.monthly_deposit / answers.pay.per_payday).clip(1) * months
    other = answers.monthly_deposit * 0.25 * draws.exponential("other_inflow") + refunds(people, answers) / months
    gig = np.where(draws.chance("has_gig", 0.12), 0.05 + 0.5 * draws.uniform("gig"), 0.0)
    table = pa.table(
        {
            "verification_id": uuids(draws, "verification"),
            "application_id": people.keys.take(pa.array(answers.of)),
            "months_observed": whole(months),
            "deposits_n": whole(deposits.astype(np.int64)),
            "recurring_deposit_monthly": money(answers.monthly_deposit),
            "payroll_tagged_share": pa.array(np.round(1 - gig - 0.05 * draws.uniform("untagged"), 4)),
            "avg_monthly_inflow": money(answers.monthly_deposit + np.round(other, 2)),
            "nsf_count_90d": whole(_overdrawn(people, answers)),
            "last_txn_date": days(last_transaction(answers)),
            "accounts_linked": whole(1 + draws.pick("accounts", (0.62, 0.27, 0.11))),
            "tax_refund_tagged_amt": money(refunds(people, answers)),
            "gig_share": pa.array(np.round(gig, 4)),
            "delivered_at": times(answers.delivered),
        }
    )
    return table.take(rows)


def months_observed(answers: Verifications) -> Ints:
    """How many months of each account the vendor saw: mostly a year or more."""
    seen = _MONTHS_LEAST + np.floor((_MONTHS_MOST - _MONTHS_LEAST + 1) * answers.draws.uniform("months_observed") ** 0.7)
    return seen.astype(np.int64)


def last_transaction(answers: Verifications) -> Ints:
    """The day of each account's latest transaction, in days since 1970: none to three days before the answer."""
    return answers.day - np.floor(4 * answers.draws.uniform("last_transaction")).astype(np.int64)


def refunds(people: Applicants, answers: Verifications) -> Floats:
    """The tax refund each account shows, 0 where none: in spring, and oftener where little is earned."""
    share = people.conditions.refund_share_max * _season(people.draws.day)
    poorer = 2 * normal_share(-people.earning)[answers.of]
    some = answers.draws.chance("refund", np.minimum(share * poorer, 1.0))
    amount = np.exp(np.log(_MEDIAN_REFUND_USD) + 0.5 * answers.draws.normal("refund_amount")).clip(50, 12_000)
    return np.where(some, np.round(amount, 2), 0.0)


def _season(day: date) -> float:
    """How far into the season of refunds a day is: 0 outside it, 1 at its peak."""
    opens, peaks, ebbs, ends = (date(day.year, *each) for each in (_OPENS, _PEAKS, _EBBS, _ENDS))
    rising, falling = (day - opens) / (peaks - opens), (ends - day) / (ends - ebbs)
    return max(0.0, min(1.0, rising, falling))


def _overdrawn(people: Applicants, answers: Verifications) -> Ints:
    """How often an account was overdrawn within 90 days: oftener where credit is worse."""
    often = np.floor(0.7 * answers.draws.exponential("overdrawn") * np.exp(-0.5 * people.quality[answers.of]))
    return often.clip(0, 30).astype(np.int64)
