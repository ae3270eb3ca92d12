"""A job that adds up three published inputs of a day."""

from airflow.sdk import DAG, task

from feature_health.airflow_bridge import active_dates, gate, partitions_of, published_inputs

with DAG("joined", schedule=partitions_of("joined"), **active_dates(), max_active_runs=1, doc_md=__doc__, tags=["journey"]):

    @task
    def join(partition_key: str) -> str:
        """Return where the candidate lies."""
        import os

        import duckdb

        inputs = published_inputs("joined", partition_key)
        candidate = f"{os.environ['JOURNEY_LANDING']}/joined/{partition_key}.parquet"
        rows = " UNION ALL ".join(f"SELECT * FROM '{path}'" for path in inputs.values())
        total = f"SELECT application_id, sum(amount)::DECIMAL(18, 2) AS total FROM ({rows}) GROUP BY 1 ORDER BY 1"
        duckdb.sql(f"COPY ({total}) TO '{candidate}' (FORMAT parquet)")
        return candidate

    gate(job="joined", candidate=join())
