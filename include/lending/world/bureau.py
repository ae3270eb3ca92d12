"""What the three bureaus answer for a day's applications: hit status, score, attributes with reserved codes, repeated requests.

Emits codes by cause: who has no mortgage gets the bureau's "none of this kind" in the mortgage attribute. Knows nothing of files
or of how the lender reads any of it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from lending.bureau_codes import BUREAUS, CODES, KIND_OF, VALID_MAX, Bureau
from lending.world.applicants import Applicants, day_begins
from lending.world.draws import Bools, Draws, Floats, Ints, normal_share
from lending.world.records import DAY_MS, HOUR_MS, Record, blank, dates, records, times

_SHARES: Final = (0.45, 0.35, 0.20)
_STATUSES: Final = ("hit", "no_hit", "hit_no_score", "timeout")
_NO_HIT, _NO_SCORE, _TIMEOUT = 1, 2, 3

#: Positions in the lookup of codes; 0 means that the value itself is delivered.
_NONE_OF_TYPE, _NONE_RECENT, _NOT_COMPUTABLE = 1, 2, 3

_Attributes = dict[str, tuple[Ints, Ints]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """Hit status and score as delivered, one per application."""

    status: Ints
    score: Ints

    @property
    def has_file(self) -> Bools:
        """Where a living person's file was found, so that attributes are delivered."""
        found: Bools = np.isin(self.status, (0, _NO_SCORE)) & (self.score != 9001)
        return found


def bureau_records(people: Applicants) -> dict[Bureau, list[Record]]:
    """Bureau -> its records of the day, flat, in order of request; one application in 300 was asked for twice within a minute."""
    draws = Draws(seed=people.draws.seed, table="bureau", day=people.draws.day)
    bureau = draws.pick("bureau", people.rows, _SHARES)
    answers = _answers(people, draws)
    attributes = _attributes(people, draws, answers)
    asked = _requests(people, draws, answers, bureau, attributes)
    return {name: [record for position, record in asked if position == i] for i, name in enumerate(BUREAUS)}


def _answers(people: Applicants, draws: Draws) -> _Answers:
    """Base rates vary a little from day to day (beta-binomial), and the young are found less often."""
    n, young = people.rows, people.age < 25
    no_hit, no_score, timeout = (
        _today(draws, name, base) for name, base in (("no_hit", 0.018), ("no_score", 0.034), ("timeout", 0.0015))
    )
    u = draws.uniform("status", n)
    p1 = no_hit * np.where(young, 2.2, 0.85)
    p2 = p1 + no_score * np.where(young, 2.0, 0.87)
    status = np.where(u < p1, _NO_HIT, np.where(u < p2, _NO_SCORE, np.where(u < p2 + timeout, _TIMEOUT, 0))).astype(np.int64)
    unscored = np.array((9001, 9002, 9003))[draws.pick("unscored", n, (0.01, 0.59, 0.40))]
    score = np.where(status == _NO_HIT, 9000, np.where(status == _NO_SCORE, unscored, people.score))
    return _Answers(status=status, score=score)


def _today(draws: Draws, name: str, base: float) -> float:
    spread = np.sqrt(base * (1 - base) * 2e-4)
    return float(np.clip(base + spread * draws.normal(f"{name}_rate", 1)[0], base / 3, base * 3))


def _attributes(people: Applicants, draws: Draws, answers: _Answers) -> _Attributes:
    """Attribute -> (values, cause per row: 0 is a value, otherwise a position in the lookup of codes)."""
    thin, silent = answers.score == 9002, answers.score == 9003
    empty = thin & draws.chance("empty_file", people.rows, 0.4)
    trades = _trades(people, draws, thin=thin, empty=empty, silent=silent)
    debts = _debts(people, draws, empty=empty, silent=silent)
    return trades | debts | _delinquencies(people, draws, empty=empty, silent=silent)


