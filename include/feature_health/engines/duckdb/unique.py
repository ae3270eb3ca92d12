"""Whether values repeat, proven cheaply where that can be done exactly; what is not proven is counted again, in full or in part.

Three proofs, cheapest first: a column that lies in the file in strictly ascending order repeats nothing; whole numbers of a
small range are ticked off in a string of bits; rows whose 64-bit hashes all differ all differ, and rows can only be alike among
those whose hashes are. Equal values have equal hashes, so none of these can miss a repetition.
"""

# ruff: noqa: S608 - making SQL is what this is for; names and values go through `identifier` and `text`

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from feature_health.engines.duckdb.footer import Footer
from feature_health.engines.duckdb.measure_sql import Sources, take
from feature_health.engines.duckdb.predicate_sql import rows_where
from feature_health.engines.duckdb.table import Table
from feature_health.profiles.measure import DistinctCount, Duplicates
from feature_health.profiles.predicate import Predicate, both, present

_BITS_MAX = 2**28  # 32 MB for each thread
_BITS_PER_ROW_MAX = 16
_REPEATED_MAX = 1_000  # hashes of several rows; when there are more, counting in full is cheaper


def duplicates(measure: Duplicates, sources: Sources) -> int:
    """Rows that share their values with another row; raises NotMeasured or duckdb.Error."""
    table = sources.candidate
    columns = ", ".join(table.field(column).sql for column in measure.columns)
    where = looked_at(measure, table.footer)
    if _ascending(measure, sources):
        return 0
    counts = f"SELECT count(*), count(DISTINCT hash({columns})) {rows_where(where, table)}"
    rows, hashes = sources.connection.execute(counts).fetchall()[0]
    if rows == hashes:
        return 0
    several = f"{rows_where(where, table)} GROUP BY hash({columns}) HAVING count(*) > 1 LIMIT {_REPEATED_MAX + 1}"
    repeated = [hash_ for (hash_,) in sources.connection.execute(f"SELECT hash({columns}) {several}").fetchall()]
    if len(repeated) > _REPEATED_MAX:
        return int(take(measure, sources))
    return _among(repeated, columns, where, sources)


def distinct_count(measure: DistinctCount, sources: Sources) -> int:
    """Different non-null values; raises NotMeasured or duckdb.Error."""
    table = sources.candidate
    field, bounds = table.field(measure.column), _small_range(measure.column, sources)
    if bounds is None:
        return int(take(measure, sources))
    low, high = bounds
    bits = f"bit_count(bitstring_agg({field.sql}, CAST({low} AS {field.native}), CAST({high} AS {field.native})))"
    return int(sources.one(f"SELECT {bits} {rows_where(measure.where, table)}") or 0)


def looked_at(measure: Duplicates, footer: Footer) -> Predicate | None:
    """The rows that may be alike: without a null among their values, unless nulls are equal."""
    nullable = [column for column in measure.columns if not footer.never_null(column)]
    return both(measure.where, *([] if measure.nulls_equal else map(present, nullable)))


def _among(hashes: Sequence[int], columns: str, where: Predicate | None, sources: Sources) -> int:
    rows = rows_where(where, sources.candidate)
    alike = f"{rows} {'WHERE' if where is None else 'AND'} hash({columns}) IN ({', '.join(map(str, hashes))})"
    groups = f"SELECT count(*) AS n {alike} GROUP BY {columns} HAVING count(*) > 1"
    return int(sources.one(f"SELECT coalesce(sum(n), 0) FROM ({groups})"))


def _ascending(measure: Duplicates, sources: Sources) -> bool:
    """Whether it is one column in strictly ascending order; asked only where the row groups lie in order."""
    column, *more = measure.columns
    table = sources.candidate
    if more or measure.nulls_equal or measure.where is not None or not table.footer.in_order(column):
        return False
    if table.field(column).family not in {"number", "date", "timestamp", "text"}:
        return False
    return not _out_of_order(table, column, sources)


def _out_of_order(table: Table, column: str, sources: Sources) -> bool:
    value = table.field(column).sql
    there = None if table.footer.never_null(column) else present(column)
    pairs = f"SELECT {value} AS value, lag({value}) OVER () AS before {rows_where(there, table)}"
    return bool(sources.one(f"SELECT count_if(value <= before) FROM ({pairs})"))


def _small_range(column: str, sources: Sources) -> tuple[int, int] | None:
    """Least and greatest of whole numbers that lie close together; None of others."""
    table = sources.candidate
    field = table.field(column)
    if not field.whole or not table.footer.bounded(column):
        return None
    ends = sources.connection.execute(f"SELECT min({field.sql}), max({field.sql}) FROM {table.footer.ends}").fetchall()[0]
    low, high = ends
    if low is None or high - low >= min(_BITS_MAX, _BITS_PER_ROW_MAX * table.footer.rows):
        return None
    return low, high


PROVERS: Mapping[type, Callable[[Any, Sources], Any]] = {Duplicates: duplicates, DistinctCount: distinct_count}
"""Ways to take a measure that may be cheaper than the plain one, and give the same answer."""
