"""What the lender knows of each application when the night's deliveries are cut, as its policy reads it: score, debts, income.

Taken from what vendors really answered by then, so that a decision can be made again from the day's features.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lending.bureau_codes import BUREAUS, CODES, KIND_OF, VALID_MAX, Cause
from lending.world.applicants import Applicants
from lending.world.bureau import bureau_pulls
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
    pulls = _latest_pulls(people)
    income = _income(people)
    payments = people.housing_payment + _revolving_payment(_debt(pulls, "rev_balance")) + _debt(pulls, "inst_payment")
    monthly = np.round(income / 12, 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        dti = np.where(monthly > 0, np.round(100 * payments / monthly, 2), np.nan)
    score = _numbers(pulls, "score_raw")
    return Known(
        score=np.where((score >= _SCORES[0]) & (score <= _SCORES[1]), score, np.nan),
        dti_back=np.minimum(dti, _DTI_MOST),
        inquiries=_value(pulls, "inq_6m", zero=("no_trades_of_type", "none_recent")),
        income=income,
    )


def _cut_ms(people: Applicants) -> int:
    return int(cut_of(people.draws.day).cast(pa.int64()).as_py()) // 1000


def _latest_pulls(people: Applicants) -> pa.Table:
    """For each application the latest pull that had been answered, a row of nulls where there is none."""
    pulls = bureau_pulls(people)
    received = pulls["received_at"].cast(pa.int64()).to_numpy() // 1000
    usable = pc.not_equal(pulls["hit_status"], "timeout").to_numpy(zero_copy_only=False) & (received <= _cut_ms(people))
    of = pc.index_in(pulls["application_id"], value_set=people.keys).to_numpy()
    latest = _latest(of, received, usable, people.rows)
    columns = ["bureau", "score_raw", "rev_balance", "inst_payment", "inq_6m"]
    return pulls.select(columns).take(pa.array(latest, mask=latest < 0))


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


def _numbers(pulls: pa.Table, name: str) -> Floats:
    numbers: Floats = pulls[name].cast(pa.float64()).to_numpy()
    return numbers


def _value(pulls: pa.Table, name: str, *, zero: tuple[Cause, ...]) -> Floats:
    """The attribute's value, 0 where its code says one of the causes in `zero`, NaN where it is unknown."""
    kind = KIND_OF[name]
    codes = np.array([[CODES[bureau][kind][cause] for cause in zero] for bureau in BUREAUS])
    bureau = pc.fill_null(pc.index_in(pulls["bureau"], value_set=pa.array(BUREAUS)), 0).to_numpy()
    numbers = _numbers(pulls, name)
    is_zero = (numbers[:, None] == codes[bureau]).any(axis=1)
    ordinary = (numbers >= 0) & (numbers <= VALID_MAX[kind])
    return np.where(is_zero, 0.0, np.where(ordinary, numbers, np.nan))


def _debt(pulls: pa.Table, name: str) -> Floats:
    """Known not to exist is zero; not known is not known."""
    return _value(pulls, name, zero=("no_trades_of_type",))


def _revolving_payment(balance: Floats) -> Floats:
    """The minimum that revolving accounts ask for: 3% of the balance, at least 25 dollars, nothing where nothing is owed."""
    return np.where(balance == 0, 0.0, np.maximum(_LEAST_PAYMENT_USD, np.round(_PAYMENT_SHARE * balance, 2)))
