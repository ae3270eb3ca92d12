"""Which columns a measure names, and which its query reads to the last row. Knows of queries only that."""

from collections.abc import Iterator

from feature_health.engines.duckdb.footer import Footer
from feature_health.engines.duckdb.footer_proof import walk
from feature_health.engines.duckdb.unique import looked_at
from feature_health.profiles.measure import BinCounts, Count, DistinctCount, Duplicates, Measure, Quantiles, Stat
from feature_health.profiles.predicate import Between, Compare, InSet, IsNull, LengthBetween, Matches

_LEAVES = (IsNull, Between, InSet, LengthBetween, Matches)


def columns_named(measure: Measure) -> Iterator[str]:
    """Columns that the measure and its condition name, SQL apart: of these the footer may have proven something."""
    where = getattr(measure, "where", None)
    for named in (measure, *(walk(where) if where is not None else ())):
        yield from (name for role in ("column", "left", "right") if isinstance(name := getattr(named, role, None), str))
        yield from getattr(named, "columns", ())


def columns_read(measure: Measure, footer: Footer) -> Iterator[str]:
    """Columns of which the query reads every value. A query that leaves rows out may leave out pages of all its columns."""
    match measure:
        case Count(where=where) if where is not None:
            # The first condition of a conjunction may settle a row before the second is looked at, but the column is decoded.
            for part in walk(where):
                if isinstance(part, _LEAVES):
                    yield part.column
                elif isinstance(part, Compare):
                    yield from (part.left, part.right)
        case Stat(column=column) | BinCounts(column=column):
            yield column
        case Quantiles(column=column, where=None) | DistinctCount(column=column, where=None):
            yield column
        case Duplicates(columns=columns) if looked_at(measure, footer) is None:
            yield from columns
        case _:
            pass
