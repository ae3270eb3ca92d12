"""The engine's port on Parquet files: what is observed, what is measured, and what is said when it cannot be."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feature_health.contracts.contract import ITEM
from feature_health.engines.duckdb import DuckDbEngine
from feature_health.errors import EngineFailed
from feature_health.profiles.measure import (
    Count,
    CountBy,
    Coverage,
    DistinctCount,
    Duplicates,
    Measure,
    Overlap,
    Quantiles,
    QueryCount,
    Stat,
    ValueCounts,
    name_of,
)
from feature_health.profiles.predicate import Any as AnyOf
from feature_health.profiles.predicate import Between, Compare, InSet, IsNull, LengthBetween, Matches, Not, Sql, present
from feature_health.profiles.profile import NotMeasured, Profile
from feature_health.records import Relation

ENGINE = DuckDbEngine(threads=1)
Look = Callable[..., Profile]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Take measures of columns given as Arrow arrays or plain lists."""

    def profile(columns: Mapping[str, Any], *measures: Measure, others: Mapping[str, Any] | None = None) -> Profile:
        path = tmp_path / "candidate.parquet"
        pq.write_table(pa.table(dict(columns)), path)
        return ENGINE.profile(path, measures, others or {})

    return profile


def why(seen: Profile, measure: Measure) -> str:
    """Why a measure was not taken."""
    with pytest.raises(NotMeasured) as refused:
        seen[measure]
    return str(refused.value)


STRANGE_NAMES = ['a"b', "a'b", "two words", "日本", "select", "a.b", "{batch}", "a;b", "%s", "--", "candidate", "İ", " x "]


@pytest.mark.parametrize("name", STRANGE_NAMES)
def test_any_column_name_can_be_measured(look: Look, name: str) -> None:
    """A vendor's odd column name would break, or steer, the query."""
    text, number = Matches(column=name, regex="^a"), Stat(column="n" + name, name="max")
    seen = look({name: ["a", "b", None], "n" + name: [1.5, 2.5, None]}, Count(where=text), number, DistinctCount(column=name))
    assert (seen[Count(where=text)], seen[number], seen[DistinctCount(column=name)]) == (1, 2.5, 2)
    assert [column.name for column in seen.columns] == [name, "n" + name]


def test_names_that_differ_only_in_case_stay_apart(look: Look) -> None:
    """DuckDB would rename one of them, and the schema diff would see a column that nobody wrote."""
    seen = look({"fico": [1, 2], "FICO": [3, 4]}, Stat(column="fico", name="max"), Stat(column="FICO", name="max"))
    assert [column.name for column in seen.columns] == ["fico", "FICO"]
    assert seen[Stat(column="fico", name="max")] == 2
    assert seen[Stat(column="FICO", name="max")] == 4


def test_a_name_in_other_capitals_is_another_name(look: Look) -> None:
    """A renamed column would be measured as if nothing had happened."""
    assert "the nearest is 'FICO'" in why(look({"FICO": [1]}, Stat(column="fico", name="max")), Stat(column="fico", name="max"))


def test_two_columns_of_one_name_are_both_observed_and_neither_is_measured(tmp_path: Path) -> None:
    """One of them would be judged and the other one read."""
    path = tmp_path / "twice.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), path)
    seen = ENGINE.profile(path, [Stat(column="a", name="max")], {})
    assert [column.name for column in seen.columns] == ["a", "a"]
    assert "2 columns are named 'a'" in why(seen, Stat(column="a", name="max"))


