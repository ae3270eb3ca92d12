r"""Regular expressions as Great Expectations reads them, which is as Python does, in the language of RE2, which DuckDB speaks.

Python's \d, \w and \s are about all scripts, RE2's about ASCII alone: "Zoë" would be no word. What RE2 cannot say at all, such as
looking ahead, it refuses. It keeps \b, and \W and \S within brackets, to ASCII; and $ stands at the very end of a text alone.
"""

import re
from collections.abc import Mapping

_WORD = r"\p{L}\p{N}_"
_BLANK = r"\s\p{Z}\x{0b}\x{1c}-\x{1f}\x{85}"
_ALONE: Mapping[str, str] = {
    r"\d": r"\p{Nd}",
    r"\D": r"\P{Nd}",
    r"\w": f"[{_WORD}]",
    r"\W": f"[^{_WORD}]",
    r"\s": f"[{_BLANK}]",
    r"\S": f"[^{_BLANK}]",
    r"\Z": r"\z",
}
_WITHIN: Mapping[str, str] = {r"\d": r"\p{Nd}", r"\D": r"\P{Nd}", r"\w": _WORD, r"\s": _BLANK}
# A pair of brackets with what is between them, a single escape, or any other character.
_PARTS = re.compile(r"\[\^?\]?(?:\\.|[^\\\]])*\]|\\.|.", re.DOTALL)
_ESCAPES = re.compile(r"\\.", re.DOTALL)


def as_python_reads(regex: str) -> str:
    """The expression in RE2's language; one that is not well formed stays so, for RE2 to refuse."""
    return "".join(_part(part) for part in _PARTS.findall(regex))


def _part(part: str) -> str:
    if part.startswith("["):
        return _ESCAPES.sub(lambda escape: _WITHIN.get(escape[0], escape[0]), part)
    return _ALONE.get(part, part)