def _trades(people: Applicants, draws: Draws, *, thin: Bools, empty: Bools, silent: Bools) -> _Attributes:
    n, g = people.rows, people.quality
    total = np.clip(np.floor(np.exp(2.3 + 0.25 * g + 0.55 * draws.normal("trades", n))), 1, 92)
    total = np.where(empty, 0, np.where(thin, np.minimum(total, 2), total)).astype(np.int64)
    open_trades = np.where(silent, 0, np.rint(total * (0.25 + 0.6 * draws.uniform("open", n)))).astype(np.int64)
    age = np.exp(4.95 + 0.30 * g + 0.45 * np.log(people.age / 38) + 0.5 * draws.normal("oldest", n))
    oldest = np.where(thin, np.floor(6 * draws.uniform("thin_age", n)), np.clip(np.floor(age), 7, 720)).astype(np.int64)
    newest = np.minimum(oldest, np.floor(8.5 * draws.exponential("newest", n)).astype(np.int64))
    newest = np.where(silent, np.maximum(newest, np.minimum(oldest, 7)), newest)
    none = np.where(empty, _NONE_OF_TYPE, 0)
    return {
        "trades_total": (total, np.zeros(n, np.int64)),
        "trades_open": (open_trades, np.zeros(n, np.int64)),
        "mths_oldest_trade": (oldest, none),
        "mths_newest_trade": (newest, none),
    }


def _debts(people: Applicants, draws: Draws, *, empty: Bools, silent: Bools) -> _Attributes:
    """Balances and monthly payments; the identities util = balance / limit and obligation = instalments + revolving minimum hold
    exactly.
    """
    n, z = people.rows, people.earning
    balance, limit, util = _revolving(people, draws)
    revolving = np.where(empty | draws.chance("no_revolving", n, 0.05), _NONE_OF_TYPE, np.where(silent, _NONE_RECENT, 0))
    instalments = np.rint(np.exp(5.85 + 0.42 * z + 0.5 * draws.normal("instalment", n))).astype(np.int64)
    instalment = np.where(empty | ~draws.chance("has_instalment", n, 0.74), _NONE_OF_TYPE, np.where(silent, _NONE_RECENT, 0))
    minimum = np.where(revolving == 0, np.maximum(25, np.rint(0.03 * balance)), 0)
    obligation = np.where(instalment == 0, instalments, 0) + minimum
    owed = np.nan_to_num(people.housing_payment, nan=1_200.0) * (60 + 110 * draws.uniform("mortgage_left", n))
    return {
        "rev_util": (util, np.where((revolving == 0) & (limit == 0), _NOT_COMPUTABLE, revolving)),
        "rev_balance": (balance, revolving),
        "rev_limit": (limit, revolving),
        "inst_payment": (instalments, instalment),
        "monthly_obligation": (obligation.astype(np.int64), np.where(empty, _NONE_OF_TYPE, np.where(silent, _NONE_RECENT, 0))),
        "mtg_balance": (np.rint(owed).astype(np.int64), np.where(people.has_mortgage & ~empty, 0, _NONE_OF_TYPE)),
    }


def _revolving(people: Applicants, draws: Draws) -> tuple[Ints, Ints, Ints]:
    """Balance and limit in USD, utilisation in percent; a limit is a multiple of 100, and 0 where no account reports one."""
    n, z = people.rows, people.earning
    share = 100 * normal_share(-0.75 * people.quality + 0.66 * draws.normal("util", n) - 0.25) ** 0.9
    share = np.where(draws.chance("over_limit", n, 0.02), 100 + 30 * draws.uniform("over", n), share)
    owed: Floats = np.exp(8.95 + 0.45 * z + 0.35 * draws.normal("revolving", n)) * (share / 60 + 0.05)
    balance = np.rint(owed).astype(np.int64)
    limit = (np.maximum(3, np.rint(balance / np.maximum(share, 2.0))) * 100).astype(np.int64)
    limit = np.where(draws.chance("no_limit", n, 0.006), 0, limit)
    util = np.rint(100 * balance / np.maximum(limit, 1)).astype(np.int64)
    return balance, limit, np.minimum(util, 200)


def _delinquencies(people: Applicants, draws: Draws, *, empty: Bools, silent: Bools) -> _Attributes:
    n, g = people.rows, people.quality
    none = np.where(empty, _NONE_OF_TYPE, np.where(silent, _NONE_RECENT, 0))
    late = draws.chance("is_late", n, normal_share(-1.15 * g + 0.6 * draws.normal("lateness", n) - 1.1))
    times_late = np.where(late, 1 + np.floor(1.5 * draws.exponential("times_late", n)), 0).astype(np.int64)
    was_late = late | draws.chance("was_late", n, 0.18)
    since = np.floor(np.where(late, 12, 83) * draws.uniform("since", n)).astype(np.int64) + np.where(late, 0, 1)
    since = np.where(was_late & ~late, np.maximum(since, 13), since)
    half_year = np.minimum(np.floor(1.45 * draws.exponential("inquiries", n) * np.exp(-0.35 * g)), 25).astype(np.int64)
    return {
        "mths_since_30dpd": (since, np.where(empty, _NONE_OF_TYPE, np.where(was_late & ~silent, 0, _NONE_RECENT))),
        "num_30dpd_12m": (np.minimum(times_late, 92), none),
        "inq_6m": (half_year, np.zeros(n, np.int64)),
        "inq_12m": (half_year + np.floor(0.9 * draws.exponential("older_inquiries", n)).astype(np.int64), np.zeros(n, np.int64)),
        "bankruptcies": (draws.chance("bankrupt", n, normal_share(-0.6 * g - 1.9)).astype(np.int64), np.zeros(n, np.int64)),
    }


