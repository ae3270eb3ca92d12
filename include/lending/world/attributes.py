"""What a consumer's credit file holds, attribute by attribute: values, and why there is none. Knows nothing of bureaus' codes.

The identities hold exactly: utilisation is balance over limit, the obligation is instalments plus the revolving minimum, the
newest account is not older than the oldest, what was counted in six months is within what was counted in twelve.
"""

from typing import Final

import numpy as np

from lending.world.applicants import Applicants
from lending.world.draws import Bools, Ints, normal_share

#: Positions in the lookup of codes; 0 means that the value itself is delivered.
NONE_OF_TYPE, NONE_RECENT, NOT_COMPUTABLE = 1, 2, 3

Attributes = dict[str, tuple[Ints, Ints]]
"""Attribute -> (values, cause per row: 0 is a value, otherwise a position in the lookup of codes)."""

_THIN, _SILENT = 9002, 9003
_TREND_MONTHS: Final = 12


def attributes_of(people: Applicants, score: Ints) -> Attributes:
    """The attributes of each person's file; a score of 9002 means a thin one, of 9003 one in which nothing happened lately."""
    thin, silent = score == _THIN, score == _SILENT
    empty = thin & people.persons.chance("empty_file", 0.4)
    trades = _trades(people, thin=thin, empty=empty, silent=silent)
    debts = _debts(people, empty=empty, silent=silent)
    late = _delinquencies(people, empty=empty, silent=silent)
    return trades | debts | late | _trend(people, trades, debts)


def _trades(people: Applicants, *, thin: Bools, empty: Bools, silent: Bools) -> Attributes:
    p, g, n = people.persons, people.quality, people.rows
    total = np.clip(np.floor(np.exp(2.3 + 0.25 * g + 0.55 * p.normal("trades"))), 1, 92)
    total = np.where(empty, 0, np.where(thin, np.minimum(total, 2), total)).astype(np.int64)
    open_trades = np.where(silent, 0, np.rint(total * (0.25 + 0.6 * p.uniform("open")))).astype(np.int64)
    age = np.exp(4.95 + 0.30 * g + 0.45 * np.log(people.age / 38) + 0.5 * p.normal("oldest"))
    oldest = np.where(thin, np.floor(6 * p.uniform("thin_age")), np.clip(np.floor(age), 7, 720)).astype(np.int64)
    newest = np.minimum(oldest, np.floor(9.0 * p.exponential("newest")).astype(np.int64))
    newest = np.where(silent, np.maximum(newest, np.minimum(oldest, 7)), newest)
    none, counted = np.where(empty, NONE_OF_TYPE, 0), np.zeros(n, np.int64)
    return {
        "trades_total": (total, counted),
        "trades_open": (open_trades, counted),
        "mths_oldest_trade": (oldest, none),
        "mths_newest_trade": (newest, none),
        **{name: (opened, counted) for name, opened in _opened(people, total, newest).items()},
    }


def _opened(people: Applicants, total: Ints, newest: Ints) -> dict[str, Ints]:
    """Accounts opened within 6, 12 and 24 months: at least the newest one, and each within the longer span."""
    within = {months: (total > 0) & (newest < months) for months in (6, 12, 24)}
    more = np.floor(1.6 * people.persons.exponential("opened")).astype(np.int64)
    in_24 = np.where(within[24], np.minimum(total, 1 + more), 0)
    in_12 = np.where(within[12], np.clip(np.rint(in_24 * people.persons.uniform("opened_12")), 1, None), 0).astype(np.int64)
    in_6 = np.where(within[6], np.clip(np.rint(in_12 * people.persons.uniform("opened_6")), 1, None), 0).astype(np.int64)
    return {"trades_opened_6m": in_6, "trades_opened_12m": in_12, "trades_opened_24m": in_24}


def _debts(people: Applicants, *, empty: Bools, silent: Bools) -> Attributes:
    p, z = people.persons, people.earning
    balance, limit, util = _revolving(people)
    revolving = np.where(empty | p.chance("no_revolving", 0.05), NONE_OF_TYPE, np.where(silent, NONE_RECENT, 0))
    instalments = np.rint(np.exp(5.85 + 0.42 * z + 0.5 * p.normal("instalment"))).astype(np.int64)
    instalment = np.where(empty | ~p.chance("has_instalment", 0.74), NONE_OF_TYPE, np.where(silent, NONE_RECENT, 0))
    minimum = np.where(revolving == 0, np.maximum(25, np.rint(0.03 * balance)), 0)
    obligation = np.where(instalment == 0, instalments, 0) + minimum
    owed = np.nan_to_num(people.housing_payment, nan=1_200.0) * (60 + 110 * p.uniform("mortgage_left"))
    loans = np.rint(instalments * (6 + 42 * p.uniform("months_left"))).astype(np.int64)
    auto, student = (p.chance("has_auto", 0.5), p.chance("has_student", 0.25))
    auto_owed = np.floor(loans * (0.3 + 0.4 * p.uniform("auto_part"))).astype(np.int64)
    student_owed = np.floor((loans - auto_owed) * p.uniform("student_part")).astype(np.int64)
    return {
        "rev_util": (util, np.where((revolving == 0) & (limit == 0), NOT_COMPUTABLE, revolving)),
        "rev_balance": (balance, revolving),
        "rev_limit": (limit, revolving),
        "inst_payment": (instalments, instalment),
        "monthly_obligation": (obligation.astype(np.int64), np.where(empty, NONE_OF_TYPE, np.where(silent, NONE_RECENT, 0))),
        "mtg_balance": (np.rint(owed).astype(np.int64), np.where(people.has_mortgage & ~empty, 0, NONE_OF_TYPE)),
        "inst_balance": (loans, instalment),
        "auto_balance": (auto_owed, np.where((instalment == 0) & auto, 0, NONE_OF_TYPE)),
        "student_balance": (student_owed, np.where((instalment == 0) & student, 0, NONE_OF_TYPE)),
    }


