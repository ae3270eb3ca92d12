"""What each check of the contracts is worth, told by a matrix: what it caught, alone or with others, and what it cost. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from feature_health.drills.cell import Cell
from feature_health.drills.check_cards import CheckCard
from feature_health.drills.summary import CleanNight, has_effect

COLUMNS, VALUES = "schema.columns", "schema.values"
_Name = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckWorth:
    """One check of one job over a matrix.

    It `fired` in so many cells with a fault. Of the caught ones, in `caught_alone` no other check of any job stopped the fault in
    the partition in which it was caught; in `caught_with_others` one did. `warned` counts cells in which it objected without
    holding anything. `false_alarms` are clean and decoy partitions that it objected to, of `clean` judged; of them it held
    `false_holds`. `precision` is the share of faulty ones among all that it objected to, `recall` the share of the cells of those
    faults it is for (`for_cells`) in which it objected; each is None where there is nothing to divide by.
    """

    job: str
    check: str
    severity: str
    failures: tuple[str, ...]
    fired: int
    caught_alone: int
    caught_with_others: int
    warned: int
    false_alarms: int
    false_holds: int
    clean: int
    precision: float | None
    recall: float | None
    for_cells: int
    measures: int
    own_measures: int
    promised: bool = True
    says: str = ""

    @property
    def dead(self) -> bool:
        """Whether it never objected to anything."""
        return self.fired == 0 and self.false_alarms == 0

    @property
    def redundant(self) -> bool:
        """Whether it objected to faults, but never was the only one to stop one."""
        return self.fired > 0 and self.caught_alone == 0


@dataclass(slots=True)
class _Tally:
    fired: int = 0
    alone: int = 0
    with_others: int = 0
    warned: int = 0
    false_alarms: int = 0
    false_holds: int = 0


def checks_report(cells: Iterable[Cell], clean: Iterable[CleanNight], cards: Sequence[CheckCard]) -> tuple[CheckWorth, ...]:
    """Every check of the contracts in their order, then what objected without being promised (a partition that never came)."""
    came = [cell for cell in cells if cell.error is None]
    faults, decoys = [cell for cell in came if not cell.decoy and has_effect(cell)], [cell for cell in came if cell.decoy]
    known = {(card.job, card.check) for card in cards}
    tallies: dict[_Name, _Tally] = defaultdict(_Tally)
    for cell in faults:
        _count_fault(cell, known, tallies)
    nights = list(clean)
    _count_clean(nights, decoys, known, tallies)
    judged = _judged(nights, decoys)
    others = [CheckCard(job=job, check=check, severity="block") for job, check in tallies if (job, check) not in known]
    return tuple(
        _worth(
            card, tallies[card.job, card.check], faults, known, judged.get(card.job, 0), promised=(card.job, card.check) in known
        )
        for card in (*cards, *others)
    )


def named(job: str, check: str, known: Iterable[_Name]) -> _Name:
    """The contract's check that a finding is of: findings on columns and their values name the column, the contract does not."""
    if (job, check) in known or not check.startswith("schema."):
        return job, check
    return job, VALUES if check.startswith("schema.values") else COLUMNS


def _count_fault(cell: Cell, known: set[_Name], tallies: dict[_Name, _Tally]) -> None:
    objecting: dict[_Name, bool] = {}
    for one in cell.objections:
        name = named(one.job, one.check, known)
        objecting[name] = objecting.get(name, False) or one.holds
    stopping = {named(cell.caught_job or "", check, known) for check in cell.caught_by}
    for name, holds in objecting.items():
        tally = tallies[name]
        tally.fired += 1
        if cell.partitions is not None and name in stopping:
            tally.alone += len(stopping) == 1 and not _others_hold(objecting, stopping)
            tally.with_others += len(stopping) > 1 or _others_hold(objecting, stopping)
        elif not holds:
            tally.warned += 1


def _others_hold(objecting: Mapping[_Name, bool], stopping: set[_Name]) -> bool:
    return any(holds and name not in stopping for name, holds in objecting.items())


def _count_clean(nights: Sequence[CleanNight], decoys: Sequence[Cell], known: set[_Name], tallies: dict[_Name, _Tally]) -> None:
    fired = [(one.job, check.check, check.holds) for night in nights for one in night.judged for check in one.fired]
    fired += [(one.job, one.check, one.holds) for cell in decoys for one in cell.objections]
    for job, check, holds in fired:
        tally = tallies[named(job, check, known)]
        tally.false_alarms += 1
        tally.false_holds += holds


def _judged(nights: Sequence[CleanNight], decoys: Sequence[Cell]) -> Mapping[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for job in [one.job for night in nights for one in night.judged if one.ruling is not None]:
        counts[job] += 1
    for job in [job for cell in decoys for job, _ in cell.judged]:
        counts[job] += 1
    return counts


def _worth(
    card: CheckCard, tally: _Tally, faults: Sequence[Cell], known: set[_Name], clean: int, *, promised: bool
) -> CheckWorth:
    meant = [cell for cell in faults if set(cell.fault.split("+")) & set(card.failures)]
    hit = sum(any(named(one.job, one.check, known) == (card.job, card.check) for one in cell.objections) for cell in meant)
    objected = tally.fired + tally.false_alarms
    return CheckWorth(
        job=card.job,
        check=card.check,
        severity=card.severity,
        failures=card.failures,
        fired=tally.fired,
        caught_alone=tally.alone,
        caught_with_others=tally.with_others,
        warned=tally.warned,
        false_alarms=tally.false_alarms,
        false_holds=tally.false_holds,
        clean=clean,
        precision=tally.fired / objected if objected else None,
        recall=hit / len(meant) if meant else None,
        for_cells=len(meant),
        measures=card.measures,
        own_measures=card.own_measures,
        promised=promised,
        says=card.says,
    )
