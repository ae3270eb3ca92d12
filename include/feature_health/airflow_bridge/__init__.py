"""The only room that imports Airflow: what a DAG file needs to put a job behind the gate.

A DAG file is read again and again: importing this may load neither Great Expectations, pandas, DuckDB, numpy nor SQLAlchemy.
"""

from feature_health.airflow_bridge.configuration import has_contract
from feature_health.airflow_bridge.gate import gate
from feature_health.airflow_bridge.inputs import published_inputs
from feature_health.airflow_bridge.schedule import active_dates, asset_of, partitions_of

__all__ = ["active_dates", "asset_of", "gate", "has_contract", "partitions_of", "published_inputs"]
