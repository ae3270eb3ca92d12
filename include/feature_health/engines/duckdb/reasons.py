"""Why a measure could not be taken, in words without customer data. DuckDB's own messages quote values; a ledger must not."""

import re

import duckdb

from feature_health.errors import EngineFailed

_SHOWN_CHARS_MAX = 300
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_OURS = (duckdb.OutOfMemoryException, duckdb.FatalException, duckdb.InternalException, duckdb.InterruptException)
_REGEX = ("invalid perl operator", "invalid escape sequence", "bad repetition operator", "missing )", "missing ]")
_WITH_VALUES: tuple[tuple[type[duckdb.Error], str], ...] = (
    (duckdb.ConversionException, "a value could not be converted to the type that the expression asks for"),
    (duckdb.OutOfRangeException, "a number became too large for its type"),
    (duckdb.TypeMismatchException, "a value was of a type that the expression cannot take"),
    (duckdb.PermissionException, "it tries to reach other files or systems; a contract's SQL may read only its own partition"),
)


def reason(error: duckdb.Error) -> str:
    """One sentence for `unmeasured`; raises EngineFailed when the fault is the machine's."""
    if isinstance(error, _OURS):
        raise EngineFailed(
            f"DuckDB {duckdb.__version__} gave up: {_first_line(error)} Give it more memory or try again."
        ) from error
    for kind, words in _WITH_VALUES:
        if isinstance(error, kind):
            return f"{words} (DuckDB: {type(error).__name__})"
    line = _first_line(error)
    if any(sign in line for sign in _REGEX):
        return f"{line}. A regular expression may not look ahead or behind nor refer back, and must be well formed"
    return line


def _first_line(error: duckdb.Error) -> str:
    """What DuckDB says first, without the texts that it quotes and without the line that it points at."""
    line = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return _QUOTED.sub("'…'", line)[:_SHOWN_CHARS_MAX]
