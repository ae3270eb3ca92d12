"""Plain values as contract files write them: a line of YAML that our strict reader reads back equal. Knows no contract."""

import json
import re
from collections.abc import Mapping

from feature_health.contracts.faults import Plain

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.+/-]*(?: [A-Za-z0-9_.+/()-]+)*")
_WORDS = frozenset({"null", "true", "false"})  # and "~", which is not plain here


def line(value: Plain) -> str:
    """The value in YAML's flow style; raises ValueError for what no contract can hold, such as infinity."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return json.dumps(value, allow_nan=False)
        case Mapping():
            return "{" + ", ".join(f"{line(str(name))}: {line(each)}" for name, each in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(line(each) for each in value) + "]"
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    plain = _PLAIN.fullmatch(text) is not None and text.lower() not in _WORDS
    return text if plain else '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    """As YAML writes it between double quotes; JSON's pairs of surrogates would be none of its characters."""
    if character in {'"', "\\"}:
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"