def test_types_are_told_in_the_contracts_words(look: Look) -> None:
    """A change of type would go unnoticed, or be reported where there is none."""
    values: dict[str, Any] = {
        "text": pa.array(["a"]),
        "dictionary": pa.array(["a"]).dictionary_encode(),
        "small": pa.array([1], pa.int8()),
        "unsigned": pa.array([1], pa.uint64()),
        "float": pa.array([1.0], pa.float32()),
        "double": pa.array([1.0]),
        "money": pa.array([Decimal("1.50")], pa.decimal128(12, 2)),
        "flag": pa.array([True]),
        "day": pa.array([date(2026, 6, 1)]),
        "naive": pa.array([datetime(2026, 6, 1)], pa.timestamp("ns")),  # noqa: DTZ001 - that is the point
        "zoned": pa.array([datetime(2026, 6, 1, tzinfo=UTC)], pa.timestamp("ms", tz="America/New_York")),
        "nested": pa.array([{"a": 1, "b": [1, 2]}]),
        "bytes": pa.array([b"a"]),
    }
    seen = look(values)
    assert {column.name: column.type for column in seen.columns} == {
        "text": "string",
        "dictionary": "string",
        "small": "integer",
        "unsigned": "integer",
        "float": "decimal",
        "double": "decimal",
        "money": "decimal",
        "flag": "boolean",
        "day": "date",
        "naive": "timestamp",
        "zoned": "timestamp",
        "nested": "struct",
        "bytes": None,
    }
    by_name = {column.name: column for column in seen.columns}
    assert by_name["money"].native == "DECIMAL(12,2)"
    sizes = {"small": (8,), "unsigned": (0, 64), "float": (6,), "double": (15,), "money": (12, 2), "naive": (0,), "zoned": (1,)}
    assert {name: by_name[name].size for name in sizes} == sizes
    assert [(field.name, field.type, field.size) for field in by_name["nested"].fields] == [
        ("a", "integer", (64,)),
        ("b", "list", ()),
    ]
    assert [(item.name, item.type) for item in by_name["nested"].fields[1].fields] == [(ITEM, "integer")]


def test_what_a_file_says_of_nulls_is_told(tmp_path: Path) -> None:
    """A column that may be null since today could not be told from one that always could."""
    file = tmp_path / "some.parquet"
    struct = pa.struct([pa.field("a", pa.int64(), nullable=False)])
    schema = pa.schema([pa.field("n", pa.int64(), nullable=False), pa.field("s", struct), pa.field("m", pa.int64())])
    pq.write_table(pa.table({"n": [1], "s": [{"a": 1}], "m": [1]}, schema=schema), file)
    seen = DuckDbEngine(threads=1).profile(file, (), {})
    assert [(column.name, column.nullable) for column in seen.columns] == [("n", False), ("s", True), ("m", True)]


def test_a_schema_is_what_the_profile_tells_and_needs_no_row(tmp_path: Path) -> None:
    """Contracts would be made for, and compared with, other columns than those that are judged."""
    file, absent = tmp_path / "some.parquet", tmp_path / "absent.parquet"
    pq.write_table(pa.table({"n": [1, 2], "N": ["a", "b"], "s": [{"a": 1}, None]}), file)
    engine = DuckDbEngine(threads=1)
    profiled, schema = engine.profile(file, (), {}), engine.schema(file)
    assert (schema.columns, schema.rows, schema.values) == (profiled.columns, profiled.rows, {})
    file.write_bytes(file.read_bytes()[:-20])
    assert "its end is missing" in (engine.schema(file).unreadable or "")
    with pytest.raises(EngineFailed, match="there is no such file"):
        engine.schema(absent)


def test_nan_is_null_everywhere(look: Look) -> None:
    """A vendor's NaN would count as a value above every limit, even in a file whose statistics do not know of it."""
    numbers = pa.array([0.5, float("nan"), None, 2.0], from_pandas=False)
    measures = (
        Count(where=present("x")),
        Count(where=Between(column="x", high=1)),
        Count(where=Sql(expression="x > 1")),
        Stat(column="x", name="max"),
        Stat(column="x", name="mean"),
        DistinctCount(column="x"),
        Quantiles(column="x", shares=(1.0,)),
        QueryCount(query="SELECT * FROM {batch} WHERE x IS NULL"),
    )
    seen = look({"x": numbers}, *measures)
    assert [seen[measure] for measure in measures] == [2, 1, 1, 2.0, 1.25, 2, [2.0], 2]


