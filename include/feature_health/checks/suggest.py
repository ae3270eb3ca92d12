"""A contract proposed from what partitions of the past held, each limit with its evidence. Pure: values in, values out.

Proposes only what every partition kept, with room for ordinary days. Customers' values never leave: of a column's values only
those of a closed set are written, each seen often; of names only their form.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from itertools import combinations
from math import ceil, floor, log10, sqrt
from typing import Any

from feature_health.contracts.contract import ColumnType
from feature_health.contracts.keys import PartitionScheme
from feature_health.profiles.measure import Count, DistinctCount, Duplicates, Measure, Quantiles, Stat, ValueCounts, name_of
from feature_health.profiles.predicate import Compare, Matches, Not, both, present
from feature_health.profiles.profile import ObservedColumn, Profile

CLOSED_SET_MAX = 20
SEEN_OFTEN = 20
"""A value that fewer rows hold may be somebody's own."""
NULLS_Z = 3.29
"""Of the normal distribution: one in a thousand ordinary partitions has more nulls than the ceiling proposed."""
ORDERED_PAIRS_MAX = 30
KEY_PAIRS_MAX = 15
_TIMES = frozenset({"date", "timestamp"})
_NUMBERS = frozenset({"integer", "decimal"})
_EDGES = (0.02, 0.98)


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """One file: the key that its name is, if it is one, and what was measured of it."""

    key: str | None
    profile: Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """One expectation with the reason why this limit."""

    type: str
    kwargs: Mapping[str, Any]
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Everything that a contract would say, as far as the partitions tell. Remarks are for the person who completes it."""

    columns: Mapping[str, tuple[Mapping[str, Any], str]]
    key: tuple[str, ...]
    partition_column: str | None
    by: str | None
    rows: tuple[int, int]
    partitions: int
    freshness: tuple[str, float, str] | None = None
    expectations: tuple[Proposed, ...] = ()
    remarks: tuple[str, ...] = field(default=())


# ── what to measure ──────────────────────────────────────────────────────────────────────────────────────────────────


def first_measures(columns: Sequence[ObservedColumn]) -> tuple[Measure, ...]:
    """What must be known of every column before anything more can be asked."""
    return tuple(measure for column in columns if column.type for measure in _of_column(column.name, column.type))


def _of_column(name: str, type_: ColumnType) -> Iterator[Measure]:
    yield Count(where=present(name))
    if type_ not in {"list", "struct", "map"}:
        yield DistinctCount(column=name)
    if type_ in _NUMBERS | _TIMES:
        yield from (Stat(column=name, name="min"), Stat(column=name, name="max"))
    if type_ in _NUMBERS:
        yield Quantiles(column=name, shares=_EDGES)
    if type_ == "string":
        yield ValueCounts(column=name, limit=CLOSED_SET_MAX + 1)


def unmeasured(columns: Sequence[ObservedColumn], partitions: Sequence[Partition]) -> dict[str, str]:
    """The columns of which something could not be measured, and why: nothing can be proposed of, say, infinite values."""
    return {
        column.name: because
        for column in columns
        if column.type
        for measure in _of_column(column.name, column.type)
        for one in partitions
        if (because := one.profile.unmeasured.get(name_of(measure)))
    }


def second_measures(columns: Sequence[ObservedColumn], partitions: Sequence[Partition]) -> tuple[Measure, ...]:
    """What the first ones made worth asking: forms of names, orders of times, and pairs that may be a key."""
    return (
        *(_misfits(name, form) for name, form in forms(columns, partitions).items()),
        *(measure for a, b in _time_pairs(columns) for measure in (_compared(a, b), _reversed(a, b))),
        *(Duplicates(columns=pair) for pair in _key_pairs(columns, partitions)),
    )


def forms(columns: Sequence[ObservedColumn], partitions: Sequence[Partition]) -> dict[str, str]:
    """Of each text column with many values: the regular expression that some of them have in common, if it says anything."""
    found: dict[str, str] = {}
    for column in columns:
        if column.type == "string" and not _closed_set(column.name, partitions):
            values = [
                value for one in partitions for value, _ in one.profile[ValueCounts(column=column.name, limit=CLOSED_SET_MAX + 1)]
            ]
            form = _form(values)
            found |= {column.name: form} if form else {}
    return found


def _form(values: Sequence[str]) -> str | None:
    """Runs of digits, hex digits or letters with what stands between; None where the values are not alike."""
    shapes = {re.sub(r"[0-9]+|[A-Za-z]+", lambda run: "0" if run[0].isdigit() else "a", value) for value in values}
    lengths = {len(value) for value in values}
    if len(lengths) == 1 and lengths.pop() >= 8 and all(re.fullmatch(r"[0-9a-f]+", value) for value in values):
        return f"^[0-9a-f]{{{len(values[0])}}}$"
    if len(shapes) != 1 or len(values) < 2:
        return None
    runs = [re.findall(r"[0-9]+|[A-Za-z]+|[^0-9A-Za-z]+", value) for value in values]
    return "^" + "".join(_run([parts[place] for parts in runs]) for place in range(len(runs[0]))) + "$"


def _run(parts: Sequence[str]) -> str:
    if len(set(parts)) == 1 and not parts[0].isdigit():
        return re.escape(parts[0]).replace(r"\-", "-")
    kind = "[0-9]" if parts[0].isdigit() else "[A-Za-z]"
    lengths = {len(part) for part in parts}
    return kind + (f"{{{lengths.pop()}}}" if len(lengths) == 1 else "+")


def _misfits(name: str, form: str) -> Count:
    return Count(where=both(present(name), Not(of=Matches(column=name, regex=form))))


def _time_pairs(columns: Sequence[ObservedColumn]) -> list[tuple[str, str]]:
    times = [column for column in columns if column.type in _TIMES]
    alike = [(a.name, b.name) for a, b in combinations(times, 2) if a.type == b.type]
    return [pair for a, b in alike for pair in ((a, b), (b, a))][:ORDERED_PAIRS_MAX]


def _compared(a: str, b: str) -> Count:
    return Count(where=both(present(a), present(b)))


def _reversed(a: str, b: str) -> Count:
    """Rows in which a is before b."""
    return Count(where=Compare(left=a, op="<", right=b))


def _key_pairs(columns: Sequence[ObservedColumn], partitions: Sequence[Partition]) -> list[tuple[str, str]]:
    if _single_key(columns, partitions):
        return []
    able = [
        column.name for column in columns if column.type in {"string", "integer", "date"} and _nulls(column.name, partitions) == 0
    ]
    ranked = sorted(able, key=lambda name: -sum(one.profile[DistinctCount(column=name)] for one in partitions))
    return list(combinations(ranked[:6], 2))[:KEY_PAIRS_MAX]


# ── what to propose ──────────────────────────────────────────────────────────────────────────────────────────────────


def suggest(columns: Sequence[ObservedColumn], partitions: Sequence[Partition]) -> Suggestion:
    """The contract that all these partitions keep."""
    simple = [column for column in columns if column.type and column.type not in {"list", "struct", "map"}]
    left_out = [column.name for column in columns if column not in simple]
    key = _key(simple, partitions)
    by, partition_column = _cadence(simple, partitions)
    codes = {column.name: why for column in simple if (why := _special_codes(column, partitions))}
    remarks = [f"{name} is {_native(columns, name)}: say of what it is made, or leave it unpromised" for name in left_out]
    remarks += [] if key else ["no column, and no pair of columns, names a row in every partition: a gate needs a `key`"]
    remarks += [] if by else ["no date column lies within one day or month per file: a gate needs a `partition`"]
    remarks += [f"{name}: {why}" for name, why in codes.items()]
    return Suggestion(
        columns={column.name: _column(column, key, partitions) for column in simple},
        key=key,
        partition_column=partition_column,
        by=by,
        rows=_rows(partitions),
        partitions=len(partitions),
        freshness=_freshness(by, partition_column, partitions),
        expectations=tuple(_expectations(simple, partitions, key=key, without_range=codes)),
        remarks=tuple(remarks),
    )


def scheme(by: str) -> PartitionScheme:
    """How the written contract cuts partitions, until somebody says better."""
    from datetime import time

    return PartitionScheme(by="month" if by == "month" else "day", timezone="UTC", ready_by=time(6))


def _native(columns: Sequence[ObservedColumn], name: str) -> str:
    return next(column.native for column in columns if column.name == name)


def _total(partitions: Sequence[Partition]) -> int:
    return sum(one.profile.rows for one in partitions)


def _seen(partitions: Sequence[Partition]) -> str:
    count = len(partitions)
    return f"{_total(partitions):,} rows in {count} partition{'' if count == 1 else 's'}"


def _nulls(name: str, partitions: Sequence[Partition]) -> int:
    return sum(one.profile.rows - one.profile[Count(where=present(name))] for one in partitions)


def _column(column: ObservedColumn, key: tuple[str, ...], partitions: Sequence[Partition]) -> tuple[dict[str, Any], str]:
    """The column's promise and the evidence of its null ceiling."""
    nulls = _nulls(column.name, partitions)
    if nulls == 0 or column.name in key:
        return {"type": column.type, "nulls": "never"}, f"no null in {_seen(partitions)}"
    shares = [(one.profile.rows - one.profile[Count(where=present(column.name))]) / one.profile.rows for one in partitions]
    ceiling = max(_upper(share, one.profile.rows) for share, one in zip(shares, partitions, strict=True))
    return {"type": column.type, "nulls": ceiling}, f"{min(shares):.2%} to {max(shares):.2%} null in {_seen(partitions)}"


