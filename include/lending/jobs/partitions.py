"""Partition keys as the jobs accept them. Whether a key is canonical and due is checked before a job runs; this only keeps paths
confined.
"""

import re
from typing import Final

from lending.errors import PartitionKeyRefused

_KEY: Final = re.compile(r"\d{4}-\d{2}(-\d{2})?", re.ASCII)


def confined(partition_key: str) -> str:
    """`partition_key`, if it is written YYYY-MM or YYYY-MM-DD and so can be part of a path; else raises PartitionKeyRefused."""
    if not _KEY.fullmatch(partition_key):
        raise PartitionKeyRefused(
            f"The partition key {partition_key[:40]!r} is neither a day (2026-03-04) nor a month (2026-03); "
            "start the job with one of these."
        )
    return partition_key
