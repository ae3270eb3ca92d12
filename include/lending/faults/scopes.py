"""What a fault may be confined to: a bureau, some states, a channel, some hours, a shard or a vendor.

Knows the lender's words for each, not the tables they are in.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, cast

from lending.bureau_codes import BUREAUS
from lending.errors import ScopeImpossible
from lending.sql import literal

Scope = Literal["bureau", "state", "channel", "vendor", "hours", "shard"]

STATES: Final = (
    "AK", "AL", "AR", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "HI", "IA", "ID", "IL", "IN", "KS", "KY", "LA", "MA", "MD",
    "ME", "MI", "MN", "MO", "MS", "MT", "NC", "ND", "NE", "NH", "NJ", "NM", "NV", "NY", "OH", "OK", "OR", "PA", "RI", "SC", "SD",
    "TN", "TX", "UT", "VA", "VT", "WA", "WI", "WV", "WY",
)  # fmt: skip

#: Scope -> the values it may have; of several, separated by commas, any will do.
VALUES: Final[Mapping[Scope, tuple[str, ...]]] = MappingProxyType(
    {
        "bureau": BUREAUS,
        "state": STATES,
        "channel": ("web", "mobile", "partner", "branch"),
        "vendor": ("employer_db", "payroll_hub", "bank_view", "doc_desk"),
        "hours": tuple(str(hour) for hour in range(24)),
        "shard": tuple("0123456789abcdef"),
    }
)

#: Scope -> the role of the column that says which rows it has.
ROLE_OF: Final[Mapping[Scope, str]] = MappingProxyType(
    {"bureau": "bureau", "state": "state", "channel": "channel", "vendor": "vendor", "hours": "time", "shard": "key"}
)

_EXPRESSION: Final[Mapping[Scope, str]] = MappingProxyType(
    {
        "bureau": "$bureau",
        "state": "upper($state)",
        "channel": "lower($channel)",
        "vendor": "lower($vendor)",
        "hours": "hour(timezone('America/New_York', $time))::VARCHAR",
        "shard": "left(lower($key), 1)",
    }
)
_HOURS: Final = re.compile(r"(\d{1,2})(?:-(\d{1,2}))?", re.ASCII)
#: How the values of a scope are told where they are not listed.
SHOWN: Final[Mapping[Scope, str]] = MappingProxyType(
    {"hours": "0 to 23, one or a stretch such as 14-16, New York time", "shard": "0 to f, an application id's first digit"}
)


def checked(scope: Mapping[str, str], allowed: Sequence[Scope], *, fault: str, there: Callable[[str], bool]) -> None:
    """Nothing, if each scope is allowed, its column is there, and its values are ones it has; else raises ScopeImpossible."""
    possible = [name for name in allowed if there(ROLE_OF[name])]
    wrong = [line for name, value in scope.items() if (line := _wrong(name, value, possible))]
    if not wrong:
        return
    can = "\n".join(f"  - {name}: {SHOWN.get(name) or ', '.join(VALUES[name])}" for name in possible) or "  - nothing here"
    raise ScopeImpossible(
        f"{fault} cannot be confined so:\n" + "\n".join(f"  - {line}" for line in wrong) + f"\nIt can be confined to:\n{can}"
    )


def condition(name: str, value: str) -> str:
    """The rows of a scope, checked before, as a condition over roles."""
    scope = cast("Scope", name)
    return f"{_EXPRESSION[scope]} IN ({', '.join(literal(one) for one in _values(scope, value))})"


def usual(values: Sequence[str], seed: int) -> str:
    """One of the values, by seed."""
    return values[seed % len(values)]


def _wrong(name: str, value: str, possible: Sequence[Scope]) -> str | None:
    if name not in possible:
        return f"{name}={value}: it has no such scope"
    scope = cast("Scope", name)
    unknown = [one for one in _values(scope, value) if one not in VALUES[scope]]
    return f"{name}={value}: there is no {name} {', '.join(unknown)}" if unknown else None


def _values(name: Scope, value: str) -> list[str]:
    parts = [part.strip() for part in value.split(",")]
    if name == "hours":
        return [hour for part in parts for hour in _hours(part)]
    cased = str.lower if name in ("channel", "vendor", "shard") else str.upper
    return [cased(part) for part in parts]


def _hours(part: str) -> list[str]:
    if not (match := _HOURS.fullmatch(part)):
        return [part or "(nothing)"]
    first, last = int(match[1]), int(match[2] or match[1])
    return [str(hour) for hour in range(first, last + 1)] if first <= last else [part]