def test_literals_are_quoted_and_typed(look: Look) -> None:
    """A contract's limit would be misread, or run as SQL."""
    columns: dict[str, Any] = {
        "text": ["it's", "10", "'; DROP VIEW candidate; --"],
        "cents": pa.array([Decimal("0.10"), Decimal("0.30"), None], pa.decimal128(9, 2)),
        "single": pa.array([0.1, 1e-5, None], pa.float32()),
        "day": [date(2026, 6, 1), date(2026, 6, 2), None],
        "zoned": pa.array([datetime(2026, 6, 1, 4, tzinfo=UTC)] * 2 + [None], pa.timestamp("us", tz="America/New_York")),
    }
    expected: dict[Any, int] = {
        InSet(column="text", values=("it's", "'; DROP VIEW candidate; --")): 2,
        InSet(column="text", values=(10,)): 0,
        InSet(column="cents", values=(0.1, Decimal("0.30"))): 2,
        Between(column="single", low=0.1, high=0.1): 1,
        InSet(column="single", values=(1e-5,)): 1,
        Between(column="day", low="2026-06-02"): 1,
        Between(column="day", low=date(2026, 6, 1), strict_low=True): 1,
        InSet(column="day", values=("2026-06-01", "no date")): 1,
        Between(column="zoned", low="2026-06-01T00:00:00-04:00", high="2026-06-01T04:00:00Z"): 2,
        Between(column="zoned", low=datetime(2026, 6, 1, 4), strict_low=True): 0,  # noqa: DTZ001 - without a zone it is UTC
        LengthBetween(column="text", low=2, high=4): 2,
    }
    seen = look(columns, *(Count(where=where) for where in expected))
    assert {where: seen[Count(where=where)] for where in expected} == expected


def test_what_is_unknown_is_not_counted(look: Look) -> None:
    """A null would count as unexpected, or as its own opposite."""
    where = Between(column="x", low=1)
    seen = look({"x": [0, 1, None]}, Count(where=where), Count(where=Not(of=where)), Count(where=IsNull(column="x")))
    assert [seen[Count(where=it)] for it in (where, Not(of=where), IsNull(column="x"))] == [1, 1, 1]


@pytest.mark.parametrize(
    ("measure", "reason"),
    [
        (Count(where=Between(column="text", low=1)), "which cannot be compared with the limit 1"),
        (Count(where=Between(column="nested", low=1)), "cannot be compared with anything"),
        (Count(where=Compare(left="text", op="<", right="n")), "they cannot be compared"),
        (Count(where=Sql(expression="nothing > 1")), "nothing"),
        (Count(where=Sql(expression="n > 1) OR (TRUE")), "is not one SQL expression"),
        (Count(where=Sql(expression="n > 1, count(*)")), "is not one SQL expression"),
        (Count(where=Sql(expression="sum(n) > 1")), "aggregate"),
        (Count(where=Sql(expression="CAST(text AS INTEGER) > 1")), "could not be converted"),
        (Count(where=Sql(expression="error(text) IS NULL")), "a value was not what the expression can take"),
        (Count(where=Sql(expression="strptime(text, '%Y') IS NULL")), "a value was not what the expression can take"),
        (Count(where=Matches(column="text", regex="(?=x)")), "may not look ahead"),
        (Count(where=Matches(column="text", regex=r"(a)\1")), "may not look ahead"),
        (Stat(column="text", name="max"), "no number or date that a record may keep"),
        (Stat(column="day", name="mean"), "have no mean"),
        (Stat(column="infinite", name="max"), "infinite"),
        (Quantiles(column="text", shares=(0.5,)), "has no quantiles"),
        (Overlap(column="n"), "no partition of previous was handed in"),
        (QueryCount(query="SELECT 1"), "must read from {batch}"),
        (QueryCount(query="SELECT 1 FROM {batch}; SELECT 2"), "one SELECT and nothing else"),
        (QueryCount(query="COPY {batch} TO 'x.csv'"), "one SELECT and nothing else"),
        (QueryCount(query="SELECT nothing FROM {batch}"), "nothing"),
    ],
)
def test_what_cannot_be_measured_has_a_reason_and_costs_no_other(look: Look, measure: Measure, reason: str) -> None:
    """One bad expression would hide what all the others have to say."""
    columns: dict[str, Any] = {
        "n": [1, 2, 3],
        "text": ["secret", "b", None],
        "day": [date(2026, 6, 1)] * 3,
        "nested": [{"a": 1}] * 3,
        "infinite": [1.0, float("inf"), None],
    }
    good = (Count(where=Between(column="n", low=2)), Stat(column="n", name="sum"), DistinctCount(column="text"))
    seen = look(columns, good[0], measure, *good[1:])
    assert [seen[it] for it in good] == [2, 6, 2]
    assert reason in why(seen, measure)
    assert "secret" not in seen.to_json()


