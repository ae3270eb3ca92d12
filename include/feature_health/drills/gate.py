"""One candidate through the gate, by exactly the steps that Airflow's tasks call, in one process."""

import time
from collections.abc import Callable
from datetime import timedelta

from feature_health.checks.finding import Finding
from feature_health.contracts.severity import Policy, Ruling
from feature_health.drills.result import Fired, Judged
from feature_health.ports import Platform
from feature_health.profiles.partition import PartitionId
from feature_health.records import Judgement, Revision
from feature_health.steps import check, deliver, failing_rows, judge, profile, publish, quarantine, stage, watch
from feature_health.verdicts.plan import Publish, plan
from feature_health.verdicts.verdict import ruling_for

After = Callable[[str, str, str], None]
"""Told after each step: the step's name, the job and the key."""

ARRIVED = "arrived"
"""The step before the first: the candidate lies there."""

WAITS = "waits"
"""What is told instead of steps of a join that cannot be built yet."""

LATE = "late"
"""The check of a partition that never came, for there is no finding of a contract's check."""


def nothing_after(step: str, job: str, key: str) -> None:
    """Nobody wants to know."""


def through_gate(on: Platform, job: str, key: str, candidate: str, *, run: str, after: After = nothing_after) -> Judged:
    """What became of the candidate; it is judged as of the partition's own deadline."""
    after(ARRIVED, job, key)
    began = time.perf_counter()
    staged = stage.stage(on, job=job, key=key, candidate=candidate, as_of=None, run=run)
    after("stage", job, key)
    profile.profile(on, staged.id)
    check.schema_diff(on, staged.id)
    check.expectations(on, staged.id)
    after("expectations", job, key)
    judgement = judge.judge(on, staged.id)
    after("verdict", job, key)
    _carry_out(on, judgement)
    after("quarantine" if judgement.held else "publish", job, key)
    seconds = time.perf_counter() - began
    deliver.deliver(on)
    after("deliver", job, key)
    return judged_of(on, staged, judgement, seconds)


def never_came(on: Platform, jobs: list[str], key: str, *, after: After = nothing_after) -> tuple[Judged, ...]:
    """The jobs whose partition is not there, as whoever watches for late partitions finds and tells them after their deadline."""
    deadlines = [on.contracts.current(job).partition.deadline(key) for job in jobs]
    minute = timedelta(minutes=1)
    watch.watch(on, as_of=max(deadlines) + minute, since=min(deadlines) - minute)
    for job in jobs:
        after(LATE, job, key)
    deliver.deliver(on)
    after("deliver", jobs[0], key)
    late = Fired(check=LATE, kind="violation", severity="block", holds=True, failures=(), because="nothing was delivered")
    return tuple(Judged(job=job, key=key, revision=None, ruling=None, fired=(late,)) for job in jobs)


def _carry_out(on: Platform, judgement: Judgement) -> None:
    action = plan(judgement.revision, judgement.verdict)
    if not isinstance(action, Publish):
        quarantine.quarantine(on, judgement.revision)
    else:
        publish.publish(on, judgement.revision)
    if failing_rows.rules_broken(on.ledger, judgement) and not (isinstance(action, Publish) and action.divert):
        failing_rows.failing_rows(on, judgement.revision)


def judged_of(on: Platform, staged: Revision, judgement: Judgement, seconds: float) -> Judged:
    """What became of a revision, from the ledger."""
    policy = on.contracts.current(staged.id.job).policy
    publication = on.ledger.published(PartitionId(job=staged.id.job, key=staged.id.key))
    mine = publication if publication is not None and publication.revision == staged.id else None
    seen = on.ledger.profile(staged.id)
    return Judged(
        job=staged.id.job,
        key=staged.id.key,
        revision=staged.id.number,
        ruling=judgement.verdict.ruling,
        diverted=mine.diverted if mine else 0,
        rows=seen.rows if seen else 0,
        sha256=staged.sha256,
        published_path=str(on.store.local(mine.path)) if mine else None,
        fired=tuple(_fired(finding, policy) for finding in judgement.verdict.findings if finding.kind != "note"),
        seconds=seconds,
    )


def _fired(finding: Finding, policy: Policy) -> Fired:
    return Fired(
        check=finding.check,
        kind=finding.kind,
        severity=str(finding.severity),
        holds=ruling_for(finding, policy) is Ruling.QUARANTINE,
        failures=finding.failures,
        because=finding.because,
    )
