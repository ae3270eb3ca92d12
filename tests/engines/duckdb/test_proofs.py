"""Laws of the cheap ways: what footers, tables of values, hashes and order prove is what plain SQL over all rows says."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from math import inf, nan
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from feature_health.engines.duckdb import DuckDbEngine, footer
from feature_health.engines.duckdb.connection import Resources, confined
from feature_health.engines.duckdb.measure_sql import Sources, select, take
from feature_health.engines.duckdb.reasons import reason
from feature_health.engines.duckdb.table import Table, open_table
from feature_health.profiles.measure import (
    BinCounts,
    Commonest,
    Count,
    DistinctCount,
    Duplicates,
    GroupSizes,
    Measure,
    Quantiles,
    Stat,
    ValueCounts,
    name_of,
)
from feature_health.profiles.predicate import (
    All,
    Between,
    Compare,
    Holds,
    InSet,
    IsNull,
    LengthBetween,
    Matches,
    Not,
    Predicate,
    present,
)
from feature_health.profiles.predicate import (
    Any as AnyOf,
)
from feature_health.profiles.profile import NotMeasured

TYPES: Mapping[str, tuple[pa.DataType, Sequence[Any]]] = {
    "whole": (pa.int32(), (0, 1, 2, -5, 850, None)),
    "big": (pa.uint64(), (0, 7, 2**63 + 5, 2**64 - 1, None)),
    "number": (pa.float64(), (0.0, -0.0, 0.1, 1.5, -3.25, 1e300, nan, inf, None)),
    "single": (pa.float32(), (0.0, 0.1, 2.5, nan, None)),
    "money": (pa.decimal128(12, 2), (Decimal("0.10"), Decimal("-7.25"), Decimal("99999.99"), None)),
    "flag": (pa.bool_(), (True, False, None)),
    "day": (pa.date32(), (date(2026, 6, 1), date(2026, 6, 2), date(1969, 12, 31), None)),
    "moment": (pa.timestamp("us"), (datetime(2026, 6, 2, 1), datetime(2026, 6, 2, 1, 0, 0, 1), datetime(1960, 1, 1), None)),  # noqa: DTZ001
    "nano": (pa.timestamp("ns"), (datetime(2026, 6, 2, 1), datetime(2031, 1, 1), None)),  # noqa: DTZ001 - most files have none
    "zoned": (pa.timestamp("us", tz="UTC"), (datetime(2026, 6, 2, tzinfo=UTC), datetime(2026, 6, 3, tzinfo=UTC), None)),
    "text": (pa.string(), ("", "a", "A1", "Zoë", "日本", "a'b", "x" * 300, "x" * 300 + "y", None)),
    "code": (pa.string(), ("P001", "P002", "P02", "p001", "P001\n", None)),
}
EXAMPLES = 40
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking would take minutes; the failing example is small
NUMBERS = ("whole", "big", "number", "single", "money")
TIMES = ("day", "moment", "nano", "zoned")
LIMITS: Mapping[str, tuple[Any, ...]] = {
    **dict.fromkeys(NUMBERS, (None, -10, 0, 0.1, 1, 850, 1e9)),
    **dict.fromkeys(TIMES, (None, "1960-01-01", "2026-06-01", "2026-06-02T01:00:00", "2040-01-01")),
}
REGEXES = st.sampled_from(["^P[0-9]{3}$", "^[a-z]", "a", "^.{4}$", "^x+$", "[0-9]{2,}", "^(?:P|p)0", "日"])


@st.composite
def _leaf(draw: st.DrawFn) -> Predicate:
    column = draw(st.sampled_from(sorted(TYPES)))
    known = [value for value in TYPES[column][1] if value is not None and str(value) not in {"nan", "inf"}]
    kinds: list[Predicate] = [
        IsNull(column=column),
        present(column),
        InSet(column=column, values=tuple(draw(st.lists(st.sampled_from(known), min_size=1, max_size=3)))),
    ]
    if column in LIMITS:
        low, high, strict = draw(st.sampled_from(LIMITS[column])), draw(st.sampled_from(LIMITS[column])), draw(st.booleans())
        kinds.append(Between(column=column, low=low, high=high, strict_low=strict, strict_high=not strict))
    if column in ("text", "code"):
        kinds += [
            Matches(column=column, regex=draw(REGEXES)),
            LengthBetween(column=column, low=1, high=draw(st.integers(1, 300))),
        ]
    if column in TIMES:
        kinds.append(
            Compare(left=column, op=draw(st.sampled_from(["<", "<=", ">=", ">"])), right=draw(st.sampled_from(TIMES[:3])))
        )
    return draw(st.sampled_from(kinds))


def _joined(inner: st.SearchStrategy[Predicate]) -> st.SearchStrategy[Predicate]:
    parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.builds(Not, of=inner) | st.builds(Holds, of=inner) | st.builds(All, of=parts) | st.builds(AnyOf, of=parts)


WHERES: st.SearchStrategy[Predicate] = st.recursive(_leaf(), _joined, max_leaves=5)


@st.composite
def _measure(draw: st.DrawFn) -> Measure:
    where = draw(st.none() | WHERES)
    column = draw(st.sampled_from(sorted(TYPES)))
    number = draw(st.sampled_from(NUMBERS))
    others = tuple(draw(st.lists(st.sampled_from(sorted(TYPES)), min_size=1, max_size=2, unique=True)))
    measures: list[Measure] = [
        Count(where=where),
        Stat(column=column, name=draw(st.sampled_from(["min", "max"])), where=where),
        Stat(column=number, name=draw(st.sampled_from(["mean", "sum", "stdev"])), where=where),
        Quantiles(
            column=number,
            shares=(0.0, 0.3, 0.5, 1.0),
            where=where,
            interpolation=draw(st.sampled_from(["linear", "nearest"])),
        ),
        DistinctCount(column=column, where=where),
        Duplicates(columns=others, where=where, nulls_equal=draw(st.booleans())),
        ValueCounts(column=column, where=where, limit=4),
        Commonest(column=column, where=where),
        GroupSizes(column=column, where=where),
        BinCounts(column=number, edges=(0.0, 0.1, 1.5, 100.0), where=where),
    ]
    return draw(st.sampled_from(measures))


@st.composite
def _columns(draw: st.DrawFn) -> Mapping[str, list[Any]]:
    """Rows in which a column now and then has no null, one value alone, or nothing at all."""
    count = draw(st.integers(0, 12))
    pools = {name: draw(st.lists(st.sampled_from(values), min_size=1, max_size=4)) for name, (_, values) in TYPES.items()}
    return {name: draw(st.lists(st.sampled_from(pool), min_size=count, max_size=count)) for name, pool in pools.items()}


def write(path: Path, columns: Mapping[str, list[Any]], writer: str) -> None:
    """The rows as Parquet, by Arrow in row groups of five rows or by DuckDB."""
    table = pa.table({name: pa.array(values, TYPES[name][0], from_pandas=False) for name, values in columns.items()})
    if writer == "arrow":
        pq.write_table(table, path, row_group_size=5)
    else:
        with duckdb.connect() as connection:
            connection.register("rows", table)
            connection.execute(f"COPY (SELECT * FROM rows) TO '{path}' (FORMAT parquet)")


def plainly(path: Path, measures: Sequence[Measure]) -> dict[str, Any]:
    """The value of each measure by its own plain SQL, or the reason why there is none; the footer is not believed."""
    with confined(Resources(threads=1), [path]) as connection:
        table = open_table(connection, path, name="candidate", believed=False)
        return {name_of(measure): _plain(connection, table, measure) for measure in measures}


def _plain(connection: duckdb.DuckDBPyConnection, table: Table, measure: Measure) -> Any:
    try:
        if isinstance(measure, Count | Stat | BinCounts):
            it = select(measure, table)
            return it.read(connection.execute(f"SELECT {it.sql} FROM {table.view}").fetchall()[0][0])
        return take(measure, Sources(connection=connection, candidate=table, other=lambda _: None, known={}))
    except NotMeasured as why:
        return f"unmeasured: {why}"
    except duckdb.Error as error:
        return f"unmeasured: {reason(error)}"


def alike(one: Any, other: Any) -> bool:
    """Equal, sums of floats up to the order of summation."""
    if isinstance(one, float) and isinstance(other, int | float):
        return one == pytest.approx(other, rel=1e-9, abs=1e-12)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    return bool(one == other)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(
    columns=_columns(),
    measures=st.lists(_measure(), min_size=1, max_size=12),
    writer=st.sampled_from(["arrow", "duckdb"]),
    few=st.booleans(),
)
def test_what_is_proven_is_what_plain_sql_says(
    tmp_path_factory: pytest.TempPathFactory, columns: Mapping[str, list[Any]], measures: list[Measure], writer: str, few: bool
) -> None:
    """A faulty delivery would be published because its footer, or a hash, was believed too much."""
    path = tmp_path_factory.mktemp("proofs") / "candidate.parquet"
    write(path, columns, writer)
    with pytest.MonkeyPatch.context() as patch:
        if not few:  # no column counts as one of few values, so that the ways for many are taken
            patch.setattr(footer, "FEW_VALUES_MAX", -1)
            patch.setattr(footer, "FEW_BYTES_MAX", -1)
        seen = DuckDbEngine(threads=1).profile(path, measures, {})
    expected = plainly(path, measures)
    found = {**seen.values, **{name: f"unmeasured: {why}" for name, why in seen.unmeasured.items()}}
    for name, value in expected.items():
        assert alike(found[name], value), (name, found[name], value)


def _lying(path: Path, writer: str) -> None:
    """Make the file say that another wrote it; both names are equally long."""
    content = path.read_bytes()
    assert content.count(b"parquet-cpp-arrow") == 1
    path.write_bytes(content.replace(b"parquet-cpp-arrow", writer.encode()))


def test_a_footer_of_an_unknown_writer_proves_nothing(tmp_path: Path) -> None:
    """A vendor's home-made writer with wrong statistics would have its outliers passed."""
    path = tmp_path / "candidate.parquet"
    pq.write_table(pa.table({"x": [1, 2, 3]}), path)
    with confined(Resources(threads=1), [path]) as connection:
        assert open_table(connection, path, name="known").footer.bounded("x")
    _lying(path, "parquet-cpp-arrgh")
    with confined(Resources(threads=1), [path]) as connection:
        table = open_table(connection, path, name="unknown")
        assert table.footer.facts == {}
        assert table.footer.rows == 3