THEFTS = ["read_csv('/etc/passwd')", "read_text('/etc/passwd')", "glob('/etc/*')", "'/etc/passwd'", "read_parquet('{other}')"]


@pytest.mark.parametrize("source", THEFTS)
def test_a_contracts_sql_reads_no_other_file(look: Look, tmp_path: Path, source: str) -> None:
    """Whoever may edit a contract could read every file that the gate can read."""
    pq.write_table(pa.table({"a": [1]}), tmp_path / "other.parquet")
    stolen = source.format(other=tmp_path / "other.parquet")
    query = QueryCount(query=f"SELECT * FROM {{batch}}, {stolen}")
    condition = Count(where=Sql(expression=f"EXISTS (SELECT * FROM {stolen})"))
    seen = look({"n": [1]}, query, condition)
    assert set(seen.unmeasured) == {name_of(query), name_of(condition)}


@pytest.mark.parametrize("setting", ["SET enable_external_access = true", "PRAGMA threads=1", "ATTACH 'x.db'", "INSTALL httpfs"])
def test_a_contracts_sql_changes_no_setting(look: Look, setting: str) -> None:
    """The confinement could be lifted from inside."""
    query = QueryCount(query=f"{setting}; SELECT * FROM {{batch}}")
    assert "one SELECT and nothing else" in why(look({"n": [1]}, query), query)


def test_statistics_of_numbers_days_and_times(look: Look) -> None:
    """Means, sums and ages would be wrong, or not be JSON."""
    columns: dict[str, Any] = {
        "n": [1, 2, 4, None],
        "money": pa.array([Decimal("1.10"), Decimal("2.20"), None, None], pa.decimal128(9, 2)),
        "flag": [True, False, True, None],
        "day": [date(2026, 6, 2), date(2026, 6, 1), None, None],
        "naive": pa.array([datetime(2026, 6, 1, 1, 30, 0, 5), None, None, None], pa.timestamp("us")),  # noqa: DTZ001 - as files have it
        "zoned": pa.array([datetime(2026, 6, 1, 1, 30, tzinfo=UTC)] * 4, pa.timestamp("us", tz="UTC")),
        "none": pa.array([None] * 4, pa.float64()),
    }
    expected: dict[Any, Any] = {
        ("n", "min"): 1,
        ("n", "mean"): pytest.approx(7 / 3),
        ("n", "stdev"): pytest.approx(1.5275252316519465),
        ("n", "sum"): 7,
        ("money", "sum"): 3.3,
        ("flag", "mean"): pytest.approx(2 / 3),
        ("day", "max"): "2026-06-02",
        ("naive", "max"): "2026-06-01T01:30:00.000005",
        ("zoned", "min"): "2026-06-01T01:30:00+00:00",
        ("none", "max"): None,
        ("none", "sum"): None,
    }
    seen = look(columns, *(Stat(column=column, name=name) for column, name in expected))
    assert {(column, name): seen[Stat(column=column, name=name)] for column, name in expected} == expected
    assert Profile.from_json(seen.to_json()) == seen


def test_a_condition_keeps_rows_out_of_every_measure(look: Look) -> None:
    """A limit for verified incomes would be held against all of them."""
    where = Sql(expression="kind = 'a' -- the rest is another's business")
    measures: tuple[Measure, ...] = (
        Count(where=where),
        Stat(column="n", name="sum", where=where),
        DistinctCount(column="n", where=where),
        Duplicates(columns=("n",), where=where),
        ValueCounts(column="n", where=where),
        Quantiles(column="n", shares=(1.0,), where=where),
    )
    seen = look({"n": [1, 1, 5, 7, 7], "kind": ["a", "a", "a", "b", "b"]}, *measures)
    assert [seen[measure] for measure in measures] == [3, 7, 2, 2, [[1, 2], [5, 1]], [5.0]]


