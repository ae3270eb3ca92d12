"""How loans perform: the servicer's tape of a day, which holds the loans that were booked so many months before.

A loan goes bad by the odds of life, which no model knows fully, and its path to there is one of missed payments in a row.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from lending.decisioning import true_log_odds
from lending.world.applicants import Applicants
from lending.world.columns import constant, money, whole, words
from lending.world.decisions import Decisions, decisions_of
from lending.world.draws import Bools, Floats, Ints, RowDraws
from lending.world.keys import uuids
from lending.world.volume import FIRST_DAY

MONTHS_ON_BOOK: Final = (1, 2, 3, 6, 9, 12)
"""At which ages a loan is on the tape."""

NEVER: Final = 999
"""A month that no loan sees."""

_BOOKED_SHARE: Final = 0.62
_FIRST_PAYMENT_OF_BAD: Final = 0.004 / 0.031  # 0.4% of all loans never pay; they are among the 3.1% that go bad
_NEVER_PAID, _LAST_BAD_MONTH = 3, 12
_HAZARD_SHAPE, _HAZARD_MONTHS, _HAZARD_STARTS = 2.0, 2.6, 1.5  # of Gamma(3, 2.6), from the second month on: most in months 6 to 8
_SLIPS_A_MONTH, _SLIPS_AGAIN = 0.018, 0.25
_REFUND_DIP: Final = 0.88  # in March tax refunds pay arrears
_PREPAID_SHARE: Final = 0.012  # a month
_STATUSES: Final = ("current", "late_30", "late_60", "late_90", "charged_off", "prepaid")
_CHARGED_OFF_DAYS: Final = 120
_CHARGED_OFF, _PREPAID = 4, 5
_TAPE: Final = pa.schema(
    [
        ("loan_id", pa.string()),
        ("application_id", pa.string()),
        ("vintage", pa.string()),
        ("mob", pa.int32()),
        ("dpd", pa.int32()),
        ("status", pa.string()),
        ("balance", pa.decimal128(14, 2)),
        ("charged_off", pa.bool_()),
        ("prepaid", pa.bool_()),
        ("bad_12", pa.bool_()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loans:
    """One row per loan booked of a day's approvals; amounts in USD, `apr` in percent, `term` in months.

    `bad_month` is when it is 90 days late, `prepaid_month` when it is paid back early, each NEVER for never.
    """

    keys: pa.StringArray
    draws: RowDraws
    amount: Floats
    apr: Floats
    term: Ints
    bad_month: Ints
    prepaid_month: Ints


def outcomes(day: date, *, people: Callable[[date], Applicants]) -> pa.Table:
    """The tape of `day`: the loans booked of the applications of the same day 1, 2, 3, 6, 9 and 12 months before.

    `people` says who applied on a day. Loans from before the world are none.
    """
    due = [(months, applied) for months in MONTHS_ON_BOOK for applied in billed(day, months) if applied >= FIRST_DAY]
    parts = (performance(loans_of(people(applied)), applied=applied, months=months, day=day) for months, applied in due)
    return pa.concat_tables([_TAPE.empty_table(), *parts]).combine_chunks()


def loans_of(people: Applicants) -> Loans:
    """The loans booked of the day's approvals, and what will become of them within a year."""
    made = decisions_of(people)
    booked = np.flatnonzero(made.is_approved & people.rows_drawn.chance("booked", _BOOKED_SHARE))
    draws = RowDraws(ids=people.rows_drawn.ids[booked])
    bad = goes_bad(people, made)[booked]
    prepaid = np.ceil(draws.exponential("prepaid") / _PREPAID_SHARE).astype(np.int64)
    return Loans(
        keys=people.keys.take(pa.array(booked)),
        draws=draws,
        amount=made.amount[booked],
        apr=made.apr[booked],
        term=made.term[booked],
        bad_month=np.where(bad, _bad_months(draws), NEVER),
        prepaid_month=np.where(bad, NEVER, prepaid),
    )


