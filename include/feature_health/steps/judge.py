"""Rule on a revision. Verdict, hold, incident and message are one transaction: all of them happen, or none."""

from collections.abc import Iterable
from dataclasses import replace

from feature_health.checks.divert import diversion
from feature_health.checks.examine import promised
from feature_health.checks.finding import CheckRun
from feature_health.contracts.contract import Contract
from feature_health.incidents.incident import Incident, Member
from feature_health.incidents.lifecycle import after_hold, after_judgement
from feature_health.ports import Contracts, LedgerReader, LedgerWriter, Platform
from feature_health.profiles.partition import RevisionId
from feature_health.profiles.profile import Profile
from feature_health.records import Judgement
from feature_health.verdicts.verdict import Verdict, decide


def judge(platform: Platform, id: RevisionId) -> Judgement:
    """The verdict on a profiled and checked revision; running it twice gives the same one and writes it once.

    Results that belong to another contract or profile do not count as having run.
    """
    revision = platform.ledger.revision(id)
    contract = platform.ledger.contract(revision.contract_digest)
    seen = platform.ledger.profile(id) or Profile(engine=platform.engine.name, unreadable="its profile was never taken")
    verdict = verdict_of(contract, seen, platform.ledger.check_runs(id))
    with platform.ledger.transaction() as ledger:
        earlier = ledger.judgement(id)
        if earlier is not None and earlier.run == revision.run:
            return earlier
        judgement = ledger.save_verdict(id, verdict, profile=seen, at=platform.clock.now())
        for incident in _consequences(platform.contracts, ledger, contract, judgement):
            ledger.save_incident(incident)
        return judgement


def verdict_of(contract: Contract, seen: Profile, runs: Iterable[CheckRun]) -> Verdict:
    """The verdict that these check runs come to; pure, so any past one can be computed again from the ledger."""
    fresh = [run for run in runs if (run.contract_digest, run.profile_digest) == (contract.digest, seen.digest)]
    return decide(
        (finding for run in fresh for finding in run.findings),
        promised=promised(contract),
        ran=frozenset(check for run in fresh for check in run.ran),
        policy=contract.policy,
        divertible=diversion(contract, seen),
    )


def _consequences(contracts: Contracts, ledger: LedgerWriter, contract: Contract, judgement: Judgement) -> Iterable[Incident]:
    opened = ledger.open_incidents(contract.job)
    yield from after_judgement(opened, job=contract.job, key=judgement.revision.key, at=judgement.decided_at)
    if judgement.held:
        incident = after_hold(
            opened, contract=contract, revision=judgement.revision, verdict=judgement.verdict, at=judgement.decided_at
        )
        grown = _with_waiting(incident, contracts, ledger, judgement)
        if grown not in opened:
            yield grown


def _with_waiting(incident: Incident, contracts: Contracts, ledger: LedgerReader, judgement: Judgement) -> Incident:
    """The incident with the joins that now wait for this partition: they belong to it and are not late by themselves."""
    key, known = judgement.revision.key, {(member.job, member.key) for member in incident.members}
    waiting = tuple(
        Member(
            job=job,
            key=key,
            revision=None,
            role="waits",
            because=f"waits for {judgement.revision.job} {key}",
            at=judgement.decided_at,
        )
        for job in downstream_of(contracts, judgement.revision.job)
        if (job, key) not in known and ledger.published(judgement.revision.partition) is None
    )
    return replace(incident, members=(*incident.members, *waiting))


def downstream_of(contracts: Contracts, job: str) -> tuple[str, ...]:
    """The jobs whose contract names this one among its inputs."""
    return tuple(other for other in contracts.jobs() if job in contracts.current(other).inputs)
