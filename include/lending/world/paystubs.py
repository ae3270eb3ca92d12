"""The paystubs behind verified incomes, as payroll logins and uploaded documents bring them."""

from typing import Final

import numpy as np
import pyarrow as pa

from lending.world.applicants import Applicants
from lending.world.columns import constant, days, money, times, words
from lending.world.draws import Ints, RowDraws
from lending.world.keys import uuids
from lending.world.pay import PERIODS, Pay
from lending.world.verifications import DOCUMENTS, OUTREACH, PAYROLL, verifications

_WEEKS: Final = np.array([0.0, 1.0, 2.0, 52 / 24, 52 / 12])
_PAID_AFTER_DAYS: Final = 3


def paystubs(people: Applicants) -> pa.Table:
    """The last two paystubs behind each verification by payroll login or by documents, newest first; amounts in USD.

    `gross_ytd` and `net_ytd` count from the new year to the payday and with it. Rows of a verification follow each other.
    """
    answers = verifications(people)
    on_paper = answers.is_paid & ~answers.is_repeat & np.isin(answers.source, (PAYROLL, DOCUMENTS, OUTREACH))
    rows = np.flatnonzero(on_paper)
    latest = answers.pay.paid_on(answers.day)
    earlier = answers.pay.paid_on(latest - 1)
    of_each = [(latest, earlier, "paystub"), (earlier, answers.pay.paid_on(earlier - 1), "paystub before")]
    verification, delivered = uuids(answers.draws, "verification"), times(answers.delivered)
    tables = [_stubs(answers.pay, answers.draws, *stub) for stub in of_each]
    both = [
        table.add_column(1, "verification_id", verification).append_column("delivered_at", delivered).take(pa.array(rows))
        for table in tables
    ]
    newest_first = np.arange(2 * len(rows)).reshape(2, -1).T.ravel()
    return pa.concat_tables(both).take(pa.array(newest_first)).combine_chunks()


def _stubs(pay: Pay, draws: RowDraws, payday: Ints, before: Ints, name: str) -> pa.Table:
    """One paystub per row of `pay`: what was paid on `payday` for the days after `before`, paid out three days later."""
    gross, ytd = pay.per_payday, pay.year_to_date(payday)
    rows = len(payday)
    return pa.table(
        {
            "paystub_id": uuids(draws, name),
            "pay_date": days(payday),
            "period_start": days(before + 1 - _PAID_AFTER_DAYS),
            "period_end": days(payday - _PAID_AFTER_DAYS),
            "pay_frequency": words(pay.frequency, PERIODS),
            "gross_pay": money(gross),
            "net_pay": money(np.round(gross * pay.net_share, 2)),
            "currency": constant("USD", rows),
            "hours": money(np.round(pay.hours * _WEEKS[pay.frequency], 2)),
            "gross_ytd": money(ytd),
            "net_ytd": money(np.round(ytd * pay.net_share, 2)),
            "status": constant("completed", rows),
        }
    )
