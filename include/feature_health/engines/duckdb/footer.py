"""What a Parquet file's own description says of its columns, as far as it can be believed. Measures nothing and decides nothing.

Believed are the statistics of writers that our tests hold to the rows they wrote (ADR 4); of any other file only the number of
rows, which DuckDB itself takes from there. Of a believed writer's statistics these are facts: the number of nulls, and between
which values all others lie, NaN apart. Missing in one row group is missing. Ends of texts may be cut, so texts have none.
"""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `text`

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from feature_health.engines.duckdb.connection import identifier, text

if TYPE_CHECKING:
    from feature_health.engines.duckdb.table import Field

FEW_VALUES_MAX = 5_000
"""Up to so many different values in a row group, a column is counted by value faster than it is tested row by row."""
FEW_BYTES_MAX = 20_000  # of a dictionary as it is stored, where the writer does not say how many values it has

# A writer, the first of its versions whose statistics are believed, and whether its ends exclude NaN: DuckDB leaves out both ends
# when there is a NaN; Arrow leaves out the NaN, and says nothing of it.
_WRITERS = (
    (re.compile(r"DuckDB version v(\d+)\."), 2, True),
    (re.compile(r"parquet-cpp-arrow version (\d+)\."), 10, False),
)
_WITH_ENDS = re.compile(r"(U?(TINY|SMALL|BIG)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\)|BOOLEAN|DATE|TIMESTAMP( WITH TIME ZONE)?)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Of one column: its number of nulls, whether NaN is excluded, and whether its smallest and greatest values are known.

    Two guesses, good enough to choose between ways of counting: whether its different values are few, and whether they ascend, as
    its row groups do.
    """

    nulls: int
    nan_free: bool
    bounded: bool
    few: bool
    in_order: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """Rows of the file, facts of the columns of which there are any, and the view of their smallest and greatest values.

    `ends` has a first row with the smallest and a second with the greatest value of every bounded column, under its own name and
    in its own type.
    """

    rows: int
    facts: Mapping[str, Facts] = field(default_factory=dict)
    ends: str | None = None

    def bounded(self, column: str) -> bool:
        """Whether the column's smallest and greatest values are known."""
        return column in self.facts and self.facts[column].bounded

    def never_null(self, column: str) -> bool:
        """Whether no value of the column is null or NaN."""
        return column in self.facts and self.facts[column].nan_free and not self.facts[column].nulls

    def in_order(self, column: str) -> bool:
        """Whether it is worth asking if the column's values ascend."""
        return column in self.facts and self.facts[column].in_order

    def may_hold_nan(self, it: "Field") -> bool:
        """Whether some value of the column may be NaN."""
        return it.floating and not (it.name in self.facts and self.facts[it.name].nan_free)


def read_footer(connection: duckdb.DuckDBPyConnection, path: Path, fields: Sequence["Field"], *, name: str) -> Footer:
    """The footer of a file whose columns are these; `name` tells its tables from another file's. Raises duckdb.Error."""
    file = text(str(path))
    writer, rows = connection.execute(f"SELECT created_by, num_rows FROM parquet_file_metadata({file})").fetchall()[0]
    ends_tell_nan = _believed(writer)
    names = Counter(it.name for it in fields)
    known = [it for it in fields if it.leaf is not None and it.family is not None and names[it.name] == 1]
    if ends_tell_nan is None or not known or rows == 0:
        return Footer(rows=rows)
    groups = identifier(f"row groups of {name}")
    connection.execute(f"CREATE TEMP TABLE {groups} AS SELECT {_GROUP} FROM parquet_metadata({file})")
    told = {leaf: facts for leaf, *facts in connection.execute(_facts_query(groups)).fetchall()}
    known = [it for it in known if told[it.leaf][0] is not None]
    facts = {it.name: _facts(it, told[it.leaf], ends_tell_nan=ends_tell_nan) for it in known}
    return _with_ends(connection, Footer(rows=rows, facts=facts), groups, known, name)


def _believed(writer: str | None) -> bool | None:
    """Whether the writer's ends exclude NaN; None when it is not believed at all."""
    for pattern, first, excludes_nan in _WRITERS:
        found = pattern.match(writer or "")
        if found and int(found[1]) >= first:
            return excludes_nan
    return None


_GROUP = (
    "column_id AS leaf, row_group_id AS row_group, stats_null_count AS nulls, stats_min_value AS low, stats_max_value AS high, "
    "coalesce(stats_null_count = row_group_num_rows, false) AS empty, stats_nan_count AS nans, "
    "stats_distinct_count AS distinct_values, "
    "CASE WHEN dictionary_page_offset IS NULL THEN NULL ELSE data_page_offset - dictionary_page_offset END AS dictionary_bytes"
)


def _facts_query(groups: str) -> str:
    """Per leaf column: nulls (null unless all row groups say), bounded, no NaN told, values, dictionary in bytes, in order."""
    return (
        "SELECT leaf, CASE WHEN count(nulls) = count(*) THEN CAST(sum(nulls) AS BIGINT) END, "
        "bool_and(empty OR (low IS NOT NULL AND high IS NOT NULL)), bool_and(coalesce(nans = 0, false)), "
        "CASE WHEN count(distinct_values) = count(*) THEN max(distinct_values) END, "
        "CASE WHEN count(dictionary_bytes) = count(*) THEN max(dictionary_bytes) END, coalesce(bool_and(up), false) "
        f"FROM (SELECT *, low > lag(high) OVER (PARTITION BY leaf ORDER BY row_group) AS up FROM {groups}) GROUP BY leaf"
    )


def _facts(it: "Field", told: Sequence[int | bool | None], *, ends_tell_nan: bool) -> Facts:
    nulls, ends, no_nan, values, dictionary, ascends = told
    few = values <= FEW_VALUES_MAX if values is not None else dictionary is not None and dictionary <= FEW_BYTES_MAX
    bounded = bool(ends) and _WITH_ENDS.match(it.native) is not None
    return Facts(
        nulls=int(nulls or 0),
        nan_free=not it.floating or bool(no_nan) or (ends_tell_nan and bounded),
        bounded=bounded,
        few=few or it.family == "boolean",
        in_order=bool(ascends),
    )


def _with_ends(
    connection: duckdb.DuckDBPyConnection, footer: Footer, groups: str, fields: Sequence["Field"], name: str
) -> Footer:
    """The footer with its view of ends; without, and nothing bounded, when a single end cannot be read in its column's type."""
    bounded = [it for it in fields if footer.facts[it.name].bounded]
    if not bounded:
        return footer
    ends = identifier(f"ends of {name}")
    lows, highs = (
        ", ".join(f"{of}(CAST(CASE WHEN leaf = {it.leaf} THEN {end} END AS {it.native})) AS {it.sql}" for it in bounded)
        for of, end in (("min", "low"), ("max", "high"))
    )
    try:
        connection.execute(f"CREATE TEMP TABLE {ends} AS SELECT {lows} FROM {groups} UNION ALL SELECT {highs} FROM {groups}")
    except duckdb.Error:
        unbounded = {it.name: replace(footer.facts[it.name], bounded=False, nan_free=not it.floating) for it in fields}
        return replace(footer, facts=unbounded)
    return replace(footer, ends=ends)
