"""Things to count on a candidate, as hashable values: equal measures are taken once. What they cost is the engine's business.

Every measure's docstring states the value an engine returns for it. `where` keeps only rows on which the condition holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from feature_health.profiles.predicate import Predicate, Value

StatName = Literal["min", "max", "mean", "stdev", "sum"]
Interpolation = Literal["linear", "lower", "higher", "midpoint", "nearest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """int: rows on which `where` holds; all rows when it is None."""

    where: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """int, float or ISO text (dates and times): a statistic of the non-null values; None if there are none.

    The standard deviation is the sample's, and None of a single value. Times without a zone are UTC.
    """

    column: str
    name: StatName
    where: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """list of float: the values at the given shares, interpolated as NumPy does; None each if there are none."""

    column: str
    shares: tuple[float, ...]
    where: Predicate | None = None
    interpolation: Interpolation = "linear"


@dataclass(frozen=True, slots=True, kw_only=True)
class DistinctCount:
    """int: number of different non-null values, exact."""

    column: str
    where: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """int: rows that share their values of `columns` with at least one other row; all of them count.

    Rows with a null among these values are left out, unless `nulls_equal`: then a null equals a null.
    """

    columns: tuple[str, ...]
    where: Predicate | None = None
    nulls_equal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfOrder:
    """int: non-null values that do not follow the non-null value before them in the file, ascending; `strictly` forbids ties."""

    column: str
    descending: bool = False
    strictly: bool = False
    where: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BinCounts:
    """list of int: values below the first edge, in each bin [low, high), the last of which is closed, and above the last edge."""

    column: str
    edges: tuple[float, ...]
    where: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSizes:
    """{"groups": int, "rows": int, "n_log_n": float}: different non-null values, their rows, and the sum of n ln n over them."""

    column: str
    where: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commonest:
    """{"count": int, "ties": int}: rows of the commonest non-null value, and how many values are as common; 0 of none."""

    column: str
    where: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCounts:
    """list of [value, count], commonest first, at most `limit`. For closed sets and codes only: values go into evidence."""

    column: str
    limit: int = 50
    where: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountBy:
    """{"rows": int, "counted": int, "segments": [[column, value, rows, counted], …]}.

    Rows, and how many of them `where` holds on, overall and for each value of each column of `by`; null is a value. Where it
    holds on no row there may be no segments. For closed sets only: values go into evidence.
    """

    by: tuple[str, ...]
    where: Predicate


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """{"rows": int, "matched": int, "segments": [[column, value, rows, matched], …]}.

    Rows of the other job's published partition of the same key (`of`), and how many of them have their `on` columns among the
    candidate's. `by` are columns of the other partition whose values cut it into segments.
    """

    of: str
    on: tuple[str, ...]
    by: tuple[str, ...] = ()
    of_where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """{"rows": int, "shared": int}: non-null values of `column`, and how many also stand in the previous accepted partition."""

    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryCount:
    """int: rows returned by a contract's own query over `{batch}`; a query that returns none found nothing wrong."""

    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOverlap:
    """{"rows": int, "shared": int}: rows, and how many of them also stand in the previous accepted partition.

    Rows are alike when all of `columns` are, nulls being equal to nulls; without `columns`, every column that both have and that
    holds no dates or times. They are compared by 64-bit hashes: of 10 million rows against as many, 5 in a million partitions
    would have a single one too many.
    """

    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FanOut:
    """{"keys": int, "rows": int, "over": int, "most": int}.

    Different values of the `on` columns that both the candidate and the other job's partition (`of`) have, the candidate's rows
    with such values, how many of these values have more than `rows_max` rows, and the most rows that one of them has.
    """

    of: str
    on: tuple[str, ...]
    rows_max: int
    of_where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """{"rows": int, "unlike": int, "columns": {column: int}}.

    The candidate's rows whose `on` columns are those of exactly one row of the other job's partition (`of`), how many of them
    differ from it in any of `columns`, and how many in each; nulls are equal to nulls.
    """

    of: str
    on: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """{"rows": int, "r": float or None}: rows in which both columns have a value, and Pearson's correlation of these values.

    It is None when there are fewer than two rows, or when one column is the same in all of them.
    """

    columns: tuple[str, str]
    where: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """list of int: rows with each of `values`, then those of the rest between the ascending `edges`, last those with null.

    A bin holds its lower edge; below the first and from the last on are bins too, so there is one more than edges. Counts of two
    partitions add up to those of both.
    """

    column: str
    values: tuple[Value, ...] = ()
    edges: tuple[float, ...] = ()
    where: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketCounts:
    """list of int: rows with a value of `column` in each of the `buckets`, last those in none of them.

    `bucket` is a SQL expression for its number, from 0; None takes the last 8 bytes of the text's MD5, little-endian, modulo
    `buckets`.
    """

    column: str
    buckets: int
    bucket: str | None = None
    where: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HourCounts:
    """list of [hour, rows]: hours as ISO text in UTC, commonest first, at most `limit`; a month has 745 at most.

    They begin at `minute`, 0 to 59, of the hours in UTC.
    """

    column: str
    minute: int = 0
    limit: int = 1000
    where: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileSketch:
    """{"count": int, "values": [float, …]}: the values at 33 equal steps from the least to the greatest, of `count` values.

    Of more than 100,000 rows it may be those of a sample of about so many, the same for the same file; see
    `profiles.standing.QUANTILE_ERROR`. No values give an empty list.
    """

    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HashSketch:
    """list of int, ascending: the `size` smallest 64-bit hashes of the different combinations of values, all if there are fewer.

    Rows with a null among them are left out. Two sketches of one engine version tell how much two partitions overlap, and merge
    (`profiles.standing`); a hash of few possible values could be tried out, so it is taken of identifiers only.
    """

    columns: tuple[str, ...]
    size: int = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class GreatExpectationsResult:
    """{"success": bool, "result": {…}, "engine": str}: what Great Expectations itself says, without customers' values.

    `kwargs` are its arguments as JSON with sorted keys, `columns` those that they name.
    """

    expectation: str
    kwargs: str
    columns: tuple[str, ...] = ()


Measure = (
    Count
    | Stat
    | BinCounts
    | Quantiles
    | DistinctCount
    | Duplicates
    | OutOfOrder
    | GroupSizes
    | Commonest
    | ValueCounts
    | CountBy
    | Coverage
    | Overlap
    | QueryCount
    | RowOverlap
    | FanOut
    | Agreement
    | Correlation
    | Spread
    | BucketCounts
    | HourCounts
    | QuantileSketch
    | HashSketch
    | GreatExpectationsResult
)

PREVIOUS = "previous"
"""The name under which the previous accepted partition of the same job is read."""


def relation_of(measure: Measure) -> str | None:
    """The other partition that the measure reads, "previous" or a job's name; without a store it cannot be taken."""
    match measure:
        case Coverage() | FanOut() | Agreement():
            return measure.of
        case Overlap() | RowOverlap():
            return PREVIOUS
        case _:
            return None


def name_of(measure: Measure) -> str:
    """A text that names the measure and nothing else: the key under which its value is kept."""
    return repr(measure)


def each_once(measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """The measures in their order, each once by its name: to Python those about 1, 1.0 and True are equal."""
    return tuple({name_of(measure): measure for measure in measures}.values())
