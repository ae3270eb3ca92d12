"""What happens when a task of ours breaks: which errors are worth another try, and who hears of the others.

Bad data never comes here; it is a verdict. A data error that did come here would not be tried again either.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from airflow.sdk import Context, ExceptionRetryPolicy, RetryAction, RetryRule

from feature_health.airflow_bridge.configuration import platform
from feature_health.airflow_bridge.inputs import InputsMissing
from feature_health.airflow_bridge.moment import RunInvalid
from feature_health.errors import CallerError, KeyRefused, PlatformError, ReleaseRefused
from feature_health.steps import deliver, failure

log = logging.getLogger(__name__)

RETRIES = 3
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
    """A callback that opens or extends the failed task's platform incident and tries to tell it; it never raises.

    It runs in the task's process or, when that was killed, in the dag-processor, or in both. What somebody asked for in vain is
    no failure of ours.
    """

    def report_failure(context: Context) -> None:
        error = context.get("exception")
        if isinstance(error, ASKED_IN_VAIN) or isinstance(getattr(error, "__cause__", None), ASKED_IN_VAIN):
            return
        try:
            ports = platform(slack=True)
            failed, key = context["ti"], context["dag_run"].partition_key
            whose = job or failed.dag_id
            incident = failure.report(ports, job=whose, key=key, task=failed.task_id, error=_name(error))
            log.error("Platform incident %s: %s", incident.id, incident.title)
            deliver.deliver(ports)
        except Exception:
            log.exception("This failure could not be reported; look above for its cause, and at the ledger for this one's.")

    return report_failure


def _name(error: object) -> str:
    """What to call the failure: the exception's class, never its text, which might quote data."""
    return type(error).__name__ if isinstance(error, BaseException) else "the task's process was killed"
