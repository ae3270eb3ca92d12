"""Where a fault was first stopped: what the gate says of the faulty nights and not of their clean twins. Pure."""

from collections.abc import Iterable, Sequence
from typing import Literal

from feature_health.drills.lender import Truth
from feature_health.drills.result import Detection, Fired, Judged

PARTITIONS_MAX = 2
"""A fault of less impact than S1 may show only in the second partition."""


def detected(nights: Sequence[Sequence[Judged]], twins: Sequence[Sequence[Judged]]) -> Detection | None:
    """The first partition that was stopped for more than its clean twin would have been; None when there is none."""
    for number, (night, twin) in enumerate(zip(nights, twins, strict=True), start=1):
        of_twin = {one.job: one for one in twin}
        for one in night:
            found = _detected(one, of_twin[one.job], number)
            if found is not None:
                return found
    return None


def in_time(detection: Detection | None, truth: Truth, corrupted_rows_published: int) -> bool:
    """Whether that is what the impact asks for: S1 on the same day with no corrupted row readable, else within two partitions."""
    if detection is None:
        return False
    if truth.impact == "S1":
        return detection.partition == 1 and corrupted_rows_published == 0
    return detection.partition <= PARTITIONS_MAX


def beyond(one: Judged, twin: Judged) -> tuple[Fired, ...]:
    """What objects to a partition but not to its clean twin."""
    known = {fired.check for fired in twin.fired}
    return tuple(fired for fired in one.fired if fired.check not in known)


def _detected(one: Judged, twin: Judged, number: int) -> Detection | None:
    objections = tuple(fired for fired in beyond(one, twin) if not one.held or fired.holds)
    if not one.stops or not objections:
        return None
    return Detection(
        partition=number,
        key=one.key,
        job=one.job,
        how=_how(one),
        checks=_each_once(fired.check for fired in objections),
        because=objections[0].because,
    )


def _how(one: Judged) -> Literal["held", "diverted", "never_came"]:
    if one.ruling is None:
        return "never_came"
    return "held" if one.held else "diverted"


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
