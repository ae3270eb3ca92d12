"""A DAG that somebody else wrote long ago, with the gate put around its classic operator. Its job has another name."""

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

from feature_health.airflow_bridge import gate, partitions_of

with DAG("nightly_scores", schedule=partitions_of("applications"), tags=["theirs"]):
    export = BashOperator(task_id="export", bash_command="echo /exports/{{ partition_key }}.csv")
    gate(job="applications", candidate=export) >> EmptyOperator(task_id="train")
