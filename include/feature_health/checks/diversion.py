"""What might be held back of a candidate, as a value, and how the checks are called that stand against it. Decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

REFUSALS = "divert."
"""How the names of the checks begin that stand against diverting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diversion:
    """`rows` of `of` rows fail one of the checks, and all of them are held back together, with their reasons."""

    checks: tuple[str, ...]
    rows: int
    of: int

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """The diversion that `asdict` and JSON made a record of."""
        return cls(**{**record, "checks": tuple(record["checks"])})
