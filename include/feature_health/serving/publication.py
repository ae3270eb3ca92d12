"""The row that makes one revision readable from one moment to another."""

from dataclasses import dataclass
from datetime import datetime

from feature_health.profiles.partition import RevisionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One revision, readable while `valid_from <= t` and (`valid_to` is None or `t < valid_to`).

    `path` is the store's name for the immutable file of `rows` rows, `sha256` its contents, `released_by` the person when it was
    held before. `diverted` counts the rows of the delivery that were held back with their reasons and are not in the file.
    """

    revision: RevisionId
    path: str
    sha256: str
    rows: int
    valid_from: datetime
    valid_to: datetime | None = None
    released_by: str | None = None
    diverted: int = 0
