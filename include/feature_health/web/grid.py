"""Jobs by partitions as a grid of rulings: from the ledger's rows to what a cell shows, in colour, letter and words. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal

from feature_health.contracts.severity import Ruling
from feature_health.incidents.incident import Incident, Member, Role
from feature_health.records import PartitionRow
from feature_health.web.wording import count, instant

State = Literal["published", "warned", "released", "allowed", "held", "late", "waits", "failed", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a state is told apart: `symbol` for those to whom the colour says nothing, `label` for everybody."""

    symbol: str
    label: str


LOOKS: Mapping[State, Look] = {
    "published": Look(symbol="✓", label="published"),
    "warned": Look(symbol="!", label="published with warnings"),
    "released": Look(symbol="R", label="released by a person"),
    "allowed": Look(symbol="…", label="allowed, not readable yet"),
    "held": Look(symbol="H", label="held in quarantine"),
    "late": Look(symbol="L", label="late"),
    "waits": Look(symbol="W", label="waiting for an input"),
    "failed": Look(symbol="F", label="our platform failed"),
    "unknown": Look(symbol="", label="nothing known"),
}
Inputs = Mapping[str, tuple[str, ...]]
"""The jobs that a join waits for, by the join's name."""

_NO_JOIN: Inputs = {}
_OF_ROLE: Mapping[Role, State] = {"late": "late", "waits": "waits", "failed": "failed", "held": "held"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One partition. `because` are the reasons in one sentence each; `title` is all of it as one text."""

    job: str
    key: str
    state: State
    symbol: str
    label: str
    title: str
    because: tuple[str, ...] = ()
    revision: int | None = None
    readable_revision: int | None = None
    rows: int | None = None
    decided_at: datetime | None = None

    @property
    def reads_older(self) -> bool:
        """Whether decisioning reads an earlier revision than the one that the cell is about."""
        return self.readable_revision not in (None, self.revision)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyGroup:
    """Neighbouring keys under one heading: the days of a month, or the months of a year."""

    heading: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """One job's cells, in the order of the grid's keys."""

    job: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Jobs of one cadence. Keys run from the oldest to the newest."""

    groups: tuple[KeyGroup, ...] = ()
    lines: tuple[JobLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """One state that the grids contain, and how often."""

    state: State
    symbol: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grids:
    """One grid per cadence, and what their symbols mean.

    `noteworthy` are the cells that have reasons, newest first; `older` counts those of which an earlier revision is readable.
    """

    grids: tuple[Grid, ...] = ()
    legend: tuple[Legend, ...] = ()
    noteworthy: tuple[Cell, ...] = ()
    older: int = 0

    @property
    def empty(self) -> bool:
        """Whether no partition is known at all."""
        return not any(grid.groups for grid in self.grids)


def grids(
    jobs: Iterable[str],
    rows: Iterable[PartitionRow],
    incidents: Iterable[Incident],
    *,
    keys_max: int,
    inputs: Inputs = _NO_JOIN,
) -> Grids:
    """The grids of the newest `keys_max` keys of each cadence.

    What has no ruling shows what an open incident says of it; a join that none speaks of waits while nothing of an input
    is readable.
    """
    cells = _with_waiting({(cell.job, cell.key): cell for cell in (*_of_members(incidents), *map(_judged, rows))}, inputs)
    by_length: dict[int, set[str]] = {}
    for _, key in cells:
        by_length.setdefault(len(key), set()).add(key)
    jobs = tuple(jobs)
    made = tuple(_grid(jobs, sorted(keys)[-keys_max:], cells) for _, keys in sorted(by_length.items(), reverse=True))
    shown = [cell for grid in made for line in grid.lines for cell in line.cells]
    return Grids(
        grids=made,
        legend=_legend(shown),
        noteworthy=tuple(sorted((cell for cell in shown if cell.because), key=lambda it: (it.key, it.job), reverse=True)),
        older=sum(cell.reads_older for cell in shown),
    )


def _grid(jobs: tuple[str, ...], keys: list[str], cells: Mapping[tuple[str, str], Cell]) -> Grid:
    """A job without any partition of this cadence is left out, so that daily and monthly jobs do not fill each other's grid."""
    lines = (JobLine(job=job, cells=tuple(cells.get((job, key)) or _unknown(job, key) for key in keys)) for job in jobs)
    return Grid(
        groups=tuple(KeyGroup(heading=heading, keys=tuple(group)) for heading, group in groupby(keys, key=lambda key: key[:-3])),
        lines=tuple(line for line in lines if any(cell.state != "unknown" for cell in line.cells)),
    )


def _judged(row: PartitionRow) -> Cell:
    state = _state(row)
    facts = (
        f"revision {row.revision}",
        count(row.rows, "row"),
        f"judged {instant(row.decided_at)}",
        *_still_readable(row),
        *([f"{count(row.diverted, 'row')} diverted"] if row.diverted else []),
    )
    return Cell(
        job=row.partition.job,
        key=row.partition.key,
        state=state,
        symbol=LOOKS[state].symbol,
        label=LOOKS[state].label,
        title=_title(row.partition.job, row.partition.key, LOOKS[state].label, facts, row.because),
        because=row.because,
        revision=row.revision,
        readable_revision=row.readable_revision,
        rows=row.rows,
        decided_at=row.decided_at,
    )


def _state(row: PartitionRow) -> State:
    if row.held:
        return "held"
    if row.readable_revision != row.revision:
        return "allowed" if row.ruling.may_publish else "held"
    if row.ruling is Ruling.QUARANTINE:
        return "released"
    return "warned" if row.ruling is Ruling.PUBLISH_WITH_WARNINGS else "published"


def _still_readable(row: PartitionRow) -> tuple[str, ...]:
    if row.readable_revision in (None, row.revision):
        return ()
    return (f"revision {row.readable_revision} stays readable",)


def _of_members(incidents: Iterable[Incident]) -> Iterable[Cell]:
    for incident in incidents:
        yield from (_told_by(member) for member in incident.members if member.ended_at is None)


def _told_by(member: Member) -> Cell:
    state = _OF_ROLE[member.role]
    return Cell(
        job=member.job,
        key=member.key,
        state=state,
        symbol=LOOKS[state].symbol,
        label=LOOKS[state].label,
        title=_title(member.job, member.key, LOOKS[state].label, (f"noticed {instant(member.at)}",), (member.because,)),
        because=(member.because,),
        revision=member.revision,
    )


def _with_waiting(cells: Mapping[tuple[str, str], Cell], inputs: Inputs) -> Mapping[tuple[str, str], Cell]:
    """The cells and those of joins that wait, in turns: what waits for a join that waits is found in the next one."""
    while more := {(cell.job, cell.key): cell for cell in _waiting(cells, inputs)}:
        cells = {**cells, **more}
    return cells


def _waiting(cells: Mapping[tuple[str, str], Cell], inputs: Inputs) -> Iterable[Cell]:
    unreadable = [cell for cell in cells.values() if cell.readable_revision is None]
    for job, needed in inputs.items():
        awaited = [cell for cell in unreadable if cell.job in needed and (job, cell.key) not in cells]
        for key in {cell.key for cell in awaited}:
            yield _waits(job, key, tuple(sorted(f"waits for {cell.job} {key}" for cell in awaited if cell.key == key)))


def _waits(job: str, key: str, because: tuple[str, ...]) -> Cell:
    look = LOOKS["waits"]
    title = _title(job, key, look.label, ("not judged yet",), because)
    return Cell(job=job, key=key, state="waits", symbol=look.symbol, label=look.label, title=title, because=because)


def _unknown(job: str, key: str) -> Cell:
    look = LOOKS["unknown"]
    return Cell(job=job, key=key, state="unknown", symbol=look.symbol, label=look.label, title=f"{job} {key}: {look.label}")


def _title(job: str, key: str, label: str, facts: Iterable[str], because: Iterable[str]) -> str:
    return "\n".join((f"{job} {key}: {label}", ", ".join(facts), *(f"• {reason}" for reason in because)))


def _legend(shown: Iterable[Cell]) -> tuple[Legend, ...]:
    counts: dict[State, int] = {}
    for cell in shown:
        counts[cell.state] = counts.get(cell.state, 0) + 1
    return tuple(
        Legend(state=state, symbol=look.symbol, label=look.label, count=counts[state])
        for state, look in LOOKS.items()
        if state in counts and state != "unknown"
    )
