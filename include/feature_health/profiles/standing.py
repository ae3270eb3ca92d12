"""What every partition's profile keeps beside the measures of its checks, so that later checks never read old data again.

No customer's value gets in: of closed sets the values themselves, of identifiers hashes, of numbers and times their distribution.
Closed are booleans and columns whose contract lists all that they may hold, in `values` or as an expectation's set.
"""

import heapq
from collections.abc import Iterator, Sequence

from feature_health.contracts.contract import Column, Contract
from feature_health.profiles.measure import Count, HashSketch, HourCounts, Measure, QuantileSketch, Stat, ValueCounts, each_once
from feature_health.profiles.predicate import present

QUANTILE_ERROR = 0.007
"""By how much the share of values below any point of a sampled quantile sketch is wrong at most, in 999 of 1,000 partitions.

sqrt(ln(2 / 0.001) / (2 n)) of n = 100,000 rows is 0.0062 (Massart, The Tight Constant in the Dvoretzky-Kiefer-Wolfowitz
Inequality, 1990), a fifth of a step between two points. Counts, shares, moments, least and greatest are always of all rows.
"""
COMMONEST_MAX = 50
_OF_NUMBERS = ("integer", "decimal")
_OF_TIMES = ("date", "timestamp")
_SETS = {
    "expect_column_values_to_be_in_set",
    "expect_column_distinct_values_to_be_in_set",
    "expect_column_distinct_values_to_equal_set",
}


def standing_measures(contract: Contract) -> tuple[Measure, ...]:
    """Rows; of each column nulls, and moments, quantiles, commonest values, hours or hashes by its type; hashes of the key."""
    closed = closed_columns(contract)
    of_columns = (measure for column in contract.columns for measure in _of_column(column, closed=column.name in closed))
    of_key = [HashSketch(columns=contract.key)] if len(contract.key) > 1 else []
    return each_once((Count(), *of_columns, *of_key))


def closed_columns(contract: Contract) -> frozenset[str]:
    """Columns whose values are words of the contract's own, not of a customer's."""
    of_sets = (spec.kwargs.get("column") for spec in contract.expectations if spec.type in _SETS)
    of_types = (column.name for column in contract.columns if column.values or column.codes or column.type == "boolean")
    return frozenset((*of_types, *(column for column in of_sets if isinstance(column, str))))


def overlap(one: Sequence[int], other: Sequence[int], *, size: int = HashSketch(columns=()).size) -> float:
    """The share, 0 to 1, of the different values of two partitions that both have (Jaccard's), told from their sketches.

    Exact while both sketches hold fewer than `size` hashes; otherwise within 1 / sqrt(size). Beyer et al., On Synopses for
    Distinct-Value Estimation, 2007.
    """
    both = merged(one, other, size=size)
    return len(set(one) & set(other) & set(both)) / len(both) if both else 0.0


def merged(one: Sequence[int], other: Sequence[int], *, size: int = HashSketch(columns=()).size) -> list[int]:
    """The sketch of two partitions together, from theirs."""
    return heapq.nsmallest(size, set(one) | set(other))


def _of_column(column: Column, *, closed: bool) -> Iterator[Measure]:
    name = column.name
    yield Count(where=present(name))
    if closed and column.type in (*_OF_NUMBERS, "string", "boolean", "date"):
        yield ValueCounts(column=name, limit=COMMONEST_MAX)
    if column.type in _OF_NUMBERS:
        yield from (Stat(column=name, name=statistic) for statistic in ("min", "max", "mean", "stdev"))
        yield QuantileSketch(column=name)
    elif column.type in _OF_TIMES:
        yield from (Stat(column=name, name=statistic) for statistic in ("min", "max"))
        yield from [HourCounts(column=name)] if column.type == "timestamp" else []
    elif column.type == "string" and not closed:
        yield HashSketch(columns=(name,))