def _revolving(people: Applicants) -> tuple[Ints, Ints, Ints]:
    """Balance and limit in USD, utilisation in percent; a limit is a multiple of 100, and 0 where no account reports one."""
    p, z = people.persons, people.earning
    share = 100 * normal_share(-0.75 * people.quality + 0.66 * p.normal("util") - 0.25) ** 0.9
    share = np.where(p.chance("over_limit", 0.02), 100 + 30 * p.uniform("over"), share)
    owed = np.exp(8.985 + 0.45 * z + 0.35 * p.normal("revolving")) * (share / 60 + 0.05)
    balance = np.rint(owed).astype(np.int64)
    limit = (np.maximum(3, np.rint(balance / np.maximum(share, 2.0))) * 100).astype(np.int64)
    limit = np.where(p.chance("no_limit", 0.006), 0, limit)
    util = np.rint(100 * balance / np.maximum(limit, 1)).astype(np.int64)
    return balance, limit, np.minimum(util, 200)


def _delinquencies(people: Applicants, *, empty: Bools, silent: Bools) -> Attributes:
    p, g, n = people.persons, people.quality, people.rows
    none, counted = np.where(empty, NONE_OF_TYPE, np.where(silent, NONE_RECENT, 0)), np.zeros(n, np.int64)
    late = p.chance("is_late", normal_share(-1.15 * g + 0.6 * p.normal("lateness") - 1.1))
    times_late = np.where(late, 1 + np.floor(1.5 * p.exponential("times_late")), 0).astype(np.int64)
    very_late = np.where(late & p.chance("very_late", 0.3), np.ceil(times_late * p.uniform("of_these_90")), 0).astype(np.int64)
    was_late = late | p.chance("was_late", 0.18)
    since = np.floor(np.where(late, 12, 83) * p.uniform("since")).astype(np.int64) + np.where(late, 0, 1)
    since = np.where(was_late & ~late, np.maximum(since, 13), since)
    owed = np.where(p.chance("collection", 0.12), np.rint(np.exp(6.4 + 0.9 * p.normal("collection_owed"))), 0).astype(np.int64)
    return {
        "mths_since_30dpd": (since, np.where(empty, NONE_OF_TYPE, np.where(was_late & ~silent, 0, NONE_RECENT))),
        "num_30dpd_12m": (np.minimum(times_late, 92), none),
        "num_90dpd_24m": (np.minimum(very_late, 92), none),
        "collections_unpaid_amt": (owed, counted),
        "bankruptcies": (p.chance("bankrupt", normal_share(-0.6 * g - 1.9)).astype(np.int64), counted),
        **_inquiries(people),
    }


def _inquiries(people: Applicants) -> Attributes:
    """Counts within six and twelve months, and months since the last one, which say the same."""
    p, n = people.persons, people.rows
    half_year = np.minimum(np.floor(1.45 * p.exponential("inquiries") * np.exp(-0.35 * people.quality)), 25).astype(np.int64)
    year = half_year + np.floor(0.9 * p.exponential("older_inquiries")).astype(np.int64)
    u = p.uniform("since_inquiry")
    since = np.where(half_year > 0, np.floor(6 * u), np.where(year > 0, 6 + np.floor(6 * u), 12 + np.floor(36 * u)))
    counted = np.zeros(n, np.int64)
    never = (year == 0) & p.chance("no_inquiry", 0.5)
    return {
        "inq_6m": (half_year, counted),
        "inq_12m": (year, counted),
        "mths_since_inq": (since.astype(np.int64), np.where(never, NONE_RECENT, 0)),
    }


def _trend(people: Applicants, trades: Attributes, debts: Attributes) -> Attributes:
    """The trended block: of the last months' balances; none where the file is younger than the months that it looks back."""
    p = people.persons
    (util, no_util), (balance, no_balance), (oldest, no_trades) = (
        debts["rev_util"],
        debts["rev_balance"],
        trades["mths_oldest_trade"],
    )
    too_young = np.where(no_trades > 0, NONE_OF_TYPE, np.where(oldest < _TREND_MONTHS, NOT_COMPUTABLE, 0))
    average = np.clip(np.rint(util + 9 * p.normal("trend_util")), 0, 200).astype(np.int64)
    full = 100 * normal_share(-0.035 * (util - 30) + 0.8 * p.normal("full_payer") - 0.3)
    before = np.rint(balance * np.exp(0.25 * p.normal("trend_balance"))).astype(np.int64)
    return {
        "trend_util_avg_12m": (average, np.where(no_util > 0, no_util, too_young)),
        "trend_full_payer_share_24m": (np.rint(full).astype(np.int64), np.where(no_balance > 0, no_balance, too_young)),
        "trend_rev_balance_6m_ago": (before, np.where(no_balance > 0, no_balance, too_young)),
    }