def _upper(share: float, rows: int) -> float:
    """The upper end of Wilson's interval for a share (E. B. Wilson, 1927), rounded up to two digits that are easy to remember."""
    z2 = NULLS_Z**2
    middle, spread = share + z2 / (2 * rows), NULLS_Z * sqrt(share * (1 - share) / rows + z2 / (4 * rows**2))
    bound: float = (middle + spread) / (1 + z2 / rows)
    digits = 1 - floor(log10(bound))
    return min(1.0, ceil(bound * 10.0**digits) / 10.0**digits)


def _single_key(columns: Sequence[ObservedColumn], partitions: Sequence[Partition]) -> str | None:
    for column in columns:
        if column.type in {"string", "integer"} and _nulls(column.name, partitions) == 0 and _unique(column.name, partitions):
            return column.name
    return None


def _unique(name: str, partitions: Sequence[Partition]) -> bool:
    return all(one.profile[DistinctCount(column=name)] == one.profile.rows for one in partitions)


def _key(columns: Sequence[ObservedColumn], partitions: Sequence[Partition]) -> tuple[str, ...]:
    single = _single_key(columns, partitions)
    if single is not None:
        return (single,)
    pairs = _key_pairs(columns, partitions)
    return next((pair for pair in pairs if all(one.profile[Duplicates(columns=pair)] == 0 for one in partitions)), ())


