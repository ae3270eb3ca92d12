"""See every day that the gate still holds what it must: empty, missing, late, stale, wrong, unrun and unmeasured candidates.

Canaries of each kind go through the real steps, on a ledger and store of their own. One that gets through opens an incident,
and the next good self-test ends it. When this DAG is paused, page and `feature-health status` say that nobody knows.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from feature_health.airflow_bridge import active_dates
from feature_health.airflow_bridge.self_testing import send_canaries
from feature_health.airflow_bridge.watching import deliver_news

with DAG(
    "gate_self_test",
    schedule=CronTriggerTimetable("30 4 * * *", timezone="UTC"),
    **active_dates(),
    max_active_runs=1,
    doc_md=__doc__,
    tags=["feature health"],
):
    send_canaries() >> deliver_news()