def goes_bad(people: Applicants, made: Decisions) -> Bools:
    """Whose loan would be 90 days late within 12 months, if it were made; nobody's of whom not all is known."""
    facts = made.known
    odds = true_log_odds(
        facts.score, facts.dti_back, facts.inquiries, facts.income, unseen=people.persons.normal("unseen misfortune")
    )
    bad: Bools = people.rows_drawn.uniform("goes_bad") < 1 / (1 + np.exp(-odds))
    return bad


def billed(day: date, months: int) -> Iterator[date]:
    """The days whose loans are `months` on book on `day`: the same day of an earlier month, or all the days it lacks."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last_here, last_there = monthrange(day.year, day.month)[1], monthrange(years, month + 1)[1]
    until = last_there if day.day == last_here else day.day
    for number in range(day.day, until + 1):
        if number <= last_there:
            yield date(years, month + 1, number)


def performance(loans: Loans, *, applied: date, months: int, day: date) -> pa.Table:
    """The tape's rows of the loans applied for on `applied`, `months` on book on `day`: balance in USD, `dpd` in days.

    `bad_12` is null until the twelfth month.
    """
    dpd = _days_late(loans, months, day)
    prepaid, charged_off = loans.prepaid_month <= months, dpd >= _CHARGED_OFF_DAYS
    status = np.where(prepaid, _PREPAID, np.where(charged_off, _CHARGED_OFF, np.minimum(dpd // 30, 3)))
    n = len(dpd)
    judged = np.full(n, months >= _LAST_BAD_MONTH)
    return pa.table(
        {
            "loan_id": uuids(loans.draws, "loan"),
            "application_id": loans.keys,
            "vintage": constant(f"{applied:%Y-%m}", n),
            "mob": whole(np.full(n, months)),
            "dpd": whole(dpd),
            "status": words(status, _STATUSES),
            "balance": money(np.where(prepaid, 0.0, _balance(loans, months - dpd // 30))),
            "charged_off": pa.array(charged_off),
            "prepaid": pa.array(prepaid),
            "bad_12": pa.array(loans.bad_month <= _LAST_BAD_MONTH, mask=~judged),
        },
        schema=_TAPE,
    )


def _bad_months(draws: RowDraws) -> Ints:
    """The month in which a loan that goes bad is 90 days late: the third for those who never pay, up to the twelfth."""
    months = np.arange(_NEVER_PAID + 1, _LAST_BAD_MONTH + 1)
    age = months - _HAZARD_STARTS
    hazard = age**_HAZARD_SHAPE * np.exp(-age / _HAZARD_MONTHS)
    later = months[draws.pick("bad_month", hazard.tolist())]
    return np.where(draws.chance("never_pays", _FIRST_PAYMENT_OF_BAD), _NEVER_PAID, later)


def _days_late(loans: Loans, months: int, day: date) -> Ints:
    """Bad loans miss every payment from two months before they are bad; the others slip at times and catch up."""
    missed = np.maximum(months - (loans.bad_month - _NEVER_PAID), 0)
    slips, before = _slips(loans, months, day.month), _slips(loans, months - 1, (day.month - 2) % 12 + 1)
    slipped = np.where(before & loans.draws.chance(f"again {months}", _SLIPS_AGAIN), 2, slips.astype(np.int64))
    counted = np.where(loans.bad_month <= _LAST_BAD_MONTH, missed, slipped)
    return 30 * np.where(loans.prepaid_month <= months, 0, counted)


def _slips(loans: Loans, months: int, month: int) -> Bools:
    """Who misses the payment that is due so many months on, in that month of the year."""
    share = _SLIPS_A_MONTH * (_REFUND_DIP if month == 3 else 1.0)
    return loans.draws.chance(f"slips {months}", share if months > 0 else 0.0)


def _balance(loans: Loans, payments: Ints) -> Floats:
    """What is owed after so many equal payments at the loan's rate."""
    growth = 1 + loans.apr / 1_200
    whole_term, paid = growth**loans.term, growth ** np.maximum(payments, 0)
    return np.round(loans.amount * (whole_term - paid) / (whole_term - 1), 2)
