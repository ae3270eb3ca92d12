"""Each application's credit report, one row per application, every attribute as a value and the reason why it may be missing."""

from typing import TYPE_CHECKING, Final

from lending.bureau_codes import BUREAUS, CAUSES, CODES, KIND_OF
from lending.jobs.features import from_feed
from lending.settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BLOCKS: Final = ("score", "attributes")


def run(partition_key: str, *, settings: Settings | None = None) -> str:
    """Build the candidate of one partition from whichever bureaus have delivered; returns its path.

    A file whose trailer disagrees with its rows is built all the same: `file_rows_declared` beside `file_rows_read` shows it to
    the gate.
    """
    return from_feed("bureau_pull", partition_key, feed="bureau", settings=settings, opened_blocks=_BLOCKS, prepare=_codes)


def _codes(connection: "DuckDBPyConnection") -> None:
    """Make the table `codes`: one row per bureau, and per kind of attribute a record of the reserved numbers by cause."""
    kinds = sorted(set(KIND_OF.values()))
    types = ", ".join(f"special_{kind} STRUCT({', '.join(f'{cause} INTEGER' for cause in CAUSES)})" for kind in kinds)
    connection.execute(f"CREATE TEMP TABLE codes (delivered_file VARCHAR, {types})")
    row = ", ".join("?" * (1 + len(kinds)))
    for bureau in BUREAUS:
        connection.execute(f"INSERT INTO codes VALUES ({row})", [bureau, *(dict(CODES[bureau][kind]) for kind in kinds)])  # noqa: S608 - quoted