def _rows(partitions: Sequence[Partition]) -> tuple[int, int]:
    """Floor and ceiling with room that shrinks with what is known: half for one partition, a quarter for a week and more."""
    counts, room = [one.profile.rows for one in partitions], {1: 0.5}.get(len(partitions), 0.35 if len(partitions) < 7 else 0.25)
    return max(1, floor(min(counts) * (1 - room))), ceil(max(counts) * (1 + room))


def _cadence(columns: Sequence[ObservedColumn], partitions: Sequence[Partition]) -> tuple[str | None, str | None]:
    """Day or month, and the date column whose values lie in one such period per file, another one in each."""
    for by, chars in (("day", 10), ("month", 7)):
        for column in columns:
            if column.type != "date" or _nulls(column.name, partitions):
                continue
            ends = [(_end(one, column.name, "min")[:chars], _end(one, column.name, "max")[:chars]) for one in partitions]
            keys = [low for low, _ in ends]
            named = all(one.key in {None, key} for one, key in zip(partitions, keys, strict=True))
            if all(low == high for low, high in ends) and len(set(keys)) == len(keys) and named:
                return by, column.name
    return None, None


def _end(one: Partition, name: str, which: Any) -> str:  # noqa: ANN401 - the name of a statistic
    return str(one.profile[Stat(column=name, name=which)])


def key_of(one: Partition, suggestion: Suggestion) -> str | None:
    """The key of a file's partition: its name's, or that of the day or month that its rows are of."""
    if suggestion.by is None or suggestion.partition_column is None:
        return None
    return _end(one, suggestion.partition_column, "min")[: 10 if suggestion.by == "day" else 7]


def _freshness(by: str | None, column: str | None, partitions: Sequence[Partition]) -> tuple[str, float, str] | None:
    """Of the partition's own date column: how old its newest value is at the deadline, and half as much again."""
    if by is None or column is None:
        return None
    from datetime import datetime

    ages = []
    for one in partitions:
        newest = datetime.fromisoformat(_end(one, column, "max")).replace(tzinfo=UTC)
        key = _end(one, column, "max")[: 10 if by == "day" else 7]
        ages.append((scheme(by).deadline(key) - newest).total_seconds() / 3600)
    return column, float(ceil(max(ages) * 1.5)), f"{min(ages):.0f} to {max(ages):.0f} h at the deadline in {_seen(partitions)}"


def _closed_set(name: str, partitions: Sequence[Partition]) -> dict[str, int]:
    """Values and how many rows hold each, where there are few and none is rare; else empty."""
    counts: dict[str, int] = {}
    for one in partitions:
        for value, count in one.profile[ValueCounts(column=name, limit=CLOSED_SET_MAX + 1)]:
            counts[value] = counts.get(value, 0) + count
    few = 0 < len(counts) <= CLOSED_SET_MAX and all(
        one.profile[DistinctCount(column=name)] <= CLOSED_SET_MAX for one in partitions
    )
    return counts if few and min(counts.values()) >= SEEN_OFTEN else {}


