"""Pull each application's credit report and publish its attributes, each as value plus reason, once the gate allows it."""

from airflow.sdk import DAG, task

from feature_health.airflow_bridge import active_dates, gate, partitions_of

with DAG(
    "bureau_pull",
    schedule=partitions_of("bureau_pull"),
    **active_dates(),
    max_active_runs=1,
    doc_md=__doc__,
    tags=["lending", "feature job"],
):

    @task
    def pull(partition_key: str) -> str:
        """Return where the candidate lies."""
        from lending.jobs import bureau_pull

        return bureau_pull.run(partition_key)

    gate(job="bureau_pull", candidate=pull())
