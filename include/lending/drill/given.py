"""What people write on the command line, read strictly: NAME=VALUE pairs, lists, days. Each error says how to write it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from feature_health.errors import CallerError
from lending.errors import LendingError

SHOWN_CHARS_MAX = 40


@contextmanager
def told_as_misuse() -> Iterator[None]:
    """The lender's refusals as the command line tells them: exit 1 and their own sentence."""
    try:
        yield
    except LendingError as error:
        raise CallerError(str(error)) from error


def pairs(texts: Sequence[str], option: str, *, like: str) -> Mapping[str, str]:
    """The NAME=VALUE texts of an option; raises CallerError for one that is none, or for a name given twice."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise CallerError(f"{option} {_shown(text)} is no NAME=VALUE; write it like {option} {like}.")
        if name in found:
            raise CallerError(f"{option} names {_shown(name)} twice; several values of one are written {option} {name}=A,B.")
        found[name] = value
    return found


def names(text: str) -> tuple[str, ...]:
    """The names of a list with commas, each once, in their order."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def strengths(text: str) -> tuple[int, ...]:
    """Strengths from a list such as 1,3; raises CallerError."""
    given = names(text)
    if not given or not set(given) <= {"1", "2", "3"}:
        raise CallerError(f"--strengths {_shown(text)}: a fault has the strengths 1, 2 and 3; write it like --strengths 1,3.")
    return tuple(sorted(int(one) for one in given))


def day(text: str, option: str = "--day") -> date:
    """The day that the option names; raises CallerError."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise CallerError(f"{option} {_shown(text)} is no day; write it like 2026-04-15.")
    return found


def _shown(text: str) -> str:
    return repr(text if len(text) <= SHOWN_CHARS_MAX else f"{text[:SHOWN_CHARS_MAX]}…")
