"""Which rows a fault takes: by chance, one stretch of time, the end of a file, or whole groups; always the same ones by seed and
key.

Random numbers are the MD5 of fault, seed and key: they do not depend on DuckDB's version, and a stronger fault takes every row
that a milder one takes. Knows no fault and no table.
"""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `literal`
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lending.faults.changes import Bound
from lending.sql import literal

Way = Literal["scattered", "stretch", "tail", "groups"]


@dataclass(frozen=True, slots=True)
class Pick:
    """Rows that satisfy all conditions of `among` whose roles there are, and of these a share.

    `scattered` takes it by chance, `stretch` as one run in the order of `along`, `tail` from its end, `groups` takes it of as
    many values of `along` as the strength's size says. All are expressions; those whose roles are not there are left out.
    """

    way: Way = "scattered"
    along: tuple[str, ...] = ()
    among: tuple[str, ...] = ()

    def sql(self, bound: Bound, *, scope: Sequence[str], share: float, salt: str) -> str:
        """A query over `clean` that gives `picked`."""
        conditions = [bound.fill(text) for text in (*scope, *self.among) if bound.has(text)]
        may = " AND ".join(f"({text})" for text in conditions) or "TRUE"
        key = bound.fill("$key")
        return (
            f"SELECT * EXCLUDE (_may), _may AND {self._taken(bound, share, salt)} AS _hit FROM ("
            f"SELECT *, 2 * row_number() OVER () AS _row, {_chance(salt, key)} AS _u, {_chance(salt + '/size', key)} AS _v, "
            f"coalesce({may}, FALSE) AS _may FROM clean)"
        )

    def _taken(self, bound: Bound, share: float, salt: str) -> str:
        along = [bound.fill(text) for text in self.along if bound.has(text)]
        order = ", ".join([*along, "_row"])
        place = f"(row_number() OVER (PARTITION BY _may ORDER BY {order}) - 1) / count(*) OVER (PARTITION BY _may)"
        match self.way:
            case "scattered":
                return f"_u < {share!r}"
            case "stretch":
                begin = _fixed(salt) * (1 - share)
                return f"{place} >= {begin!r} AND {place} < {begin + share!r}"
            case "tail":
                return f"{place} >= {1 - share!r}"
            case "groups":
                group = f"md5(concat_ws('|', {literal(salt)}, {', '.join(along)}))"
                return f"dense_rank() OVER (PARTITION BY _may ORDER BY {group}) <= {bound.size:g} AND _u < {share!r}"


def _chance(salt: str, key: str) -> str:
    """A number in [0, 1) fixed by salt and key."""
    return f"md5_number_lower(concat_ws('|', {literal(salt)}, {key})) / 18446744073709551616.0"


def _fixed(salt: str) -> float:
    """A number in [0, 1) fixed by salt alone."""
    return int.from_bytes(hashlib.md5(salt.encode(), usedforsecurity=False).digest()[:6], "big") / 2**48
