"""What is wrong with a contract file: one value per fault, and how a list of them reads. Knows nothing of YAML or of rules."""

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from feature_health.errors import ContractInvalid

FOUND_CHARS_MAX = 60
_NAME_CHARS_MAX = 100
Path = tuple[str | int, ...]
"""Where in a document something stands: keys and list positions from the root."""
Plain = Any
"""A value as YAML or JSON gives it: a mapping with text keys, a list, a text, a number, a truth value or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in one file. `line` counts from 1, 0 when the file as a whole is meant.

    `where` names the place as keys joined by dots, `found` is what stands there, `message` what should, `nearest` the valid name
    that was probably meant.
    """

    file: str
    line: int
    where: str
    found: str | None = None
    message: str = ""
    nearest: str | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        found = f"found {self.found}" if self.found else ""
        meant = f"did you mean '{self.nearest}'?" if self.nearest else ""
        said = "; ".join(part for part in (found, self.message, meant) if part)
        return ": ".join(part for part in (place, self.where, said) if part)


def shown(value: object) -> str:
    """The value as a person would recognise it, cut to a length that a message bears."""
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return f"a {'mapping' if isinstance(value, dict) else 'list'} of {len(value)}"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= FOUND_CHARS_MAX else f"{text[:FOUND_CHARS_MAX]}… ({len(text):,} characters)"


def nearest(name: object, valid: Collection[str]) -> str | None:
    """The valid name most like `name`, or None when none is alike. Over-long names are not compared (quadratic time)."""
    if not isinstance(name, str) or len(name) > _NAME_CHARS_MAX:
        return None
    by_lowered = {candidate.lower(): candidate for candidate in sorted(valid)}
    close = difflib.get_close_matches(name.lower(), list(by_lowered), n=1, cutoff=0.6)
    return by_lowered[close[0]] if close else None


def where(path: Path) -> str:
    """A path as people write it: `columns.score.type`, `expectations[3]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{shown_key(part)}" for part in path)
    return text.removeprefix(".")


def shown_key(key: str) -> str:
    """A key as part of a place, cut to a bearable length and without control characters."""
    plain = key if key and key.isprintable() else repr(key)
    return plain if len(plain) <= FOUND_CHARS_MAX else f"{plain[:FOUND_CHARS_MAX]}…"


def refuse(faults: Sequence[Fault]) -> None:
    """Raise ContractInvalid that lists all the faults, if there are any."""
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise ContractInvalid(f"The contract cannot be used, it has {count}. Correct and try again:\n{listed}")
