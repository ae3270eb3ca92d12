"""Measures of how rows are spread and of what stood elsewhere before, held against plain Python that counts one by one."""

import hashlib
import math
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feature_health.engines.duckdb import DuckDbEngine
from feature_health.profiles.measure import (
    Agreement,
    BucketCounts,
    Correlation,
    Count,
    FanOut,
    HourCounts,
    Measure,
    RowOverlap,
    Spread,
)
from feature_health.profiles.predicate import AgeAtMost, Sql
from feature_health.profiles.profile import NotMeasured
from feature_health.records import Relation

ENGINE = DuckDbEngine(threads=1)
SOME = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
Take = Callable[..., Any]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """One measure of columns given as lists or Arrow arrays, with other partitions by name."""

    def written(name: str, columns: Mapping[str, Any]) -> Path:
        pq.write_table(pa.table(dict(columns)), tmp_path / f"{name}.parquet")
        return tmp_path / f"{name}.parquet"

    def value(measure: Measure, columns: Mapping[str, Any], **others: Mapping[str, Any]) -> Any:
        relations = {name: Relation(path=written(name, it), sha256=name) for name, it in others.items()}
        return ENGINE.profile(written("candidate", columns), [measure], relations)[measure]

    return value


def spread(values: Sequence[float | None], codes: Sequence[int], edges: Sequence[float]) -> list[int]:
    """Counts by hand."""
    counts = [0] * (len(codes) + len(edges) + 2)
    for value in values:
        if value is None or math.isnan(value):
            counts[-1] += 1
        elif value in codes:
            counts[codes.index(int(value))] += 1
        else:
            counts[len(codes) + sum(edge <= value for edge in edges)] += 1
    return counts


numbers = st.lists(st.one_of(st.none(), st.floats(allow_infinity=True), st.integers(-3, 12).map(float)), max_size=30)


@SOME
@given(values=numbers, edges=st.lists(st.integers(0, 10).map(float), max_size=5, unique=True).map(sorted))
def test_every_row_is_in_one_bin(take: Take, values: list[float | None], edges: list[float]) -> None:
    """A value on an edge, a special code or a null would be counted twice or never."""
    measure = Spread(column="x", values=(9, 11), edges=tuple(edges))
    found = take(measure, {"x": pa.array(values, pa.float64())})
    assert found == spread(values, (9, 11), edges)
    assert sum(found) == len(values)


def test_a_closed_set_of_texts_has_a_bin_each_and_one_for_strangers(take: Take) -> None:
    """A new product would hide among the known ones."""
    columns = {"x": ["a", "b", "a", None, "z"], "keep": [True, True, True, True, False]}
    assert take(Spread(column="x", values=("a", "b", "c")), columns) == [2, 1, 0, 1, 1]
    assert take(Spread(column="x", values=("a",), where=Sql(expression="keep")), columns) == [2, 1, 1]
    with pytest.raises(NotMeasured, match="'x' is VARCHAR"):
        take(Spread(column="x", edges=(1.0,)), columns)


@SOME
@given(values=st.lists(st.one_of(st.none(), st.text(max_size=5).filter(lambda text: "\x00" not in text)), max_size=30))
def test_a_bucket_is_what_its_documentation_says(take: Take, values: list[str | None]) -> None:
    """A lender who buckets by the same hash elsewhere would see other counts."""

    def bucket(text: str) -> int:
        return int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest()[8:], "little") % 4

    counted = Counter(bucket(value) for value in values if value is not None)
    assert take(BucketCounts(column="x", buckets=4), {"x": pa.array(values, pa.string())}) == [*(counted[n] for n in range(4)), 0]


def test_what_a_stated_function_puts_nowhere_is_told(take: Take) -> None:
    """A fifth shard would be counted into none of four and not be missed."""
    columns = {"x": ["a", "b", "c", None, "e"], "shard": [0, 4, None, 1, -1]}
    assert take(BucketCounts(column="x", buckets=4, bucket="shard"), columns) == [1, 0, 0, 0, 3]


@SOME
@given(pairs=st.lists(st.tuples(st.one_of(st.none(), st.integers(-99, 99)), st.integers(-99, 99)), max_size=30))
def test_correlation_is_pearsons_of_the_rows_with_both(take: Take, pairs: list[tuple[int | None, int]]) -> None:
    """Another number than everybody's would be compared with history."""
    both = [(a, b) for a, b in pairs if a is not None]
    varied = all(len({pair[n] for pair in both}) > 1 for n in (0, 1))
    found = take(
        Correlation(columns=("a", "b")),
        {"a": pa.array([a for a, _ in pairs], pa.int64()), "b": pa.array([b for _, b in pairs], pa.int64())},
    )
    assert found["rows"] == len(both)
    expected = statistics.correlation(*zip(*both, strict=True)) if varied else None
    assert found["r"] == (None if expected is None else pytest.approx(expected, abs=1e-9))


def test_hours_are_counted_in_utc_from_the_minute_asked_for(take: Take) -> None:
    """A zone of half an hour would have every row in a neighbouring hour."""
    moments = [
        datetime(2026, 3, 8, 4, 29, tzinfo=UTC),
        datetime(2026, 3, 8, 4, 30, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, tzinfo=UTC),
    ]
    zoned = {"at": pa.array(moments, pa.timestamp("us", tz="America/New_York"))}
    plain = {"at": pa.array([moment.replace(tzinfo=None) for moment in moments], pa.timestamp("us"))}
    for columns in (zoned, plain):
        assert take(HourCounts(column="at"), columns) == [["2026-03-08T04:00:00+00:00", 2], ["1969-12-31T23:00:00+00:00", 1]]
        assert take(HourCounts(column="at", minute=30), columns) == [
            ["1969-12-31T23:30:00+00:00", 1],
            ["2026-03-08T03:30:00+00:00", 1],
            ["2026-03-08T04:30:00+00:00", 1],
        ]


