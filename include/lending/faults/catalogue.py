"""Every fault and decoy by name, alone or two at once. Knows no table and no SQL."""

import difflib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lending.errors import UnknownFault
from lending.faults import bureau, decisions, decoys, dti, income, joins
from lending.faults.fault import Fault

_ALL: Final = (*bureau.FAULTS, *income.FAULTS, *dti.FAULTS, *joins.FAULTS, *decisions.FAULTS, *decoys.DECOYS)

CATALOGUE: Final[Mapping[str, Fault]] = MappingProxyType({fault.name: fault for fault in _ALL})

_AT_ONCE: Final = 2


def find(name: str) -> tuple[Fault, ...]:
    """The fault of that name, or both of "B1+I2"; raises UnknownFault with all names there are and those that look alike."""
    spelled = {known.lower(): known for known in CATALOGUE}
    asked = [part.strip() for part in name.split("+")]
    unknown = [part for part in asked if part.lower() not in spelled]
    if unknown or len(asked) > _AT_ONCE or len(set(asked)) < len(asked):
        raise UnknownFault(_message(name, unknown, list(CATALOGUE)))
    return tuple(CATALOGUE[spelled[part.lower()]] for part in asked)


def _message(name: str, unknown: list[str], known: list[str]) -> str:
    lines = [f"There is no fault {part or '(without a name)'}{_near(part, known)}" for part in unknown]
    if not unknown:
        lines = [f"{name} cannot be planted at once: combine two different faults, such as B1+I2."]
    decoys = [one for one in known if CATALOGUE[one].decoy]
    faults = [one for one in known if one not in decoys]
    return "\n".join([*lines, f"Faults: {', '.join(faults)}.", f"Decoys, which are not to be stopped: {', '.join(decoys)}."])


def _near(part: str, known: list[str]) -> str:
    near = difflib.get_close_matches(part.lower(), [one.lower() for one in known], n=3, cutoff=0.6)
    spelled = {one.lower(): one for one in known}
    return f"; did you mean {' or '.join(spelled[one] for one in near)}?" if near else "."
