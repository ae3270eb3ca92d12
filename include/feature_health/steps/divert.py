"""Hold back the rows that the plan diverts: keys and reasons lie beside the delivery, and what is read is a file without them.

Nothing is lost: the delivery itself stays as it came.
"""

from collections.abc import Sequence

from feature_health.errors import EngineFailed, StoreFailed
from feature_health.ports import Platform
from feature_health.profiles.profile import ObservedColumn
from feature_health.records import FailingRows, Staged
from feature_health.steps.failing_rows import failing_rows
from feature_health.steps.stage import PARQUET_SUFFIX
from feature_health.verdicts.plan import Divert


def divert(platform: Platform, action: Divert, columns: Sequence[ObservedColumn]) -> Staged:
    """What is left of the revision, with these columns; twice gives the same file.

    Raises EngineFailed or StoreFailed, and nothing is readable then, when the rows are not exactly those that were judged.
    """
    id, told = action.revision, _told(platform, action)
    parquet = platform.ledger.revision(id).parquet
    assert parquet is not None  # noqa: S101 - rows of it were counted
    written = platform.store.beside(parquet, PARQUET_SUFFIX)
    staged, reasons = platform.store.local(parquet), platform.store.local(told.path)
    left = platform.engine.without_rows(staged, columns, reasons, action.checks, written)
    if left != action.of - action.rows:
        written.unlink(missing_ok=True)
        raise EngineFailed(
            f"Diverting {action.rows:,} of {action.of:,} rows of {id}: {left:,} would be left. Nothing was published; "
            "the rows that fail are not those that were counted."
        )
    return platform.store.seal(written)


def _told(platform: Platform, action: Divert) -> FailingRows:
    """The failing rows with their reasons, seen to be whole."""
    told = failing_rows(platform, action.revision)
    if told is None or not platform.store.intact(told.path, told.sha256):
        raise StoreFailed(
            f"Diverting rows of {action.revision}: the file that says which they are is gone or was changed. "
            "Nothing was published; deliver the partition again."
        )
    return told
