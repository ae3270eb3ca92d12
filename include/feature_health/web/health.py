"""The health page as values: what every part of it shows, ready to be written as HTML or JSON. Pure; asks nobody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from feature_health.drills.heartbeat import HEARTBEAT_AGE_MAX as SELF_TEST_AGE_MAX
from feature_health.steps.watch import HEARTBEAT_AGE_MAX
from feature_health.web.answers import HELD_MAX, Answers
from feature_health.web.grid import Grids, grids
from feature_health.web.incident_cards import Card, cards
from feature_health.web.quarantine import Quarantine, quarantine
from feature_health.web.wording import ago, count, instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Whether somebody looks for partitions that never come, or sees that the gate holds."""

    state: Literal["beating", "stale", "missing"]
    text: str
    last_beat: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """The newest partition of a job that decisioning can read; all None when there is none.

    `newer_unreadable` counts partitions after it, as far as the grid shows them, that are held, late or wait; `diverted` says how
    many of its rows are held back, None when none is.
    """

    job: str
    key: str | None = None
    revision: int | None = None
    rows: int | None = None
    since: datetime | None = None
    since_text: str | None = None
    since_ago: str | None = None
    released_by: str | None = None
    diverted: str | None = None
    newer_unreadable: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPage:
    """All of the page."""

    now: datetime
    now_text: str
    watcher: Watcher
    self_test: Watcher
    undelivered: int
    undelivered_text: str
    held: int
    grids: Grids
    incidents: tuple[Card, ...]
    quarantine: Quarantine
    readable: tuple[Readable, ...]


def health_page(answers: Answers, *, keys_max: int) -> HealthPage:
    """The page for these answers, with at most `keys_max` columns a grid."""
    rulings = grids(answers.jobs, answers.rows, answers.incidents, keys_max=keys_max, inputs=answers.inputs)
    return HealthPage(
        now=answers.now,
        now_text=instant(answers.now),
        watcher=_watcher(answers.heartbeat, answers.now, HEARTBEAT_AGE_MAX, so="a partition that does not come goes unnoticed"),
        self_test=_watcher(answers.tested, answers.now, SELF_TEST_AGE_MAX, so="nobody knows whether the gate holds"),
        undelivered=answers.undelivered,
        undelivered_text=f"{count(answers.undelivered, 'message')} not delivered yet",
        held=len(answers.held),
        grids=rulings,
        incidents=cards(answers.incidents, held=answers.held_revisions, now=answers.now, joins=answers.inputs),
        quarantine=quarantine(
            answers.held, asked=answers.asked, failing=answers.failing, rows=answers.rows, now=answers.now, lines_max=HELD_MAX
        ),
        readable=tuple(_readable(job, answers, rulings) for job in answers.jobs),
    )


def _watcher(beat: datetime | None, now: datetime, age_max: timedelta, *, so: str) -> Watcher:
    if beat is None:
        return Watcher(state="missing", text=f"never ran: {so}", last_beat=None)
    if now - beat > age_max:
        return Watcher(state="stale", text=f"last ran {ago(beat, now)}: since then {so}", last_beat=beat)
    return Watcher(state="beating", text=f"looked {ago(beat, now)}", last_beat=beat)


def _readable(job: str, answers: Answers, rulings: Grids) -> Readable:
    newest = next((one for one in answers.newest_readable if one.revision.job == job), None)
    known = (cell.key for grid in rulings.grids for line in grid.lines for cell in line.cells if line.job == job and cell.symbol)
    after = sum(newest is None or key > newest.revision.key for key in known)
    if newest is None:
        return Readable(job=job, newer_unreadable=after)
    return Readable(
        job=job,
        key=newest.revision.key,
        revision=newest.revision.number,
        rows=newest.rows,
        since=newest.valid_from,
        since_text=instant(newest.valid_from),
        since_ago=ago(newest.valid_from, answers.now),
        released_by=newest.released_by,
        diverted=f"{count(newest.diverted, 'row')} diverted" if newest.diverted else None,
        newer_unreadable=after,
    )