def test_a_null_count_that_the_rows_deny_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One wrong statistic would show that the others cannot be trusted, and nobody would look."""
    path = tmp_path / "candidate.parquet"
    pq.write_table(pa.table({"x": [1.0, None, 3.0], "y": [1, 2, 3]}), path)
    monkeypatch.setattr(footer, "_GROUP", footer._GROUP.replace("stats_null_count AS nulls", "CAST(0 AS BIGINT) AS nulls"))
    absent = Count(where=IsNull(column="x"))
    assert DuckDbEngine(threads=1).profile(path, [absent], {})[absent] == 1


@pytest.mark.parametrize("twice", [None, 5_000, 9_999])
def test_an_id_in_order_is_proven_unique_and_a_repeated_one_is_found(tmp_path: Path, twice: int | None) -> None:
    """A repetition between two row groups, or within one, would be overlooked by the look at the order."""
    path = tmp_path / "candidate.parquet"
    ids = [f"APP-{number:06}" for number in range(10_000)]
    if twice is not None:
        ids[twice] = ids[twice - 1]
    pq.write_table(pa.table({"id": ids, "other": ids}), path, row_group_size=1_000)
    alone, together = Duplicates(columns=("id",)), Duplicates(columns=("id", "other"))
    seen = DuckDbEngine(threads=2).profile(path, [alone, together], {})
    assert (seen[alone], seen[together]) == ((0, 0) if twice is None else (2, 2))


def test_a_look_at_the_schema_reads_no_rows(tmp_path: Path) -> None:
    """The schema of ten million rows would take a scan of all of them."""
    path = tmp_path / "candidate.parquet"
    pq.write_table(pa.table({"x": [float(n) for n in range(9000)]}), path, compression="zstd", use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[200:4000] = b"\xff" * 3800
    path.write_bytes(bytes(content))
    seen = DuckDbEngine(threads=1).profile(path, (), {})
    assert (seen.rows, seen.unreadable) == (9000, None)
    asked = Count(where=IsNull(column="x"))
    assert name_of(asked) in DuckDbEngine(threads=1).profile(path, [asked], {}).unmeasured
