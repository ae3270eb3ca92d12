"""What the three bureaus answer for a day's applications: hit status, score, attributes with reserved codes, repeated requests.

Emits codes by cause: who has no mortgage gets the bureau's "none of this kind" in the mortgage attribute. What is in a consumer's
file is a matter of the consumer, so that another pull a week later finds it again. Knows nothing of files or of how the lender
reads any of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pyarrow as pa

from lending.bureau_codes import BUREAUS, CODES, KIND_OF, VALID_MAX, Kind
from lending.world.applicants import STATES, Applicants, day_begins
from lending.world.attributes import Attributes, attributes_of
from lending.world.columns import DAY_MS, HOUR_MS, constant, dates, times, whole, words
from lending.world.draws import Bools, Draws, Ints, RowDraws, key_of, mixed
from lending.world.keys import uuids
from lending.world.outages import after_outages

_SHARES: Final = (0.45, 0.35, 0.20)
_STATUSES: Final = ("hit", "no_hit", "hit_no_score", "timeout")
NO_HIT, NO_SCORE, TIMEOUT = 1, 2, 3
_DECEASED = 9001
_LONGEST_WAIT_MS: Final = 3 * HOUR_MS  # an ordinary outage is over before the night's cut; one that is not is a fault
_FRESH, _ORDINARY = (0.25, 0.65, 0.10), (0.10, 0.70, 0.20)  # shares of files 0, 1 and 2 days old


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Hit status and score as delivered, one per application."""

    status: Ints
    score: Ints

    @property
    def has_file(self) -> Bools:
        """Where a living person's file was found, so that attributes are delivered."""
        found: Bools = np.isin(self.status, (0, NO_SCORE)) & (self.score != _DECEASED)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the lender orders of a bureau, and for which purpose."""

    product_code: str = "CORE"
    pull_type: Literal["hard", "prescreen"] = "hard"
    permissible_purpose: Literal["credit_transaction", "firm_offer"] = "credit_transaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Which applications were asked for, in order, each with the number of the attempt and the time in UTC ms."""

    of: Ints
    draws: RowDraws
    asked: Ints
    is_lost: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulls:
    """Every pull of the day, one row each, in order of the applications; `of` is the application's row, times in UTC ms.

    `bureau` and `status` are positions; `attributes` are of the applications, not of the pulls.
    """

    of: Ints
    draws: RowDraws
    bureau: Ints
    status: Ints
    asked: Ints
    responded: Ints
    received: Ints
    score: Ints
    has_file: Bools
    attributes: Attributes


def pulls_of(people: Applicants) -> Pulls:
    """The day's pulls, some of which were never answered; one application in 300 was asked for twice."""
    return pulls_as_asked(people, _requests(people), answers(people), people.persons.pick("bureau", _SHARES))


def pulls_as_asked(people: Applicants, asked: Requests, found: Answers, bureau: Ints) -> Pulls:
    """The pulls that come of the requests; `found` and `bureau` are of the applications."""
    of, draws = asked.of, asked.draws
    status = np.where(asked.is_lost, TIMEOUT, found.status[of])
    responded = asked.asked + (300 + 700 * draws.exponential("latency")).astype(np.int64).clip(300, 14_000)
    late = np.where(draws.chance("late", 0.01), 6 * HOUR_MS * draws.uniform("lateness"), 0)
    up_again = after_outages(people.draws, BUREAUS, bureau[of], asked.asked, draws.uniform("backlog"))
    late = np.maximum(late, np.minimum(up_again - asked.asked, _LONGEST_WAIT_MS))
    received = responded + (60_000 + 540_000 * draws.uniform("landing") + late).astype(np.int64)
    return Pulls(
        of=of,
        draws=draws,
        bureau=bureau[of],
        status=status,
        asked=asked.asked,
        responded=responded,
        received=np.where(status == TIMEOUT, asked.asked + 15_000, received),
        score=found.score[of],
        has_file=found.has_file[of] & (status != TIMEOUT),
        attributes=attributes_of(people, found.score),
    )


def bureau_pulls(people: Applicants) -> pa.Table:
    """Every pull of the day with the `bureau` that answered, in order of the applications."""
    return pa.table(dict(pull_columns(people, pulls_of(people), Order())))


def answers(people: Applicants) -> Answers:
    """Base rates vary a little from day to day (beta-binomial), and the young are found less often."""
    young, u = people.age < 25, people.persons.uniform("file")
    no_hit, no_score, timeout = (
        _today(people.draws, name, base) for name, base in (("no_hit", 0.018), ("no_score", 0.034), ("timeout", 0.0015))
    )
    p1 = no_hit * np.where(young, 2.2, 0.85)
    p2 = p1 + no_score * np.where(young, 2.0, 0.87)
    status = np.where(u < p1, NO_HIT, np.where(u < p2, NO_SCORE, 0))
    status = np.where(people.rows_drawn.chance("timeout", timeout), TIMEOUT, status)
    unscored = np.array((_DECEASED, 9002, 9003))[people.persons.pick("unscored", (0.01, 0.59, 0.40))]
    score = np.where(status == NO_HIT, 9000, np.where(status == NO_SCORE, unscored, people.score))
    return Answers(status=status.astype(np.int64), score=score)


