"""Take in loan applications and publish them once the gate allows it: the anchor that every other feature is joined to."""

from airflow.sdk import DAG, task

from feature_health.airflow_bridge import active_dates, gate, partitions_of

with DAG(
    "application_intake",
    schedule=partitions_of("application_intake"),
    **active_dates(),
    max_active_runs=1,
    doc_md=__doc__,
    tags=["lending", "feature job"],
):

    @task
    def take_in(partition_key: str) -> str:
        """Return where the candidate lies."""
        from lending.jobs import application_intake

        return application_intake.run(partition_key)

    gate(job="application_intake", candidate=take_in())
