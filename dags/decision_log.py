"""Load what was decided about each application of a day, and publish it once every decision can be accounted for."""

from airflow.sdk import DAG, task

from feature_health.airflow_bridge import active_dates, gate, has_contract, partitions_of

if has_contract("decision_log"):  # real loans come without it
    with DAG(
        "decision_log",
        schedule=partitions_of("decision_log"),
        **active_dates(),
        max_active_runs=1,
        doc_md=__doc__,
        tags=["lending", "feature job"],
    ):

        @task
        def load(partition_key: str) -> str:
            """Return where the candidate lies."""
            from lending.jobs import decision_log

            return decision_log.run(partition_key)

        gate(job="decision_log", candidate=load())
