"""Pages and their JSON, read from the ledger. Must not know Airflow, nor who may look: that comes in as a dependency."""
