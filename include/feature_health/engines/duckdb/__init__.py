"""Measures by DuckDB over Parquet files: in memory, offline, and able to read nothing but the files handed in."""

from feature_health.engines.duckdb.engine import DuckDbEngine

__all__ = ["DuckDbEngine"]
