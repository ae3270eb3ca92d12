"""Names of partitions and of their revisions; the short texts that travel between tasks."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class PartitionId:
    """One partition of one job."""

    job: str
    key: str

    def __str__(self) -> str:
        return f"{self.job}@{self.key}"


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class RevisionId:
    """One delivery of a partition; numbered from 1 in the order in which new contents came."""

    job: str
    key: str
    number: int

    @property
    def partition(self) -> PartitionId:
        """The partition that this is a revision of."""
        return PartitionId(job=self.job, key=self.key)

    def __str__(self) -> str:
        return f"{self.job}@{self.key}#{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The revision that `str()` wrote; raises ValueError on any other text."""
        partition, _, number = text.rpartition("#")
        job, at, key = partition.partition("@")
        if not (job and at and key and number.isdecimal()):
            raise ValueError(f"{text!r} does not name a revision; expected job@key#number.")
        return cls(job=job, key=key, number=int(number))