def test_other_partitions_are_read_only_where_a_measure_asks(look: Look, tmp_path: Path) -> None:
    """A verdict's evidence would name partitions that had no part in it, or lack one that had."""
    for name in ("previous", "intake", "unused"):
        pq.write_table(pa.table({"id": ["a", "b", "c", None], "state": ["CA", "NY", None, "CA"]}), tmp_path / f"{name}.parquet")
    others = {
        name: Relation(path=tmp_path / f"{name}.parquet", sha256=f"sha of {name}") for name in ("previous", "intake", "unused")
    }
    overlap, coverage = Overlap(column="id"), Coverage(of="intake", on=("id",), by=("state",))
    seen = look({"id": ["a", "b", "b", None]}, overlap, coverage, others=others)
    assert seen[overlap] == {"rows": 3, "shared": 3}
    assert seen[coverage] == {
        "rows": 4,
        "matched": 2,
        "segments": [["state", "CA", 2, 1], ["state", None, 1, 0], ["state", "NY", 1, 1]],
    }
    assert seen.read == {"previous": "sha of previous", "intake": "sha of intake"}


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("application_intake 2026-06-02 is not published", "application_intake 2026-06-02 is not published"),
        (b"", "it has no bytes at all"),
        (b"PAR1 cut off", "it was cut off"),
    ],
)
def test_an_absent_or_broken_other_partition_is_a_reason(look: Look, tmp_path: Path, other: str | bytes, reason: str) -> None:
    """Coverage against nothing would look like a pass or like an error of ours."""
    relation: str | Relation = other if isinstance(other, str) else Relation(path=tmp_path / "other.parquet", sha256="0")
    if isinstance(other, bytes):
        (tmp_path / "other.parquet").write_bytes(other)
    coverage = Coverage(of="intake", on=("id",))
    assert reason in why(look({"id": ["a"]}, coverage, others={"intake": relation}), coverage)


def test_keys_of_two_kinds_cover_nothing(look: Look, tmp_path: Path) -> None:
    """An id that became a number would be cast and matched, or end in DuckDB's words."""
    pq.write_table(pa.table({"id": [1]}), tmp_path / "other.parquet")
    coverage = Coverage(of="intake", on=("id",))
    others = {"intake": Relation(path=tmp_path / "other.parquet", sha256="0")}
    assert "BIGINT in one partition and VARCHAR in the other" in why(look({"id": ["1"]}, coverage, others=others), coverage)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "no bytes at all"),
        (b"application_id,score\na1,700\n", "no Parquet file"),
        (b"\x1f\x8b\x08\x00gzip", "a gzip archive"),
        (b"PAR1\x00\x00", "cut off"),
        (b"PAR1" + b"\x00" * 64 + b"PAR1", "damaged"),
        (b"PARE" + b"\x00" * 64 + b"PARE", "encrypted"),
    ],
)
def test_a_file_that_is_no_parquet_is_data_and_says_what_to_do(tmp_path: Path, content: bytes, found: str) -> None:
    """A vendor's broken file would look like a fault of ours and be retried for ever."""
    path = tmp_path / "delivery.parquet"
    path.write_bytes(content)
    seen = ENGINE.profile(path, [Count()], {})
    assert seen.unreadable is not None
    assert found in seen.unreadable
    assert "eliver" in seen.unreadable
    assert (seen.rows, seen.columns, dict(seen.values)) == (0, (), {})


def test_a_file_damaged_inside_is_not_measured_in_part(tmp_path: Path) -> None:
    """A page of garbage would be passed by every check that does not happen to read it."""
    path = tmp_path / "damaged.parquet"
    pq.write_table(pa.table({"x": [float(n) for n in range(9000)]}), path, compression="zstd", use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[200:4000] = b"\xff" * 3800
    path.write_bytes(bytes(content))
    seen = ENGINE.profile(path, [Stat(column="x", name="max"), Count(where=IsNull(column="x"))], {})
    assert seen.unreadable or set(seen.unmeasured) == {
        name_of(Stat(column="x", name="max")),
        name_of(Count(where=IsNull(column="x"))),
    }


def test_a_missing_file_is_our_own_failure(tmp_path: Path) -> None:
    """A lost staged file would be held against the vendor."""
    with pytest.raises(EngineFailed, match="Stage the delivery again"):
        ENGINE.profile(tmp_path / "gone.parquet", [], {})


def test_folders_that_look_like_partitions_or_patterns_are_only_folders(tmp_path: Path) -> None:
    """A store's `key=2026-06-01` folder would appear as a column that nobody delivered."""
    folder = tmp_path / "key=2026-06-01" / "it's [1] *"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"a": [1, 2]}), folder / "x.parquet")
    seen = ENGINE.profile(folder / "x.parquet", [], {})
    assert (seen.rows, [column.name for column in seen.columns]) == (2, ["a"])


