"""What was seen before: the profiles of a job's accepted partitions, and a candidate's profile beside them for judging.

Pure values. Must not know where they are kept, nor what anybody concludes from them.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from feature_health.contracts.keys import Period
from feature_health.profiles.measure import Measure, name_of
from feature_health.profiles.partition import RevisionId
from feature_health.profiles.profile import NotMeasured, ObservedColumn, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One accepted partition: its first day, the delivery's sha256, and its day's `volume`, how many rows it should have relative
    to an ordinary one.
    """

    revision: RevisionId
    sha256: str
    first_day: date
    profile: Profile
    volume: float = 1.0

    def __getitem__(self, measure: Measure) -> Any:  # noqa: ANN401 - each measure's docstring says what it is
        """The measured value; raises NotMeasured with the reason."""
        return self.profile[measure]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Accepted partitions by key, oldest first. `unread` says why they could not be read; then there are none."""

    past: tuple[Past, ...] = ()
    unread: str | None = None

    @classmethod
    def of(cls, past: Iterable[Past]) -> Self:
        """The history of these in any order; of a partition that is there twice the newer revision."""
        newest = {each.revision.key: each for each in sorted(past, key=lambda each: each.revision)}
        return cls(past=tuple(newest[key] for key in sorted(newest)))

    def __or__(self, other: "History") -> "History":
        """Both together: order, grouping and repetition do not matter. What could not be read makes the whole unread."""
        unread = min((it.unread for it in (self, other) if it.unread is not None), default=None)
        return History.of((*self.past, *other.past)) if unread is None else History(unread=unread)

    def newest(self, count: int) -> "History":
        """Its last `count` partitions."""
        return replace(self, past=self.past[-count:] if count else ())

    @property
    def revisions(self) -> tuple[str, ...]:
        """The names of its revisions, oldest partition first."""
        return tuple(str(each.revision) for each in self.past)

    @property
    def digest(self) -> str:
        """sha256 of everything in it that judging may look at."""
        entries = [[str(it.revision), it.sha256, it.first_day.isoformat(), it.volume, it.profile.digest] for it in self.past]
        return hashlib.sha256(json.dumps([self.unread, entries]).encode()).hexdigest()


NO_HISTORY = History(unread="no history was handed in")
"""What a judgement starts from: nothing that looks back may pass because nobody looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an expectation is judged by: the candidate's profile and what came before it.

    `volume` is how many rows the candidate's day should have relative to an ordinary one; `period` is None when nobody said which
    partition it is, `sha256` when nobody said which file was delivered.
    """

    profile: Profile
    history: History = NO_HISTORY
    period: Period | None = None
    volume: float = 1.0
    sha256: str | None = None

    def __getitem__(self, measure: Measure) -> Any:  # noqa: ANN401 - each measure's docstring says what it is
        """The candidate's measured value; raises NotMeasured with the reason."""
        return self.profile[measure]

    @property
    def columns(self) -> tuple[ObservedColumn, ...]:
        """The candidate's columns as found, in its order."""
        return self.profile.columns

    def column(self, name: str) -> ObservedColumn | None:
        """The candidate's column of that name, or None."""
        return self.profile.column(name)

    def past(self, *measures: Measure) -> tuple[Past, ...]:
        """The accepted partitions in which all of these were measured, oldest first; raises NotMeasured when unread."""
        if self.history.unread is not None:
            raise NotMeasured(self.history.unread)
        names = {name_of(measure) for measure in measures}
        return tuple(each for each in self.history.past if names <= each.profile.values.keys())
