"""The way of a partition, one verb per file: load, call something pure, save. Knows no adapter and no Airflow."""
