"""Bring downstream partitions up to date with a newly readable input.

Emitting a key again does not rerun a join that has already fired (Airflow waits for all inputs anew), so such a join is started.
"""

from feature_health.ports import Platform
from feature_health.profiles.partition import PartitionId
from feature_health.steps.judge import downstream_of


def repair_downstream(platform: Platform, partition: PartitionId) -> tuple[str, ...]:
    """Start every downstream job that already ran for this key and whose inputs are all readable; returns the runs' ids."""
    return tuple(
        platform.orchestrator.start(job, partition.key, note=f"{partition} has a new readable revision")
        for job in downstream_of(platform.contracts, partition.job)
        if _inputs_readable(platform, job, partition.key) and platform.orchestrator.has_run(job, partition.key)
    )


def announce(platform: Platform, partition: PartitionId) -> None:
    """Say that a partition became readable outside its own run (a release): what never ran may start, what ran is repaired."""
    downstream = downstream_of(platform.contracts, partition.job)
    never_ran = [job for job in downstream if not platform.orchestrator.has_run(job, partition.key)]
    repair_downstream(platform, partition)  # before emitting, which would make the first run of those that never ran
    if never_ran:
        platform.orchestrator.emit(partition.job, partition.key)


def _inputs_readable(platform: Platform, job: str, key: str) -> bool:
    inputs = platform.contracts.current(job).inputs
    return all(platform.ledger.published(PartitionId(job=one, key=key)) is not None for one in inputs)
