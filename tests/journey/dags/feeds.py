"""Three jobs that take in what the journey laid into the landing folder, as a lender's jobs do."""

from airflow.sdk import DAG, task

from feature_health.airflow_bridge import active_dates, gate, partitions_of

for job, dag_id in (("applications", "applications"), ("bureau", "nightly_bureau"), ("incomes", "incomes")):
    with DAG(dag_id, schedule=partitions_of(job), **active_dates(), max_active_runs=1, doc_md=__doc__, tags=["journey"]):

        @task
        def take(name: str, partition_key: str) -> str:
            """Return where the candidate lies; leave a trace of having run."""
            import os
            from pathlib import Path

            landing = Path(os.environ["JOURNEY_LANDING"])
            with (landing / "ran.txt").open("a") as trace:
                trace.write(f"{name} {partition_key}\n")
            return str(landing / name / f"{partition_key}.csv")

        gate(job=job, candidate=take(job))
