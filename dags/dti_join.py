"""Join applications, credit reports and incomes into debt-to-income as of the decision, once a key has all three."""

from airflow.sdk import DAG, task

from feature_health.airflow_bridge import active_dates, gate, partitions_of, published_inputs

with DAG(
    "dti_join",
    schedule=partitions_of("dti_join"),
    **active_dates(),
    max_active_runs=1,
    doc_md=__doc__,
    tags=["lending", "feature job"],
):

    @task
    def join(partition_key: str) -> str:
        """Return where the candidate lies; reads only what is published."""
        from lending.jobs import dti_join

        return dti_join.run(partition_key, published_inputs("dti_join", partition_key))

    gate(job="dti_join", candidate=join())
