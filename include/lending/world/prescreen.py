"""A mail drop's prescreen: on the first Tuesday of a month one bureau answers a list of millions for firm offers of credit.

Soft pulls on the adults of the country, not on applicants: they score higher. The product is wider than an application's.
Made in blocks, so that memory does not grow with the list.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Final

import numpy as np
import pyarrow as pa

from lending.bureau_codes import BUREAUS
from lending.errors import DayOutsideWorld
from lending.world.applicants import Applicants, Arrivals, at_local, people
from lending.world.bureau import TIMEOUT, Answers, Order, Requests, answers, delivered, pull_columns, pulls_as_asked
from lending.world.columns import HOUR_MS, constant, whole, words
from lending.world.conditions import Conditions
from lending.world.draws import Draws, numbered
from lending.world.universe import permuted
from lending.world.wide_attributes import KIND_OF_WIDE, score_reasons, wide_attributes

BLOCK_ROWS: Final = 500_000
BUREAU: Final = "TUC"
"""Which bureau answers mail drops."""

_ORDER: Final = Order(product_code="PRESCREEN", pull_type="prescreen", permissible_purpose="firm_offer")
_TUESDAY, _BEGINS, _HOURS = 1, time(6), 4
_CELLS: Final = (("A", 0.55), ("B", 0.25), ("C", 0.15), ("HOLDOUT", 0.05))


def prescreen_blocks(day: date, *, seed: int, rows: int, conditions: Conditions) -> Iterator[pa.Table]:
    """The list's answers in order, 500,000 rows at a time; raises DayOutsideWorld on a day without a mail drop."""
    if not is_mail_drop(day):
        raise DayOutsideWorld(
            f"A prescreen list is answered on the first Tuesday of a month; {day} is none, the next is {next_mail_drop(day)}."
        )
    for first in range(0, rows, BLOCK_ROWS):
        yield _block(day, seed=seed, of=rows, first=first, rows=min(BLOCK_ROWS, rows - first), conditions=conditions)


def is_mail_drop(day: date) -> bool:
    """Whether the day is the first Tuesday of a month."""
    return day.weekday() == _TUESDAY and day.day <= 7


def next_mail_drop(day: date) -> date:
    """The first mail drop after the day."""
    days = (day + timedelta(days=n) for n in range(1, 36))
    return next(later for later in days if is_mail_drop(later))


def _block(day: date, *, seed: int, of: int, first: int, rows: int, conditions: Conditions) -> pa.Table:
    reached = people(day, seed=seed, conditions=conditions, came=_listed(day, seed, of, first, rows), adults=True)
    pulls = pulls_as_asked(reached, _asked(reached), _in_batch(answers(reached)), np.full(rows, BUREAUS.index(BUREAU)))
    columns = dict(pull_columns(reached, pulls, _ORDER))
    columns |= {
        name: whole(delivered(KIND_OF_WIDE[name], pulls.bureau, values, cause), ~pulls.has_file)
        for name, (values, cause) in wide_attributes(reached, pulls.attributes).items()
    }
    columns |= score_reasons(pulls.attributes, pulls.score)
    return pa.table(columns | _of_campaign(reached))


def _listed(day: date, seed: int, of: int, first: int, rows: int) -> Arrivals:
    """Whom these rows of the list name; all are a month older than when the world began, so that lists find them changed."""
    drawn = Draws(seed=seed, table="prescreen", day=day).rows(rows, first=first)
    listed = np.arange(first, first + rows)
    return Arrivals(
        rows=drawn.ids,
        persons=numbered(f"{seed}|adults", permuted(listed, key=f"{seed}|list|{day.isoformat()}")),
        since_first=np.full(rows, 30),
        shift=np.full(rows, 0.0),
        submitted=at_local(day, _BEGINS) + listed * (_HOURS * HOUR_MS) // of,
        campaign=np.full(rows, -1),
    )


def _asked(reached: Applicants) -> Requests:
    return Requests(
        of=np.arange(reached.rows),
        draws=reached.rows_drawn,
        asked=reached.submitted,
        is_lost=np.zeros(reached.rows, dtype=np.bool_),
    )


def _in_batch(found: Answers) -> Answers:
    """Nobody waits for a batch, so nothing times out."""
    return replace(found, status=np.where(found.status == TIMEOUT, 0, found.status))


def _of_campaign(reached: Applicants) -> dict[str, pa.Array]:
    cells = reached.rows_drawn.pick("cell", [share for _, share in _CELLS])
    return {
        "campaign_id": constant(f"PRESCREEN-{reached.draws.day:%Y%m}", reached.rows),
        "cell": words(cells, [name for name, _ in _CELLS]),
    }
