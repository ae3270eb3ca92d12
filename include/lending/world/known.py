"""What the lender knows of each application when the night's deliveries are cut, as its policy reads it: score, debts, income.

Taken from what vendors really answered by then, so that a decision can be made again from the day's features.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from lending.bureau_codes import KIND_OF, VALID_MAX
from lending.world.applicants import Applicants
from lending.world.attributes import NONE_OF_TYPE, NONE_RECENT, Attributes
from lending.world.bureau import TIMEOUT, pulls_of
from lending.world.cut import cut_of
from lending.world.draws import Bools, Floats, Ints
from lending.world.verifications import verifications

_SCORES: Final = (300, 850)
_LEAST_PAYMENT_USD, _PAYMENT_SHARE = 25.0, 0.03
_DTI_MOST: Final = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One row per application; NaN where unknown. `dti_back` in percent before the loan, `income` in USD a year."""

    score: Floats
    dti_back: Floats
    inquiries: Floats
    income: Floats


def known(people: Applicants) -> Known:
    """What was known at the cut of the first night: a bureau's latest answer, the latest verified income or what was stated."""
    report, income = _report(people), _income(people)
    payments = people.housing_payment + _revolving_payment(_debt(report, "rev_balance")) + _debt(report, "inst_payment")
    monthly = np.round(income / 12, 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        dti = np.where(monthly > 0, np.round(100 * payments / monthly, 2), np.nan)
    return Known(
        score=np.where((report.score >= _SCORES[0]) & (report.score <= _SCORES[1]), report.score, np.nan),
        dti_back=np.minimum(dti, _DTI_MOST),
        inquiries=_value(report, "inq_6m", zero=(NONE_OF_TYPE, NONE_RECENT)),
        income=income,
    )


def _cut_ms(people: Applicants) -> int:
    return int(cut_of(people.draws.day).cast(pa.int64()).as_py()) // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    """The latest answer of a bureau to each application: its score, 0 without an answer, and what is in the file, if any."""

    score: Ints
    has_file: Bools
    attributes: Attributes


def _report(people: Applicants) -> _Report:
    pulls = pulls_of(people)
    usable = (pulls.status != TIMEOUT) & (pulls.received <= _cut_ms(people))
    latest = _latest(pulls.of, pulls.received, usable, people.rows)
    answered = latest >= 0
    return _Report(
        score=np.where(answered, pulls.score[latest], 0),
        has_file=answered & pulls.has_file[latest],
        attributes=pulls.attributes,
    )


def _latest(of: Ints, at: Ints, usable: Bools, rows: int) -> Ints:
    """For each of `rows` the position of its latest usable entry, -1 where it has none; the first of equals."""
    order = np.lexsort((-np.arange(len(of)), at))
    order = order[usable[order]]
    latest = np.full(rows, -1, dtype=np.int64)
    latest[of[order]] = order
    return latest


def _income(people: Applicants) -> Floats:
    answers = verifications(people)
    usable = answers.is_found & (answers.delivered <= _cut_ms(people))
    latest = _latest(answers.of, answers.delivered, usable, people.rows)
    return np.where(latest >= 0, answers.annual[latest], people.stated_income)


def _value(report: _Report, name: str, *, zero: tuple[int, ...]) -> Floats:
    """The attribute's value, 0 where there is none for one of the causes in `zero`, NaN where it is unknown."""
    values, cause = report.attributes[name]
    ordinary = np.where(cause == 0, np.minimum(values, VALID_MAX[KIND_OF[name]]), np.nan)
    return np.where(report.has_file, np.where(np.isin(cause, zero), 0.0, ordinary), np.nan)


def _debt(report: _Report, name: str) -> Floats:
    """Known not to exist is zero; not known is not known."""
    return _value(report, name, zero=(NONE_OF_TYPE,))


def _revolving_payment(balance: Floats) -> Floats:
    """The minimum that revolving accounts ask for: 3% of the balance, at least 25 dollars, nothing where nothing is owed."""
    return np.where(balance == 0, 0.0, np.maximum(_LEAST_PAYMENT_USD, np.round(_PAYMENT_SHARE * balance, 2)))