rows = st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.integers(0, 2)), max_size=12)


@SOME
@given(here=rows, there=rows)
def test_rows_that_were_there_are_counted_each(
    take: Take, here: list[tuple[str | None, int]], there: list[tuple[str | None, int]]
) -> None:
    """A replay would be told too small; a null hides nothing."""

    def table(each: list[tuple[str | None, int]], integer: pa.DataType) -> dict[str, Any]:
        return {
            "x": pa.array([x for x, _ in each], pa.string()),
            "n": pa.array([n for _, n in each], integer),
            "on": pa.array([date(2026, 1, 1 + n % 2) for n in range(len(each))], pa.date32()),
        }

    shared = sum(row in there for row in here)
    tables = table(here, pa.int32()), table(there, pa.float64())
    for measure in (RowOverlap(columns=("x", "n")), RowOverlap()):
        assert take(measure, tables[0], previous=tables[1]) == {"rows": len(here), "shared": shared}


def test_partitions_with_nothing_in_common_are_not_compared(take: Take) -> None:
    """No column in common would pass for no row in common."""
    with pytest.raises(NotMeasured, match="no column in common"):
        take(RowOverlap(), {"x": [1]}, previous={"y": [1]})
    with pytest.raises(NotMeasured, match="cannot be compared"):
        take(RowOverlap(columns=("x",)), {"x": [1]}, previous={"x": ["1"]})


@SOME
@given(here=rows, there=rows)
def test_fan_out_counts_the_rows_of_each_key(
    take: Take, here: list[tuple[str | None, int]], there: list[tuple[str | None, int]]
) -> None:
    """A join that doubles its rows would look like one that does not."""
    keys = {row for row in there if row[0] is not None}
    found = Counter(row for row in here if row in keys)
    columns = [
        {"x": pa.array([x for x, _ in each], pa.string()), "n": pa.array([n for _, n in each], pa.int64())}
        for each in (here, there)
    ]
    assert take(FanOut(of="other", on=("x", "n"), rows_max=1), columns[0], other=columns[1]) == {
        "keys": len(found),
        "rows": found.total(),
        "over": sum(count > 1 for count in found.values()),
        "most": max(found.values(), default=0),
    }


@SOME
@given(here=rows, there=rows)
def test_agreement_compares_each_row_with_its_source(
    take: Take, here: list[tuple[str | None, int]], there: list[tuple[str | None, int]]
) -> None:
    """A join that gives people each other's reports would be taken for one that does not."""
    source = {x: n for x, n in there if x is not None and [one for one, _ in there].count(x) == 1}
    both = [(n, source[x]) for x, n in here if x in source]
    columns = [
        {"x": pa.array([x for x, _ in each], pa.string()), "n": pa.array([n for _, n in each], pa.int64())}
        for each in (here, there)
    ]
    unlike = sum(ours != theirs for ours, theirs in both)
    assert take(Agreement(of="other", on=("x",), columns=("n",)), columns[0], other=columns[1]) == {
        "rows": len(both),
        "unlike": unlike,
        "columns": {"n": unlike},
    }


def test_what_is_null_in_both_agrees_and_in_one_does_not(take: Take) -> None:
    """A value that was filled in would pass for the one that was never there."""
    here = {"x": ["a", "b", "c"], "n": pa.array([None, 5, None], pa.int64())}
    there = {"x": ["a", "b", "c"], "n": pa.array([None, None, 5], pa.int64())}
    found = take(Agreement(of="other", on=("x",), columns=("n",)), here, other=there)
    assert found == {"rows": 3, "unlike": 2, "columns": {"n": 2}}


@pytest.mark.parametrize(
    ("column", "as_of", "hours_max", "timezone", "young"),
    [
        (datetime(2026, 6, 1, 12, tzinfo=UTC), datetime(2026, 6, 2, 12, tzinfo=UTC), 24, "UTC", True),
        (datetime(2026, 6, 1, 12, tzinfo=UTC), datetime(2026, 6, 2, 12, 0, 0, 1, tzinfo=UTC), 24, "UTC", False),
        (datetime(2026, 6, 3, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC), 0, "UTC", True),
        (date(2026, 5, 3), datetime(2026, 6, 2, 23, 59, tzinfo=UTC), 720, "UTC", True),
        (date(2026, 5, 3), datetime(2026, 6, 3, 3, 59, tzinfo=UTC), 720, "America/New_York", True),
        (date(2026, 5, 3), datetime(2026, 6, 3, 4, 0, tzinfo=UTC), 720, "America/New_York", False),
        (date(2026, 5, 3), date(2026, 6, 2), 720, "Asia/Tokyo", True),
        (date(2026, 5, 2), date(2026, 6, 2), 720, "Asia/Tokyo", False),
    ],
)
def test_age_is_of_time_or_of_calendar_days(
    take: Take, column: date, as_of: date, hours_max: float, timezone: str, young: bool
) -> None:
    """A document would be too old, or not, by the accident of the server's time zone."""
    where = AgeAtMost(column="seen", as_of_column="decided", hours_max=hours_max, timezone=timezone)
    assert take(Count(where=where), {"seen": [column], "decided": [as_of]}) == int(young)
