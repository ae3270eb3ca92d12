"""Take a delivery in: keep its bytes unchanged, unreadable to decisioning, as a revision of its partition."""

from datetime import datetime
from pathlib import PurePosixPath

from feature_health.contracts.contract import Contract
from feature_health.ports import Platform
from feature_health.profiles.partition import PartitionId
from feature_health.records import Conversion, Revision, Staged

PARQUET_SUFFIX = ".parquet"
CONVERTED_SUFFIXES = (".csv", ".jsonl", ".ndjson", ".json")


def stage(platform: Platform, *, job: str, key: str, candidate: str, as_of: datetime | None, run: str) -> Revision:
    """The revision that these bytes are; the same bytes again are the same revision.

    `candidate` is a path or URL of a .parquet, .csv or JSON-lines file; `as_of` defaults to the partition's own deadline.
    Raises JobUnknown, ContractInvalid and KeyRefused before anything is written, StoreFailed when the bytes could not be kept.
    """
    contract = platform.contracts.current(job)
    deadline = contract.partition.deadline(key)
    partition = PartitionId(job=job, key=key)
    staged = platform.store.stage(partition, candidate)
    parquet, conversion = _as_parquet(platform, contract, staged)
    with platform.ledger.transaction() as ledger:
        return ledger.stage(
            partition=partition,
            staged=staged,
            parquet=parquet,
            unparsed=conversion.unparsed,
            unreadable=conversion.unreadable,
            contract=contract,
            as_of=as_of or deadline,
            run=run,
            at=platform.clock.now(),
        )


def unknown_form(name: str) -> str:
    """Why a file of this name cannot be read at all."""
    known = ", ".join((PARQUET_SUFFIX, *CONVERTED_SUFFIXES))
    return f"reading the delivery: {PurePosixPath(name).suffix or 'no suffix'} is no form that we read; deliver one of {known}"


def _as_parquet(platform: Platform, contract: Contract, staged: Staged) -> tuple[Staged | None, Conversion]:
    suffix = PurePosixPath(staged.path).suffix
    if suffix == PARQUET_SUFFIX:
        return staged, Conversion()
    if suffix not in CONVERTED_SUFFIXES:
        return None, Conversion(unreadable=unknown_form(staged.path))
    written = platform.store.beside(staged.path, PARQUET_SUFFIX)
    conversion = platform.engine.to_parquet(platform.store.local(staged.path), contract, written)
    return (None if conversion.unreadable else platform.store.seal(written)), conversion
