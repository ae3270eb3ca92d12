"""A person decides whether a held revision may be published all the same, and says why.

Start it with job, key and why (`feature-health release request` does that for you). Then it waits in **Required Actions** until
somebody approves or rejects, with a reason of their own. Who, when and why go to the ledger. Approval publishes the revision and
starts what waits for it; it is refused when a newer one was judged since, or when there is no reason.
"""

from airflow.sdk import DAG, Param

from feature_health.airflow_bridge.releasing import ask, decide, person_decides
from feature_health.airflow_bridge.watching import deliver_news

with DAG(
    "release_quarantine",
    schedule=None,
    max_active_runs=16,
    doc_md=__doc__,
    tags=["feature health"],
    params={
        "job": Param("", type="string", title="Job", description="Such as bureau_pull"),
        "key": Param("", type="string", title="Partition", description="Its key, such as 2026-06-02"),
        "revision": Param(None, type=["null", "integer"], title="Revision", description="Empty: the newest one that was judged"),
        "because": Param("", type="string", title="Why it may be published", description="An auditor will read this"),
        "request": Param(
            None, type=["null", "integer"], title="Request", description="Filled in by the command; leave it empty here"
        ),
    },
):
    asked = ask()
    asked >> person_decides(asked) >> decide(asked) >> deliver_news()
