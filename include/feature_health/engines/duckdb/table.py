"""A Parquet file as a view: its columns under their own names, and NaN as null, as Great Expectations sees it on pandas."""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `text`

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

import duckdb

from feature_health.contracts.contract import ColumnType
from feature_health.engines.duckdb.columns import observed
from feature_health.engines.duckdb.connection import identifier, text
from feature_health.engines.duckdb.footer import Footer, read_footer
from feature_health.profiles.profile import NotMeasured, ObservedColumn

Family = Literal["text", "number", "boolean", "date", "timestamp"]

SAMPLE_ROWS_MIN = 100_000
_FLOATS = {"FLOAT", "DOUBLE"}
_WHOLE = {f"{sign}{size}" for sign in ("", "U") for size in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")}
_ROW_NUMBER = "file_row_number"
_FAMILIES: Mapping[ColumnType, Family] = {
    "string": "text",
    "integer": "number",
    "decimal": "number",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column: its name in the file, its quoted name in SQL, and of what kind its values are."""

    name: str
    sql: str
    native: str
    type: ColumnType | None
    leaf: int | None = None
    """Its place among the file's columns of values; None when it is nested."""

    @property
    def family(self) -> Family | None:
        """Values of one family can be compared with each other."""
        return None if self.type is None else _FAMILIES.get(self.type)

    @property
    def floating(self) -> bool:
        """Whether it may hold NaN."""
        return self.native in _FLOATS

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers of at most 64 bits."""
        return self.native in _WHOLE

    @property
    def zoned(self) -> bool:
        """Whether its timestamps carry a time zone."""
        return self.native.startswith("TIMESTAMP WITH TIME ZONE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A view and its columns, in the file's order. Two columns may bear one name; then neither can be asked for."""

    view: str
    fields: tuple[Field, ...]
    columns: tuple[ObservedColumn, ...]
    footer: Footer
    sample: str
    """A view of the same columns of 100,000 to 200,000 rows, picked by a hash of their place; all if there are fewer."""

    def field(self, name: str) -> Field:
        """The column of exactly that name; SQL would take one that differs in case. Raises NotMeasured."""
        found = [field for field in self.fields if field.name == name]
        if len(found) == 1:
            return found[0]
        if found:
            raise NotMeasured(f"{len(found)} columns are named {name!r}, so it is not clear which one is meant")
        names = Counter(field.name for field in self.fields)
        alike = get_close_matches(name, names, n=1, cutoff=0.6) or [other for other in names if other.lower() == name.lower()]
        raise NotMeasured(f"there is no column {name!r}{f'; the nearest is {alike[0]!r}' if alike else ''}")

    def at_ends(self) -> "Table":
        """The two rows of the columns' smallest and greatest values, as far as they are known."""
        return replace(self, view=self.footer.ends or "")

    def observed(self) -> tuple[ObservedColumn, ...]:
        """The columns as a profile tells them."""
        return self.columns


def columns_in(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[ObservedColumn, ...]:
    """The columns of a Parquet file, by its footer alone; raises duckdb.Error."""
    described = connection.execute(f"SELECT * FROM {_source(path)} LIMIT 0").description or ()
    in_file = _in_file(connection, path)
    return tuple(
        observed(own, type_, nullable=nullable) for (own, nullable, _), (_, type_, *_) in zip(in_file, described, strict=True)
    )


def rows_told(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """How many rows a Parquet file says that it has; raises duckdb.Error."""
    return int(connection.execute(f"SELECT num_rows FROM parquet_file_metadata({text(str(path))})").fetchall()[0][0])


def _source(path: Path) -> str:
    return f"read_parquet({text(str(path))}, hive_partitioning = false)"


def open_table(
    connection: duckdb.DuckDBPyConnection, path: Path, *, name: str, numbered: str | None = None, believed: bool = True
) -> Table:
    """A view `name` over the file; raises duckdb.Error when it is not readable Parquet.

    `numbered` is the quoted name of a further column of the view: each row's place in the file, from 0.
    Without `believed` nothing is taken from the file's footer but its number of rows.
    """
    source = _source(path)
    described = connection.execute(f"SELECT * FROM {source} LIMIT 0").description or ()
    in_file = _in_file(connection, path)
    columns = tuple(
        observed(own, type_, nullable=nullable) for (own, nullable, _), (_, type_, *_) in zip(in_file, described, strict=True)
    )
    fields = tuple(
        Field(name=column.name, sql=identifier(in_sql), native=column.native, type=column.type, leaf=leaf)
        for column, (in_sql, *_), (*_, leaf) in zip(columns, described, in_file, strict=True)
    )
    footer = read_footer(connection, path, fields if believed else (), name=name)
    floats = ", ".join(f"nullif({it.sql}, 'nan'::{it.native}) AS {it.sql}" for it in fields if footer.may_hold_nan(it))
    selected = f"* REPLACE ({floats})" if floats else "*"
    number = f", {row_number(field.name for field in fields)} AS {numbered}" if numbered else ""
    connection.execute(f"CREATE OR REPLACE VIEW {identifier(name)} AS SELECT {selected}{number} FROM {source}")
    sample = _sample(connection, name, f"SELECT {selected} FROM {source}", row_number(field.name for field in fields), footer)
    return Table(view=identifier(name), fields=fields, columns=columns, footer=footer, sample=sample)


def _sample(connection: duckdb.DuckDBPyConnection, name: str, rows: str, number: str, footer: Footer) -> str:
    every = footer.rows // SAMPLE_ROWS_MIN
    if every < 2:
        return identifier(name)
    sample = identifier(f"sample of {name}")
    condition = "WHERE" if number == _ROW_NUMBER else "QUALIFY"
    connection.execute(f"CREATE OR REPLACE VIEW {sample} AS {rows} {condition} hash({number}) % {every} = 0")
    return sample


def row_number(names: Iterable[str]) -> str:
    """SQL for a row's place in its Parquet file, from 0; a column of the file's own may bear the name that DuckDB has for it."""
    taken = any(name.lower() == _ROW_NUMBER for name in names)
    return "row_number() OVER () - 1" if taken else _ROW_NUMBER


def _in_file(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[tuple[str, bool, int | None], ...]:
    """The columns' names as they are (DuckDB renames those that differ only in case), and whether the file lets them be null.

    Last, a column's place among the leaves, which hold the values; None when it is nested.
    """
    query = f"SELECT name, coalesce(num_children, 0), repetition_type FROM parquet_schema({text(str(path))})"
    found: list[tuple[str, bool, int | None]] = []
    skip = leaves = 0
    for name, children, repetition in connection.execute(query).fetchall()[1:]:  # the first is the file itself
        if skip == 0:
            found.append((name, repetition != "REQUIRED", None if children else leaves))
        else:  # what lies in a nested column
            skip -= 1
        skip += children
        leaves += not children
    return tuple(found)
