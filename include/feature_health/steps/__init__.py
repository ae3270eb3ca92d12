"""The way of a partition, one verb per file: load, call something pure, save. Must not know which adapters it talks to, nor Airflow."""
