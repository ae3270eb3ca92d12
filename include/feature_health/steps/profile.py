"""Look at a staged revision once, and keep what was seen; everything after this step is judged from that."""

from collections.abc import Mapping
from dataclasses import replace

from feature_health.checks.examine import measures_needed
from feature_health.contracts.contract import Contract
from feature_health.errors import StoreFailed
from feature_health.ports import LedgerReader, Platform, Store
from feature_health.profiles.measure import PREVIOUS, each_once, relation_of
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.profiles.profile import Profile
from feature_health.profiles.standing import standing_measures
from feature_health.records import Relation, Revision
from feature_health.serving.publication import Publication
from feature_health.steps.stage import PARQUET_SUFFIX

SAMPLE_ROWS = 200
"""Enough to see what a column looks like, too few to be a copy of it."""


def profile(platform: Platform, id: RevisionId) -> Profile:
    """The revision's profile under the contract it is pinned to. A file that cannot be read gives a profile that says so."""
    revision = platform.ledger.revision(id)
    judged = platform.ledger.judgement(id)
    kept = platform.ledger.profile(id)
    if kept is not None and judged is not None and judged.run == revision.run:
        return kept
    seen = _look(platform, revision, platform.ledger.contract(revision.contract_digest))
    with platform.ledger.transaction() as ledger:
        ledger.save_profile(id, seen, platform.clock.now())
    return seen


def others(ledger: LedgerReader, store: Store, contract: Contract, partition: PartitionId) -> Mapping[str, Relation | str | None]:
    """The other partitions that the contract's measures read: readable ones, or the sentence that says why there is none.

    None for "previous" when nothing was published before: a job's first partition repeats nothing and must not be held for it.
    """
    found: dict[str, Relation | str | None] = {}
    for job in jobs_read(contract):
        publication = ledger.published(PartitionId(job=job, key=partition.key))
        found[job] = _relation(store, publication) if publication else f"{job} {partition.key} is not published"
    previous = ledger.previous_published(partition)
    found[PREVIOUS] = _relation(store, previous) if previous else None
    return found


def jobs_read(contract: Contract) -> tuple[str, ...]:
    """The other jobs whose partitions the contract's measures read."""
    names = {relation_of(measure) for measure in measures_needed(contract)}
    return tuple(sorted(name for name in names if name is not None and name != PREVIOUS))


def _relation(store: Store, publication: Publication) -> Relation | str:
    try:
        return Relation(path=store.local(publication.path), sha256=publication.sha256)
    except StoreFailed as error:
        return str(error)


def _look(platform: Platform, revision: Revision, contract: Contract) -> Profile:
    if revision.parquet is None:
        return Profile(engine=platform.engine.name, unreadable=revision.unreadable)
    seen = platform.engine.profile(
        platform.store.local(revision.parquet),
        each_once((*measures_needed(contract), *standing_measures(contract))),
        others(platform.ledger, platform.store, contract, revision.id.partition),
    )
    return replace(seen, unparsed=revision.unparsed, sample=_sampled(platform, revision.parquet, seen))


def _sampled(platform: Platform, parquet: str, seen: Profile) -> str | None:
    """Where some rows of the partition lie, beside it in the store and under the same access; drawn by the file's name."""
    if seen.unreadable is not None or seen.rows == 0:
        return None
    written = platform.store.beside(parquet, PARQUET_SUFFIX)
    platform.engine.sample(platform.store.local(parquet), SAMPLE_ROWS, parquet, written)
    return platform.store.seal(written).path
