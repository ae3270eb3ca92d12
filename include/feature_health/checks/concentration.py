"""Whether rows of one kind gather in a segment of a partition more than chance explains. Pure arithmetic, the same everywhere.

Each segment is held against the rest by Fisher's exact test, one-sided (R. A. Fisher, The Logic of Inductive Inference, 1935):
by the hypergeometric chance that a segment of its size has so many of the rows or more. The smallest of many such chances is
small by chance too, so they are adjusted together by Holm's method (S. Holm, A Simple Sequentially Rejective Multiple Test
Procedure, 1979), which holds however segments overlap. In a large partition even a trifle is improbable: what counts must also be
a multiple.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, lgamma

LIFT_MIN = 2.0
"""The least multiple, of the share of the rows outside the segment, that is an effect."""
ROWS_MIN = 3
"""Fewer rows than these are no crowd: whatever segment two rows of a small one are in, it would look like one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The rows in which `column` is `value`, and how many of them are of the kind."""

    column: str
    value: object
    rows: int
    counted: int

    @property
    def share(self) -> float:
        """Rows of the kind over rows, 0 to 1."""
        return self.counted / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """A segment in which they gather: its adjusted p-value, and the share of such rows outside it."""

    segment: Segment
    p: float
    share_outside: float


def crowds(segments: Sequence[Segment], *, rows: int, counted: int, significance: float) -> tuple[Crowd, ...]:
    """The segments in which the `counted` of all `rows` gather, the most improbable first.

    Such a segment has at least `ROWS_MIN` of them, at least `LIFT_MIN` times the share outside it, and an adjusted p-value of at
    most `significance`.
    """
    found = []
    for segment, p in _adjusted(segments, rows=rows, counted=counted):
        outside = Segment(column=segment.column, value=None, rows=rows - segment.rows, counted=counted - segment.counted)
        if p <= significance and segment.counted >= ROWS_MIN and segment.share >= LIFT_MIN * outside.share:
            found.append(Crowd(segment=segment, p=p, share_outside=outside.share))
    return tuple(found)


def chance_of_at_least(hit: int, *, drawn: int, marked: int, rows: int) -> float:
    """The chance, 0 to 1, that `drawn` of `rows` rows, of which `marked` are marked, contain `hit` marked ones or more.

    The upper tail of the hypergeometric distribution, summed from its largest term on, to six digits or more of up to ten
    million rows. Given as 1 where `hit` is no more than is to be expected, for no such segment is a crowd.
    """
    if hit * rows <= drawn * marked:
        return 1.0
    term = exp(_log_choose(marked, hit) + _log_choose(rows - marked, drawn - hit) - _log_choose(rows, drawn))
    total = 0.0
    for k in range(hit, min(drawn, marked) + 1):
        total += term
        if term <= total * 1e-17:
            break
        left = rows - marked - drawn + k + 1
        term *= (marked - k) * (drawn - k) / ((k + 1) * left) if left else 0.0
    return min(total, 1.0)


def _adjusted(segments: Sequence[Segment], *, rows: int, counted: int) -> Iterator[tuple[Segment, float]]:
    """Each segment with its p-value by Holm, ascending; all segments count, those without such rows too."""
    tested = sorted(
        (
            (chance_of_at_least(one.counted, drawn=one.rows, marked=counted, rows=rows), place)
            for place, one in enumerate(segments)
        )
    )
    greatest = 0.0
    for rank, (p, place) in enumerate(tested):
        greatest = max(greatest, min(1.0, p * (len(tested) - rank)))
        yield segments[place], greatest


def _log_choose(of: int, drawn: int) -> float:
    return lgamma(of + 1) - lgamma(drawn + 1) - lgamma(of - drawn + 1)
