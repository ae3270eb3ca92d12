"""The gate's task functions: each builds the platform, calls its step, logs what was decided, and returns a revision's name.

Their docstrings are what Airflow shows as the tasks' documentation. No rule about data lies here.
"""

import logging
from typing import Any, cast

from airflow.sdk import Context, get_current_context

from feature_health.airflow_bridge.configuration import platform, settings
from feature_health.airflow_bridge.moment import as_of
from feature_health.airflow_bridge.schedule import asset_of
from feature_health.checks.finding import CheckRun
from feature_health.errors import PlatformError
from feature_health.ports import Platform
from feature_health.profiles.partition import RevisionId

log = logging.getLogger(__name__)

PUBLISH, QUARANTINE, FAILING_ROWS = "publish", "quarantine", "failing_rows"
LABEL = "{{ label }}"
LABEL_CHARS_MAX = 90
MEMBERS_SHOWN = 10


def stage(job: str, candidate: str) -> str:
    """Keep the candidate's bytes unchanged, as a revision of its partition that decisioning cannot read."""
    from feature_health.steps import stage as steps

    run = get_current_context()["dag_run"]
    staged = steps.stage(
        platform(),
        job=job,
        key=run.partition_key or "",
        candidate=candidate,
        as_of=as_of(settings().as_of, run),
        run=f"{run.dag_id}/{run.run_id}",
    )
    log.info("Staged %s from %s, sha256 %s…", staged.id, candidate, staged.sha256[:12])
    if staged.unreadable:
        log.warning("It cannot be read: %s. That will be its verdict.", staged.unreadable)
    log.info("%s will be judged as of %s.", staged.id, f"{staged.as_of:%Y-%m-%d %H:%M %Z}")
    return str(staged.id)


def profile(revision: str) -> str:
    """Count everything that the contract's checks need, in as few looks at the file as possible."""
    from feature_health.steps import profile as steps

    seen = steps.profile(platform(), RevisionId.parse(revision))
    for measure, because in seen.unmeasured.items():
        log.warning("Not measured: %s, because %s.", measure, because)
    log.info("Profiled %s with %s: %s rows, %s columns.", revision, seen.engine, f"{seen.rows:,}", len(seen.columns))
    return revision


def schema_diff(revision: str) -> str:
    """Compare the columns that came with the columns that the contract promises."""
    from feature_health.steps import check

    return _told(revision, check.schema_diff(platform(), RevisionId.parse(revision)))


def expectations(revision: str) -> str:
    """Hold every limit of the contract against what was counted."""
    from feature_health.steps import check

    return _told(revision, check.expectations(platform(), RevisionId.parse(revision)))


def verdict(revision: str) -> list[str]:
    """Rule on the whole partition; verdict, hold, incident and message are written together. Leads to publish or quarantine."""
    from feature_health.steps import judge
    from feature_health.steps.failing_rows import rules_broken
    from feature_health.verdicts.explain import explain_findings, explain_judgement
    from feature_health.verdicts.plan import Publish, plan

    context, ports, this = get_current_context(), platform(), RevisionId.parse(revision)
    judgement = judge.judge(ports, this)
    checks = sum(len(run.ran) for run in ports.ledger.check_runs(this))
    log.info(explain_judgement(judgement, ports.ledger.revision(this), checks=checks))
    label(context, f"{judgement.verdict.ruling}: {explain_findings(judgement.verdict.findings) or 'nothing objects'}")
    action = plan(this, judgement.verdict)
    follows = PUBLISH if isinstance(action, Publish) else QUARANTINE
    diverts = isinstance(action, Publish) and action.divert is not None  # then publish tells the rows itself
    told = [FAILING_ROWS] if rules_broken(ports.ledger, judgement) and not diverts else []
    return [f"{context['ti'].task_id.removesuffix('verdict')}{name}" for name in (follows, *told)]


