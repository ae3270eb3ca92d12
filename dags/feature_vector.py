"""Join report, income and debt-to-income into the vector that decisioning reads, once a key has all of them."""

from airflow.sdk import DAG, task

from feature_health.airflow_bridge import active_dates, gate, has_contract, partitions_of, published_inputs

if has_contract("feature_vector"):  # real loans come without it
    with DAG(
        "feature_vector",
        schedule=partitions_of("feature_vector"),
        **active_dates(),
        max_active_runs=1,
        doc_md=__doc__,
        tags=["lending", "feature job"],
    ):

        @task
        def assemble(partition_key: str) -> str:
            """Return where the candidate lies; reads only what is published."""
            from lending.jobs import feature_vector

            return feature_vector.run(partition_key, published_inputs("feature_vector", partition_key))

        gate(job="feature_vector", candidate=assemble())
