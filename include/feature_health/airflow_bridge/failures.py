"""What happens when a task of ours breaks: which errors are worth another try, and who hears of the others.

Bad data never comes here; it is a verdict. A data error that did come here would not be tried again either.
"""

import logging
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Context, ExceptionRetryPolicy, RetryAction, RetryRule

from feature_health.airflow_bridge.configuration import platform
from feature_health.airflow_bridge.inputs import InputsMissing
from feature_health.airflow_bridge.moment import RunInvalid
from feature_health.errors import CallerError, KeyRefused, PlatformError, ReleaseRefused
from feature_health.steps import deliver, failure

log = logging.getLogger(__name__)

RETRIES = 3
REPORTED = "reported"
KILLED = "its process was killed"
NOT_REPORTED = "This failure could not be reported; look above for its cause, and at the ledger for this one's."
PAUSE = timedelta(seconds=5)
ASKED_IN_VAIN = (KeyRefused, ReleaseRefused, RunInvalid, InputsMissing)
"""The run itself was a mistake of whoever started it; its log says what to do, and nobody else needs to hear of it."""
_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception=CallerError, action=RetryAction.FAIL, reason="Called wrongly; the same again would fail again."),
        RetryRule(exception=PlatformError, action=RetryAction.RETRY, retry_delay=PAUSE, reason="We failed, not the data."),
    ]
)


def arguments(job: str | None = None) -> dict[str, Any]:
    """The arguments that every task of ours has in common; without a job its failures are those of its own DAG."""
    return {"retries": RETRIES, "retry_delay": PAUSE, "retry_policy": _POLICY, "on_failure_callback": [reporter(job)]}


def reporter(job: str | None) -> Callable[[Context], None]:
    """A task's callback that opens or extends its platform incident and tries to tell it; it never raises.

    It runs in the task's process. What somebody asked for in vain is no failure of ours.
    """

    def report_failure(context: Context) -> None:
        error = context.get("exception")
        try:
            context["ti"].xcom_push(REPORTED, "yes")
            if not isinstance(error, ASKED_IN_VAIN) and not isinstance(getattr(error, "__cause__", None), ASKED_IN_VAIN):
                _report(context, job, type(error).__name__ if isinstance(error, BaseException) else KILLED)
        except Exception:
            log.exception(NOT_REPORTED)

    return report_failure


def report_killed(dag: DAG, job: str, tasks: Collection[str]) -> None:
    """Report, once the DAG's run has failed, a task of these whose process was killed and so could not call back itself.

    Airflow 3.3 calls nobody back for such a task, but for the run, in the dag-processor.
    """

    def report_failed_run(context: Context) -> None:
        try:
            failed = context.get("ti")
            if failed is None or failed.task_id not in tasks:
                return
            if failed.xcom_pull(task_ids=failed.task_id, key=REPORTED) is None:
                _report(context, job, KILLED)
        except Exception:
            log.exception(NOT_REPORTED)

    before = dag.on_failure_callback or []
    dag.on_failure_callback = [*(before if isinstance(before, list) else [before]), report_failed_run]
    dag.has_on_failure_callback = True


def _report(context: Context, job: str | None, error: str) -> None:
    """Report by the name of the failure alone: its text might quote data."""
    ports = platform(slack=True)
    failed, key = context["ti"], context["dag_run"].partition_key
    incident = failure.report(ports, job=job or failed.dag_id, key=key, task=failed.task_id, error=error)
    log.error("Platform incident %s: %s", incident.id, incident.title)
    deliver.deliver(ports)
