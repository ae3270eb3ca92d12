"""Break one of the lender's jobs every night, in a shadow of the platform, and see that the gate stops it before decisioning.

Every fault has its turn, each time in another strength; decoys too, which must pass. Nothing live is touched. A fault that flips
decisions and gets through opens an incident, and the next drill in which the gate holds ends it.
"""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from airflow.sdk import DAG, CronTriggerTimetable

from feature_health.airflow_bridge import active_dates
from feature_health.airflow_bridge.drilling import hold_drill
from feature_health.airflow_bridge.watching import deliver_news

if TYPE_CHECKING:
    from feature_health.drills.result import Drilled


def of_tonight(night: date, contracts: Path) -> "Drilled":
    """The drill that has its turn that night."""
    from lending.drill.nightly import hold

    return hold(night, contracts)


with DAG(
    "detection_drill",
    schedule=CronTriggerTimetable("30 6 * * *", timezone="UTC"),
    **active_dates(),
    max_active_runs=1,
    doc_md=__doc__,
    tags=["feature health"],
):
    hold_drill(of_tonight) >> deliver_news()
