"""Verify stated incomes, annualised by pay period, and publish them once the gate allows it; a later delivery is a revision."""

from airflow.sdk import DAG, task

from feature_health.airflow_bridge import active_dates, gate, partitions_of

with DAG(
    "income_verification",
    schedule=partitions_of("income_verification"),
    **active_dates(),
    max_active_runs=1,
    doc_md=__doc__,
    tags=["lending", "feature job"],
):

    @task
    def verify(partition_key: str) -> str:
        """Return where the candidate lies."""
        from lending.jobs import income_verification

        return income_verification.run(partition_key)

    gate(job="income_verification", candidate=verify())
