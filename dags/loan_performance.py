"""Load the servicer's tape of a day, and publish it for training and monitoring once no vintage is missing."""

from airflow.sdk import DAG, task

from feature_health.airflow_bridge import active_dates, gate, has_contract, partitions_of

if has_contract("loan_performance"):  # real loans come without it
    with DAG(
        "loan_performance",
        schedule=partitions_of("loan_performance"),
        **active_dates(),
        max_active_runs=1,
        doc_md=__doc__,
        tags=["lending", "feature job"],
    ):

        @task
        def load(partition_key: str) -> str:
            """Return where the candidate lies."""
            from lending.jobs import loan_performance

            return loan_performance.run(partition_key)

        gate(job="loan_performance", candidate=load())
