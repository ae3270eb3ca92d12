"""Why a measure could not be taken, in words without customer data. DuckDB's own messages quote values; a ledger must not."""

import duckdb

from feature_health.errors import EngineFailed

_SHOWN_CHARS_MAX = 300
_OURS = (duckdb.OutOfMemoryException, duckdb.FatalException, duckdb.InternalException)
# These speak of the contract's own text, or of a file; every other error may quote what a row holds.
_WITHOUT_VALUES = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.SyntaxException,
    duckdb.NotImplementedException,
    duckdb.IOException,
)
_DISK_FULL = "No space left on device"
_REGEX = ("invalid perl operator", "invalid escape sequence", "bad repetition operator", "missing )", "missing ]")
_IN_WORDS: tuple[tuple[type[duckdb.Error], str], ...] = (
    (duckdb.InterruptException, "measuring took longer than engine_time_limit_seconds allows"),
    (duckdb.ConversionException, "a value could not be converted to the type that the expression asks for"),
    (duckdb.OutOfRangeException, "a number became too large for its type"),
    (duckdb.PermissionException, "it tries to reach other files or systems; a contract's SQL may read only its own partition"),
)


def reason(error: duckdb.Error) -> str:
    """One sentence for `unmeasured`; raises EngineFailed when the fault is the machine's."""
    line = _first_line(error)
    if isinstance(error, _OURS) or _DISK_FULL in line:
        raise EngineFailed(f"DuckDB {duckdb.__version__} gave up: {line} Give it more memory or disk, or try again.") from error
    if isinstance(error, _WITHOUT_VALUES):
        return line
    if any(sign in line for sign in _REGEX):
        return f"{line}. A regular expression may not look ahead or behind nor refer back, and must be well formed"
    words = next((words for kind, words in _IN_WORDS if isinstance(error, kind)), "a value was not what the expression can take")
    return f"{words} (DuckDB: {type(error).__name__})"


def _first_line(error: duckdb.Error) -> str:
    """What DuckDB says first, without the line that it points at."""
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)[:_SHOWN_CHARS_MAX]
