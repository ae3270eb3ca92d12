"""A DuckDB in memory that reads and writes exactly the files it was handed.

Contracts carry SQL, and whoever may edit a contract must not thereby read other files of the machine. Knows nothing of measures.
"""

import tempfile
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from feature_health.errors import EngineFailed

_SETTINGS: dict[str, str | bool] = {
    "autoinstall_known_extensions": False,  # nothing may be downloaded
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "preserve_insertion_order": True,  # a delivery's rows stay in their order, and the same input gives the same bytes
}
_AGAIN_SECONDS = 0.02
_SESSION = (
    "SET enable_progress_bar = false",
    "SET TimeZone = 'UTC'",
    "SET parquet_metadata_cache = true",  # a footer of ten million rows takes 4 ms to read, once for each query
    # A division by zero is null, and so unknown to every condition, as in most databases.
    "SET error_on_division_by_zero = false",
    "SET ieee_floating_point_ops = false",
    # Writers leave NaN out of a file's statistics, and DuckDB would conclude from these that there is none.
    "SET disabled_optimizers = 'statistics_propagation'",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """How much of the machine to use; None leaves it to DuckDB. `memory_limit` is such as "2GB".

    What was not measured within `time_limit_seconds` is not measured at all.
    """

    threads: int | None = None
    memory_limit: str | None = None
    time_limit_seconds: float | None = None


@contextmanager
def confined(resources: Resources, files: Collection[Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can open `files` and no other; what it spills lies in a private folder until it is closed.

    Raises EngineFailed when DuckDB refuses to start that way.
    """
    with tempfile.TemporaryDirectory(prefix="feature-health-duckdb-") as spill:
        config: dict[str, str | bool | int | float | list[str]] = {**_SETTINGS, "temp_directory": spill}
        if resources.threads is not None:
            config["threads"] = resources.threads
        if resources.memory_limit is not None:
            config["memory_limit"] = resources.memory_limit
        try:
            connection = duckdb.connect(":memory:", config=config)
            connection.execute("; ".join(_SESSION))
            connection.execute(f"SET allowed_paths = [{', '.join(text(str(file)) for file in files)}]")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
        except duckdb.Error as error:
            raise EngineFailed(f"DuckDB {duckdb.__version__} did not start with {resources}: {error}") from error
        with connection, _hurried(connection, resources.time_limit_seconds):
            yield connection


@contextmanager
def _hurried(connection: duckdb.DuckDBPyConnection, seconds: float | None) -> Iterator[None]:
    """Interrupt whatever runs once the time is over, and what runs after it too, until the block ends."""
    done = threading.Event()

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            connection.interrupt()
            wait = _AGAIN_SECONDS

    watcher = threading.Thread(target=watch, daemon=True)
    if seconds is not None:
        watcher.start()
    try:
        yield
    finally:
        done.set()
        if seconds is not None:
            watcher.join()


def text(value: str) -> str:
    """A SQL text literal."""
    return "'" + value.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
