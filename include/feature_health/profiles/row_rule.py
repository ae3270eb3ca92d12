"""One check by which a single row can fail, as a value that an engine can look for. Must not know what follows from it."""

from dataclasses import dataclass

from feature_health.profiles.measure import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRule:
    """The rows that `failing` counts fail the check; their values of `columns` are why.

    `failing` is the very measure that the check was judged by, so that rows and counts cannot disagree.
    """

    check: str
    failing: Measure
    columns: tuple[str, ...] = ()
