"""Notice partitions that never came, four times an hour, and tell people; every message that still waits is told as well.

Each look leaves a heartbeat: when this DAG is paused, page and `feature-health status` say that nobody watches.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from feature_health.airflow_bridge import active_dates
from feature_health.airflow_bridge.watching import deliver_news, look

with DAG(
    "watch_arrivals",
    schedule=CronTriggerTimetable("*/15 * * * *", timezone="UTC"),
    **active_dates(),
    max_active_runs=1,
    doc_md=__doc__,
    tags=["feature health"],
):
    look() >> deliver_news()