def _requests(
    people: Applicants, draws: Draws, answers: _Answers, bureau: Ints, attributes: _Attributes
) -> list[tuple[int, Record]]:
    """(position of the bureau, record) of every request in order; 0.3% of applications are not asked for at all, 0.3% twice."""
    n = people.rows
    asked = people.submitted + (1_000 + 15_000 * draws.uniform("ask", n)).astype(np.int64)
    first = _record_columns(people, draws, answers, bureau, attributes, asked=asked, attempt=1)
    again = asked + (3_000 + 30_000 * draws.uniform("again", n)).astype(np.int64)
    second = _record_columns(people, draws, answers, bureau, attributes, asked=again, attempt=2)
    never, repeated = draws.chance("never_asked", n, 0.003), draws.chance("repeated", n, 0.003)
    lost = repeated & draws.chance("first_lost", n, 0.5)  # half of the repeats follow a timeout, the rest are double submissions
    rows: list[tuple[int, Record]] = []
    for i in np.flatnonzero(~never).tolist():
        rows.append((int(bureau[i]), _timed_out(first[i]) if lost[i] else first[i]))
        if repeated[i]:
            rows.append((int(bureau[i]), second[i]))
    return rows


def _record_columns(
    people: Applicants, draws: Draws, answers: _Answers, bureau: Ints, attributes: _Attributes, *, asked: Ints, attempt: int
) -> list[Record]:
    n = people.rows
    timeout = answers.status == _TIMEOUT
    responded = asked + (300 + 700 * draws.exponential(f"latency{attempt}", n)).astype(np.int64).clip(300, 14_000)
    late = np.where(draws.chance("late", n, 0.01), 6 * 3_600_000 * draws.uniform("lateness_ms", n), 0)
    received = responded + (60_000 + 540_000 * draws.uniform("landing", n) + late).astype(np.int64)
    lag = draws.pick("file_lag", n, (0.10, 0.70, 0.20)) + (1 if people.draws.day.weekday() == 6 else 0)
    no_answer = timeout | (answers.status == _NO_HIT)
    return records(
        pull_id=[f"{key[:24]}{attempt:04d}{key[28:]}" for key in people.keys],
        application_id=people.keys,
        consumer_key=people.consumers,
        product_code=["CORE"] * n,
        pull_type=["hard"] * n,
        permissible_purpose=["credit_transaction"] * n,
        requested_at=times(asked),
        responded_at=blank(times(responded), timeout),
        received_at=times(np.where(timeout, asked + 15_000, received)),
        hit_status=[_STATUSES[i] for i in answers.status],
        file_date=blank(dates(day_begins(people.draws.day) + 12 * HOUR_MS - lag * DAY_MS), no_answer),
        score_model=["FICO8"] * n,
        score_raw=blank(answers.score.tolist(), timeout),
        **{name: _delivered(name, bureau, values, cause, answers) for name, (values, cause) in attributes.items()},
    )


def _delivered(name: str, bureau: Ints, values: Ints, cause: Ints, answers: _Answers) -> list[object]:
    """The attribute as each row's bureau delivers it: a value, its own code for the cause, or nothing where there is no file."""
    kind = KIND_OF[name]
    codes = np.array(
        [[0, *(CODES[b][kind][c] for c in ("no_trades_of_type", "none_recent", "not_computable"))] for b in BUREAUS],
        dtype=np.int64,
    )
    numbers = np.where(cause == 0, np.minimum(values, VALID_MAX[kind]), codes[bureau, cause])
    return blank(numbers.tolist(), ~answers.has_file)


def _timed_out(record: Record) -> Record:
    kept = (
        "pull_id",
        "application_id",
        "consumer_key",
        "product_code",
        "pull_type",
        "permissible_purpose",
        "requested_at",
        "score_model",
    )
    gone: Record = {name: record[name] if name in kept else None for name in record}
    return gone | {"hit_status": "timeout", "received_at": record["received_at"]}
