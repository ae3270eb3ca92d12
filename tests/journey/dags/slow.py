"""A job that takes so long that somebody kills it."""

from airflow.sdk import DAG, task

from feature_health.airflow_bridge import active_dates, gate, partitions_of

with DAG("slow", schedule=partitions_of("slow"), **active_dates(), max_active_runs=1, doc_md=__doc__, tags=["journey"]):

    @task
    def crawl() -> str:
        """Return where the candidate would lie."""
        import time

        time.sleep(600)
        return "/never.csv"

    gate(job="slow", candidate=crawl())