def publish(job: str, revision: str) -> str:
    """Make the revision the one that decisioning reads, at once and as a whole; only this tells waiting jobs that it is there."""
    from feature_health.steps import publish as steps

    ports, this = platform(airflow=True), RevisionId.parse(revision)
    publication = steps.publish(ports, this)
    event = get_current_context()["outlet_events"][asset_of(job)]
    event.extra = {"revision": str(publication.revision), "rows": publication.rows, "diverted": publication.diverted}
    if publication.revision != this:
        log.warning("%s itself stays unread: %s is newer and was published meanwhile.", this, publication.revision)
    if publication.diverted:
        rows = f"feature-health rows {this.job} {this.key}"
        log.warning("DIVERTED %s rows, which fail a check: %s", f"{publication.diverted:,}", rows)
    log.info("PUBLISHED %s, %s rows, readable since %s.", publication.revision, f"{publication.rows:,}", publication.valid_from)
    return revision


def quarantine(revision: str) -> str:
    """Confirm that the revision waits where decisioning cannot read it. What was readable before stays readable."""
    from feature_health.steps import quarantine as steps
    from feature_health.verdicts.explain import explain_ruling

    ports, this = platform(), RevisionId.parse(revision)
    judgement = steps.quarantine(ports, this)
    log.info("To publish it all the same: feature-health release request %s %s --reason …", this.job, this.key)
    log.info(explain_ruling(this, judgement.verdict))
    return revision


def failing_rows(revision: str) -> str:
    """Write the keys of all failing rows with the checks that they fail and masked values, beside the delivery in the store."""
    from feature_health.steps import failing_rows as steps

    ports, this = platform(), RevisionId.parse(revision)
    told = steps.failing_rows(ports, this)
    if told is None:
        log.info("No check that %s fails can be told by its rows.", this)
        return revision
    for check, count in told.counts.items():
        log.info("Rows that fail %s: %s.", check, f"{count:,}")
    for check, because in told.untold.items():
        log.warning("The rows that fail %s could not be told: %s.", check, because)
    log.info("Rows in all: %s, listed by feature-health rows %s %s", f"{told.rows:,}", this.job, this.key)
    return revision


def raise_incident(revision: str) -> str:
    """Show the incident that the held partition belongs to, and what else does. It was itself written with the verdict."""
    this = RevisionId.parse(revision)
    try:
        _tell_incidents(platform(), this)
    except PlatformError as error:
        log.warning("The incident could not be shown: %s. It is in the ledger all the same: `feature-health incidents`.", error)
    return revision


def deliver() -> None:
    """Tell people what is new. What cannot be told now waits in the outbox for the next delivery of any job."""
    from feature_health.steps import deliver as steps

    done = steps.deliver(platform(slack=True))
    for failed in done.failed:
        log.warning("Not delivered, it waits in the outbox: %s", failed)
    if done.sent:
        log.info("Told the news of incident %s.", ", ".join(map(str, done.sent)))
    else:
        log.info("Nothing waits to be told.")


def label(context: Context, text: str) -> None:
    """Show a text beside the task in Airflow's lists, for tasks with `map_index_template=LABEL`."""
    cast("dict[str, Any]", context)["label"] = text if len(text) <= LABEL_CHARS_MAX else f"{text[:LABEL_CHARS_MAX]}…"


def _told(revision: str, run: CheckRun) -> str:
    for finding in run.findings:
        log.warning("%s %s %s: %s", finding.severity, finding.kind, finding.check, finding.because)
    log.info("%s of %s: %s checks ran, %s findings for the verdict.", run.group, revision, len(run.ran), len(run.findings))
    return revision


def _tell_incidents(ports: Platform, this: RevisionId) -> None:
    page = f"{settings().base_url}/plugin/feature-health"
    for incident in ports.ledger.open_incidents(this.job):
        if (this.job, this.key) not in {(member.job, member.key) for member in incident.members}:
            continue
        log.info("Incident %s (%s), open since %s: %s", incident.id, incident.level, incident.opened_at, incident.title)
        for member in incident.members[-MEMBERS_SHOWN:]:
            log.info("  %s %s: %s", member.job, member.key, member.because)
        log.info("%s belongs to incident %s with %s partitions: %s", this, incident.id, len(incident.members), page)