def _special_codes(column: ObservedColumn, partitions: Sequence[Partition]) -> str | None:
    """Why an integer's ends look like a vendor's codes rather than values: 9s far above the rest, or negatives below zero."""
    if column.type != "integer" or all(one.profile[Count(where=present(column.name))] == 0 for one in partitions):
        return None
    low, high = _extremes(column.name, partitions)
    edges = [one.profile[Quantiles(column=column.name, shares=_EDGES)] for one in partitions]
    inner_low = min(edge[0] for edge in edges if edge[0] is not None)
    inner_high = max(edge[1] for edge in edges if edge[1] is not None)
    far = high > inner_high + (inner_high - inner_low) and re.fullmatch(r"9\d+", str(int(high)))
    if far or (low < 0 <= inner_low):
        return "its ends look like special codes; give it a table in codes/ (`codes:`), no range was proposed over them"
    return None


def _extremes(name: str, partitions: Sequence[Partition]) -> tuple[float, float]:
    lows = [it for one in partitions if (it := one.profile[Stat(column=name, name="min")]) is not None]
    highs = [it for one in partitions if (it := one.profile[Stat(column=name, name="max")]) is not None]
    return min(lows), max(highs)


def _expectations(
    columns: Sequence[ObservedColumn], partitions: Sequence[Partition], *, key: tuple[str, ...], without_range: Mapping[str, str]
) -> Iterator[Proposed]:
    found = forms(columns, partitions)
    for column in columns:
        name = column.name
        if all(one.profile[Count(where=present(name))] == 0 for one in partitions):
            continue
        if column.type in _NUMBERS and name not in without_range and name not in key:
            yield _range(name, partitions, whole=column.type == "integer")
        if column.type == "string" and (values := _closed_set(name, partitions)):
            evidence = f"{len(values)} values, the rarest in {min(values.values()):,} rows of {_seen(partitions)}"
            yield Proposed(
                type="expect_column_values_to_be_in_set", kwargs={"column": name, "value_set": sorted(values)}, evidence=evidence
            )
        if name in found and all(one.profile[_misfits(name, found[name])] == 0 for one in partitions):
            kwargs = {"column": name, "regex": found[name]}
            evidence = f"every value of {_seen(partitions)}"
            yield Proposed(type="expect_column_values_to_match_regex", kwargs=kwargs, evidence=evidence)
    yield from _orders(columns, partitions)


def _range(name: str, partitions: Sequence[Partition], *, whole: bool) -> Proposed:
    """From least to greatest with a quarter of the width on either side, not below zero where nothing was."""
    low, high = _extremes(name, partitions)
    room = (high - low) / 4 or abs(high) / 4 or 1.0
    below, above = _rounded(low - room, up=False), _rounded(high + room, up=True)
    if whole:
        below, above = floor(below), ceil(above)
    kwargs = {"column": name, "min_value": max(0, below) if low >= 0 else below, "max_value": above}
    return Proposed(
        type="expect_column_values_to_be_between", kwargs=kwargs, evidence=f"{low:,.6g} to {high:,.6g} in {_seen(partitions)}"
    )


def _rounded(value: float, *, up: bool) -> float | int:
    """Outwards to two digits."""
    if value == 0:
        return 0
    digits = 1 - floor(log10(abs(value)))
    outwards: int = ceil(value * 10.0**digits) if up else floor(value * 10.0**digits)
    return outwards / 10**digits if digits > 0 else outwards * int(10**-digits)


def _orders(columns: Sequence[ObservedColumn], partitions: Sequence[Partition]) -> Iterator[Proposed]:
    """Times that never were the other way round, and were not always equal."""
    pairs = _time_pairs(columns)
    for a, b in pairs:
        compared = sum(one.profile[_compared(a, b)] for one in partitions)
        never = all(one.profile[_reversed(a, b)] == 0 for one in partitions)
        other_way = (b, a) in pairs and any(one.profile[_reversed(b, a)] > 0 for one in partitions)
        if compared >= SEEN_OFTEN and never and other_way:
            kwargs = {"column_A": a, "column_B": b, "or_equal": True, "ignore_row_if": "either_value_is_missing"}
            evidence = f"all {compared:,} rows with both, in {_seen(partitions)}"
            yield Proposed(type="expect_column_pair_values_a_to_be_greater_than_b", kwargs=kwargs, evidence=evidence)