def test_long_values_and_many_columns_are_no_matter(look: Look) -> None:
    """A free-text field or a wide feed would break the gate."""
    columns: dict[str, Any] = {f"c{n}": ["x" * 10_000, None] for n in range(200)}
    measures = [Count(where=LengthBetween(column=name, low=10_000)) for name in columns]
    seen = look(columns, *measures)
    assert {seen[measure] for measure in measures} == {1}


def test_the_same_file_gives_the_same_profile(look: Look) -> None:
    """Measuring again on a retry would change a verdict's digest."""
    measures = (Stat(column="x", name="mean"), Quantiles(column="x", shares=(0.1, 0.9)), ValueCounts(column="k"))
    columns = {"x": [n / 7 for n in range(5000)], "k": ["a", "b"] * 2500}
    assert look(columns, *measures).digest == look(columns, *measures).digest


def test_a_profile_is_json_and_names_its_engine(look: Look) -> None:
    """The ledger could not keep it."""
    seen = look({"a": [1]}, Count())
    assert json.loads(seen.to_json())["engine"].startswith("duckdb ")


@pytest.mark.parametrize("resources", [{"memory_limit": "nonsense"}, {"threads": 0}])
def test_unusable_resources_are_said(tmp_path: Path, resources: dict[str, Any]) -> None:
    """A typing error in a setting would be held against the data."""
    pq.write_table(pa.table({"a": [1]}), tmp_path / "x.parquet")
    with pytest.raises(EngineFailed, match="did not start"):
        DuckDbEngine(**resources).profile(tmp_path / "x.parquet", [], {})


def test_too_little_memory_is_our_own_failure(tmp_path: Path) -> None:
    """A machine too small would be held against the data."""
    pq.write_table(pa.table({"a": [str(n) * 20 for n in range(200_000)]}), tmp_path / "x.parquet")
    with pytest.raises(EngineFailed, match="more memory"):
        DuckDbEngine(threads=1, memory_limit="1MB").profile(tmp_path / "x.parquet", [DistinctCount(column="a")], {})


def test_nothing_is_left_behind(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What DuckDB spills holds customers' rows."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    look({"a": [1]}, Count())
    assert not list((tmp_path / "scratch").iterdir())


def test_the_engine_starts_light() -> None:
    """Every task would spend seconds on importing what it does not need."""
    heavy = ("great_expectations", "pandas", "numpy", "pyarrow")
    code = f"import sys, feature_health.engines.duckdb; sys.exit(', '.join(m for m in {heavy!r} if m in sys.modules) or 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_rows_are_counted_by_segment_in_one_answer(look: Look) -> None:
    """Whether wrong rows gather in a state could not be told, or a state of nulls be overlooked."""
    columns = {"state": ["CA", "CA", None, "TX"], "web": [True, False, True, True], "score": [1, None, 9, 9]}
    counts = CountBy(by=("state", "web"), where=Sql(expression="score > 5"))
    assert look(columns, counts)[counts] == {
        "rows": 4,
        "counted": 2,
        "segments": [
            ["state", "CA", 2, 0],
            ["state", None, 1, 1],
            ["state", "TX", 1, 1],
            ["web", False, 1, 0],
            ["web", True, 3, 2],
        ],
    }
    either = CountBy(by=("state",), where=AnyOf(of=(IsNull(column="web"), Sql(expression="score > 9"))))
    each = [Count(where=IsNull(column="web")), Count(where=Sql(expression="score > 9"))]
    assert look(columns, either, *each)[either] == {"rows": 4, "counted": 0, "segments": []}
    assert look(columns, either, each[0])[either]["counted"] == 0
    empty = look({"state": pa.array([], pa.string()), "web": pa.array([], pa.bool_()), "score": pa.array([], pa.int64())}, counts)
    assert empty[counts] == {"rows": 0, "counted": 0, "segments": []}


def test_a_column_of_many_values_makes_no_segments(look: Look) -> None:
    """Every applicant would be a segment, and their names stand in the ledger."""
    counts = CountBy(by=("name",), where=Sql(expression="name = 'a'"))
    assert "too many for segments" in why(look({"name": [str(n) for n in range(600)]}, counts), counts)
    assert len(look({"name": [str(n % 500) for n in range(600)]}, counts)[counts]["segments"]) == 500
