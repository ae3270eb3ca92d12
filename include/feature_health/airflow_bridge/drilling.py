"""The task of detection_drill. Knows no lender: the DAG hands in how a drill is held."""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from airflow.sdk import XComArg, get_current_context, task

from feature_health.airflow_bridge import failures
from feature_health.airflow_bridge.configuration import platform, settings

if TYPE_CHECKING:
    from feature_health.drills.result import Drilled

log = logging.getLogger(__name__)

HoldDrill = Callable[[date, Path], "Drilled"]
"""Hold the drill that has its turn that night, under the contracts of a folder."""


def hold_drill(hold: HoldDrill) -> XComArg:
    """A task that breaks a job in a shadow of the platform and sees whether the gate stops it."""

    def see_that_it_is_stopped() -> None:
        """Open an incident when a fault gets through that flips decisions; end it after the next drill in which none does."""
        run = get_current_context()["dag_run"]
        report_on(hold((run.start_date or datetime.now(UTC)).date(), settings().contracts))

    held: XComArg = task(**failures.arguments(), task_id="hold_drill")(see_that_it_is_stopped)()
    return held


def report_on(drilled: "Drilled") -> None:
    """Tell the drill in the log, and in the ledger whether the gate held."""
    from feature_health.drills.aftermath import got_through, in_words, report

    told = log.error if got_through(drilled) else log.info
    told("%s", in_words(drilled))
    for moment in drilled.moments:
        log.info("%8.2f s  %s  %s %s  %s", moment.seconds, moment.what, moment.job, moment.key, moment.detail)
    for incident in report(platform(), drilled):
        log.warning("Incident %s (%s, %s): %s", incident.id, incident.level, incident.state, incident.title)
