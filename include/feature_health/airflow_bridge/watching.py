"""The tasks of watch_arrivals, and the delivery that other DAGs end with."""

import logging
from datetime import UTC, datetime, timedelta

from airflow.sdk import XComArg, get_current_context, task

from feature_health.airflow_bridge import failures, tasks
from feature_health.airflow_bridge.configuration import platform
from feature_health.airflow_bridge.schedule import active_dates

log = logging.getLogger(__name__)

BACK = timedelta(days=31)


def look() -> XComArg:
    """A task that looks for partitions that should be there by now."""
    looked: XComArg = task(**failures.arguments(), task_id="look")(look_for_late)()
    return looked


def deliver_news() -> XComArg:
    """A task that tells people what is new."""
    delivered: XComArg = task(**failures.arguments())(tasks.deliver)()
    return delivered


def look_for_late() -> None:
    """Open an incident for each partition whose `ready_by` has passed without a verdict, at most a month back."""
    from feature_health.steps import watch

    dates = active_dates()
    now = get_current_context()["dag_run"].start_date or datetime.now(UTC)
    end = dates.get("end_date")
    now = min(now, end) if end else now  # after the jobs' last day nothing is due
    since = max(dates["start_date"], now - BACK)
    found = watch.watch(platform(), as_of=now, since=since)
    for incident in found:
        log.warning("Incident %s (%s): %s", incident.id, incident.level, incident.title)
    log.info("Looked at everything due from %s to %s: %s incidents have news.", since, now, len(found))