def _today(draws: Draws, name: str, base: float) -> float:
    spread = np.sqrt(base * (1 - base) * 2e-4)
    return float(np.clip(base + spread * draws.normal(f"{name}_rate", 1)[0], base / 3, base * 3))


def _requests(people: Applicants) -> Requests:
    """0.3% of applications are never asked for, 0.3% twice: half of these after a timeout, the rest are double submissions."""
    rows = people.rows_drawn
    asked = people.submitted + (1_000 + 15_000 * rows.uniform("ask")).astype(np.int64)
    again = asked + (3_000 + 30_000 * rows.uniform("again")).astype(np.int64)
    never, repeated = rows.chance("never_asked", 0.003), rows.chance("repeated", 0.003)
    lost = repeated & rows.chance("first_lost", 0.5)
    first, second = np.flatnonzero(~never), np.flatnonzero(repeated & ~never)
    of, attempt = np.concatenate([first, second]), np.repeat([1, 2], [len(first), len(second)])
    order = np.lexsort((attempt, of))
    of, attempt = of[order], attempt[order]
    return Requests(
        of=of,
        draws=RowDraws(ids=np.where(attempt == 1, rows.ids[of], mixed(rows.ids[of] ^ key_of("second attempt")))),
        asked=np.where(attempt == 1, asked[of], again[of]),
        is_lost=(attempt == 1) & lost[of],
    )


def pull_columns(people: Applicants, pulls: Pulls, order: Order) -> Iterator[tuple[str, pa.Array]]:
    """The columns of the pulls as they are delivered, under their names."""
    of, draws, rows = pulls.of, pulls.draws, len(pulls.of)
    timeout, no_file = pulls.status == TIMEOUT, np.isin(pulls.status, (TIMEOUT, NO_HIT))
    yield "bureau", words(pulls.bureau, BUREAUS)
    yield "pull_id", uuids(draws, "pull")
    yield "application_id", people.keys.take(pa.array(of))
    yield "consumer_key", people.consumers.take(pa.array(of))
    yield "product_code", constant(order.product_code, rows)
    yield "product_version", constant(people.conditions.product_version, rows)
    yield "pull_type", constant(order.pull_type, rows)
    yield "permissible_purpose", constant(order.permissible_purpose, rows)
    yield "requested_at", times(pulls.asked)
    yield "responded_at", times(pulls.responded, timeout)
    yield "received_at", times(pulls.received)
    yield "hit_status", words(pulls.status, _STATUSES)
    yield "file_date", dates(day_begins(people.draws.day) + 12 * HOUR_MS - _file_lag(people, draws) * DAY_MS, no_file)
    yield "score_model", constant("FICO8", rows)
    yield "score_raw", whole(pulls.score, timeout)
    yield from echoed(people, of, no_file)
    for name, (values, cause) in pulls.attributes.items():
        yield name, whole(delivered(KIND_OF[name], pulls.bureau, values[of], cause[of]), ~pulls.has_file)


def _file_lag(people: Applicants, draws: RowDraws) -> Ints:
    """Days from a bureau's data to the request; lenders report around the first and the fifteenth, and nobody on Sundays."""
    day = people.draws.day
    refreshing = day.day <= 5 or 15 <= day.day <= 18
    return draws.pick("file_lag", _FRESH if refreshing else _ORDINARY) + (1 if day.weekday() == 6 else 0)


def echoed(people: Applicants, of: Ints, no_file: Bools) -> Iterator[tuple[str, pa.Array]]:
    """Freeze and dispute, and who was asked for beside who the file says it is; null without a file."""
    persons = RowDraws(ids=people.persons.ids[of])
    names = [name for name, _, _ in STATES]
    moved = persons.chance("moved_house", 0.015)  # a file may still know the old address
    elsewhere = persons.pick("old_state", [float(share) for _, share, _ in STATES])
    state, decade = people.state[of], (people.draws.day.year - people.age[of]) // 10 * 10
    yield "frozen_flag", pa.array(persons.chance("frozen", people.conditions.frozen_share), mask=no_file)
    yield "dispute_flag", pa.array(persons.chance("dispute", 0.012), mask=no_file)
    yield "input_state", words(state, names)
    yield "file_state", words(np.where(moved, elsewhere, state), names, no_file)
    yield "input_birth_decade", whole(decade)
    yield "file_birth_decade", whole(decade, no_file)


def delivered(kind: Kind, bureau: Ints, values: Ints, cause: Ints) -> Ints:
    """An attribute of the kind as each row's bureau delivers it: a value, or its own code for the cause."""
    codes = np.array(
        [[0, *(CODES[b][kind][c] for c in ("no_trades_of_type", "none_recent", "not_computable"))] for b in BUREAUS],
        dtype=np.int64,
    )
    return np.where(cause == 0, np.minimum(values, VALID_MAX[kind]), codes[bureau, cause])
