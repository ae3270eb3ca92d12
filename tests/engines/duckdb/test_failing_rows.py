"""Failing rows told one by one: as many as the check counted, known by their keys, and never by their values."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from feature_health.checks.catalog import CATALOG, by_name
from feature_health.checks.expectation import ExpectationType, MostlyParams
from feature_health.engines.duckdb import DuckDbEngine
from feature_health.errors import EngineFailed
from feature_health.profiles.measure import Count, CountBy, Duplicates, Measure, name_of
from feature_health.profiles.predicate import Any as AnyOf
from feature_health.profiles.predicate import Between, InSet, IsNull, Not, Sql
from feature_health.profiles.profile import ObservedColumn
from feature_health.profiles.row_rule import RowRule
from feature_health.records import RowsTold
from tests.checks.expectations.test_golden import FILES, delivered, golden_of
from tests.oracle.arguments import ARGUMENTS, fixed, mostly
from tests.oracle.frames import partitions

ENGINE = DuckDbEngine(threads=1)
EXAMPLES = 15
OUR_ARGUMENTS: Mapping[str, st.SearchStrategy[dict[str, Any]]] = {
    "expect_column_values_to_be_in_range_or_special_code": fixed(
        column=st.just("whole"), min_value=st.just(300.0), max_value=st.just(850.0), special_codes=st.just([9002]), mostly=mostly
    ),
    "expect_column_values_to_equal_recomputed": fixed(
        column=st.just("number"), expression=st.sampled_from(["other", "whole / nullif(other, 0)"]), tolerance=st.just(1.0)
    ),
    "expect_values_not_from_the_future": fixed(column=st.just("moment"), as_of_column=st.just("later")),
    "expect_share_to_be_between": fixed(condition=st.sampled_from(["whole > 2", "text = code"]), max_value=st.just(0)),
}
OF_THE_WHOLE = {
    "expect_column_values_to_be_of_type",
    "expect_column_values_to_be_in_type_list",
    "expect_fan_out_to_be_at_most",
    "expect_columns_to_equal_source",
}
"""Types that take `mostly` and yet say nothing of single rows: a column has one type, and a key of another job is no row here."""
DRAWN = {**ARGUMENTS, **OUR_ARGUMENTS}


def told(rules: Mapping[str, Measure], columns: Mapping[str, Any], folder: Path, key: tuple[str, ...] = ()) -> RowsTold:
    """What the engine says of failing rows, which it writes to `told.parquet` in the folder."""
    pq.write_table(pa.table(dict(columns)), folder / "candidate.parquet")
    named = [RowRule(check=check, failing=failing, columns=("value",)) for check, failing in rules.items()]
    return ENGINE.failing_rows(folder / "candidate.parquet", named, key, folder / "told.parquet")


def written(folder: Path) -> list[dict[str, Any]]:
    """The rows that were written."""
    rows: list[dict[str, Any]] = pq.read_table(folder / "told.parquet").to_pylist()
    return rows


def _rule(type_: ExpectationType[Any], data: st.DataObject) -> RowRule | None:
    params = type_.params(**data.draw(DRAWN[type_.name]))
    failing = type_.failing(params)
    if failing is None:
        return None
    return RowRule(check=type_.name, failing=failing, columns=type_.columns(params))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_as_many_rows_as_the_check_counted(data: st.DataObject, tmp_path: Path) -> None:
    """A person would be handed other rows than those that held the partition, or not all of them."""
    staged = data.draw(partitions()).parquet(tmp_path / "candidate.parquet")
    drawn = [_rule(type_, data) for type_ in CATALOG if type_.name in DRAWN]
    rules = [rule for rule in drawn if rule]
    found = ENGINE.failing_rows(staged, rules, ("whole", "text"), tmp_path / "told.parquet")
    conditions = {rule.check: rule.failing.where for rule in rules if isinstance(rule.failing, Count) and rule.failing.where}
    union = CountBy(by=("flag", "code"), where=AnyOf(of=tuple(conditions.values())))
    seen = ENGINE.profile(staged, [*(rule.failing for rule in rules), union], {})
    assert found.counts == {rule.check: seen[rule.failing] for rule in rules if name_of(rule.failing) in seen.values}
    assert set(found.untold) == {rule.check for rule in rules if name_of(rule.failing) in seen.unmeasured}
    rows = written(tmp_path)
    assert len(rows) == found.rows
    assert [row["row"] for row in rows] == sorted({row["row"] for row in rows})
    assert all(row["failed"] for row in rows)
    assert seen[union]["counted"] == sum(not conditions.keys().isdisjoint(row["failed"]) for row in rows)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_golden_cases_tell_as_many_rows_as_they_call_unexpected(path: Path, tmp_path: Path) -> None:
    """A type would judge rows one by one and be unable to say which, or say others."""
    golden = golden_of(path)
    staged = delivered(golden["rows"], golden.get("types", {}), tmp_path / "candidate.parquet")
    expected: dict[str, int] = {}
    rules: list[RowRule] = []
    for place, case in enumerate(golden["cases"]):
        ((name, kwargs),) = case["expectation"].items()
        type_ = by_name(name)
        if type_ is None or name in OF_THE_WHOLE or not issubclass(type_.params, MostlyParams) or case["success"] == "unable":
            continue
        params = type_.params(**kwargs)
        failing = type_.failing(params)
        assert failing is not None, f"{name} counts unexpected rows; say by `failing` which they are"
        if isinstance(case.get("observed"), dict):
            rules.append(RowRule(check=f"{name} {place}", failing=failing, columns=type_.columns(params)))
            expected[rules[-1].check] = case["observed"]["unexpected_count"]
    found = ENGINE.failing_rows(staged, rules, (), tmp_path / "told.parquet")
    assert (found.counts, found.untold) == (expected, {})


def test_the_rows_of_a_type_are_those_that_it_judges_by() -> None:
    """A type that judges by one measure and tells rows by another would accuse the wrong rows."""
    for name, kwargs in (
        ("expect_column_values_to_be_between", {"column": "fico", "min_value": 300}),
        ("expect_column_values_to_be_unique", {"column": "fico"}),
        (
            "expect_column_values_to_be_in_range_or_special_code",
            {"column": "fico", "min_value": 300, "max_value": 850, "special_codes": [9002]},
        ),
        ("expect_share_to_be_between", {"condition": "fico > 850", "max_value": 0}),
    ):
        type_ = by_name(name)
        assert type_ is not None
        params = type_.params(**kwargs)
        assert type_.failing(params) in type_.needs(params), name


def test_a_share_that_may_be_there_is_no_rows_fault() -> None:
    """Every row with a bureau would be called a failing one because too many rows have it."""
    type_ = by_name("expect_share_to_be_between")
    assert type_ is not None
    assert type_.failing(type_.params(condition="bureau = 'EFX'", min_value=0.3, max_value=0.5)) is None


VALUES = ["123-45-6789", "123-45-6789", "Zoë", None, ""]
WRONG = {"wrong": Count(where=Not(of=InSet(column="value", values=("good",)))), "null": Count(where=IsNull(column="value"))}


def test_a_row_is_known_by_its_key_and_its_reasons(tmp_path: Path) -> None:
    """Whoever mends the delivery would not know which applications to look at, or why."""
    found = told(WRONG, {"id": ["a", "b", "c", "d", "e"], "value": VALUES}, tmp_path, key=("id",))
    assert found == RowsTold(rows=5, counts={"wrong": 4, "null": 1})
    rows = written(tmp_path)
    assert [(row["row"], row["key"]["id"], row["failed"]) for row in rows] == [
        (0, "a", ["wrong"]),
        (1, "b", ["wrong"]),
        (2, "c", ["wrong"]),
        (3, "d", ["null"]),
        (4, "e", ["wrong"]),
    ]
    assert ENGINE.told_rows(tmp_path / "told.parquet", 2) == rows[:2]


def test_no_value_is_written(tmp_path: Path) -> None:
    """A social security number in the wrong column would be copied into a file that more people open than the delivery."""
    told(WRONG, {"value": VALUES}, tmp_path)
    masks = [row["masked"]["value"] for row in written(tmp_path)]
    assert [mask.split(" ")[0] for mask in masks] == ["text(11)", "text(11)", "text(3)", "null", "text(0)"]
    assert masks[0] == masks[1] != masks[2]
    assert b"123-45" not in (tmp_path / "told.parquet").read_bytes()


def test_a_fingerprint_cannot_be_tried_out_from_another_delivery(tmp_path: Path) -> None:
    """There are few incomes and few birthdays: who holds the file could hash them all and read the values."""
    told(WRONG, {"value": VALUES}, tmp_path)
    first = written(tmp_path)[0]["masked"]["value"]
    told(WRONG, {"value": VALUES}, tmp_path)
    assert written(tmp_path)[0]["masked"]["value"] == first
    told(WRONG, {"value": [*VALUES, "another row"]}, tmp_path)
    assert written(tmp_path)[0]["masked"]["value"] != first


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (pa.array([9999]), "number(4)"),
        (pa.array([0.25]), "number(1)"),
        (pa.array([-128], pa.int8()), "negative(3)"),
        (pa.array([float("-inf")]), "infinite"),
        (pa.array([1e300]), "number(301)"),
        (pa.array([True]), "boolean"),
        (pa.array(["2026-06-02"], pa.string()).cast(pa.date32()), "date"),
        (pa.array([0], pa.timestamp("us")), "timestamp"),
        (pa.array([[1, 2]]), "other"),
    ],
)
def test_a_mask_says_of_what_kind_a_value_is(value: pa.Array, kind: str, tmp_path: Path) -> None:
    """A mask that says nothing would not tell a special code from a unit mix-up; one that breaks would lose the rows."""
    told({"all": Count()}, {"value": value}, tmp_path)
    assert written(tmp_path)[0]["masked"]["value"].split(" ")[0] == kind


def test_rows_that_share_their_key_are_all_told(tmp_path: Path) -> None:
    """One of two duplicates would pass for the right one, though nobody knows which of them is."""
    found = told(
        {"twice": Duplicates(columns=("value", "day"))}, {"value": ["a", "a", "a", None, None], "day": [1, 1, 2, 1, 1]}, tmp_path
    )
    assert found.counts == {"twice": 2}
    found = told(
        {"twice": Duplicates(columns=("value", "day"), nulls_equal=True, where=Sql(expression="day = 1"))},
        {"value": ["a", "a", "a", None, None], "day": [1, 1, 2, 1, 1]},
        tmp_path,
    )
    assert [row["row"] for row in written(tmp_path)] == [0, 1, 3, 4]


def test_a_rule_that_cannot_be_told_costs_only_itself(tmp_path: Path) -> None:
    """One column that is gone would hide every failing row of the others."""
    rules: dict[str, Measure] = {
        "gone": Count(where=IsNull(column="gone")),
        "low": Count(where=Not(of=Between(column="value", low=3))),
    }
    found = told(rules, {"value": [1, 5]}, tmp_path, key=("gone",))
    assert (found.rows, found.counts, list(found.untold)) == (1, {"low": 1}, ["gone"])
    assert told({"gone": rules["gone"]}, {"value": [1, 5]}, tmp_path).rows == 0
    assert written(tmp_path) == []


def test_columns_may_bear_any_name(tmp_path: Path) -> None:
    """A delivery with a column of our own names would fail, or tell the wrong rows."""
    columns = {"value": [1, 5, 1], "file_row_number": [7, 8, 9], "failed": ["x", "y", "z"], "row": [1, 2, 3], 'a"b': [1, 2, 3]}
    rules: dict[str, Measure] = {
        'it\'s "low"': Count(where=Not(of=Between(column="value", low=3))),
        "one": Duplicates(columns=("value",)),
    }
    told(rules, columns, tmp_path, key=('a"b', "row", "failed"))
    rows = written(tmp_path)
    assert [(row["row"], row["key"]) for row in rows] == [
        (0, {'a"b': 1, "row": 1, "failed": "x"}),
        (2, {'a"b': 3, "row": 3, "failed": "z"}),
    ]
    assert rows[0]["failed"] == list(rules)


def test_a_key_that_is_there_twice_names_no_row(tmp_path: Path) -> None:
    """A vendor's doubled column would end the list in a traceback, or name the rows by the wrong one."""
    doubled = pa.Table.from_arrays([pa.array([1, 2]), pa.array(["a", "b"]), pa.array(["c", "d"])], names=["value", "id", "id"])
    pq.write_table(doubled, tmp_path / "candidate.parquet")
    rule = RowRule(check="low", failing=Count(where=Not(of=Between(column="value", low=2))), columns=("value",))
    found = ENGINE.failing_rows(tmp_path / "candidate.parquet", [rule], ("id",), tmp_path / "told.parquet")
    assert found.rows == 1
    assert list(written(tmp_path)[0]) == ["row", "failed", "masked"]


def test_a_file_that_cannot_be_read_is_our_failure(tmp_path: Path) -> None:
    """A broken store would pass for a delivery without failing rows."""
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 but not for long PAR1")
    rule = RowRule(check="all", failing=Count(), columns=())
    for name in ("broken", "absent"):
        with pytest.raises(EngineFailed, match="Tried to write the failing rows"):
            ENGINE.failing_rows(tmp_path / f"{name}.parquet", [rule], (), tmp_path / "told.parquet")
    with pytest.raises(EngineFailed, match="Tried to read the failing rows"):
        ENGINE.told_rows(tmp_path / "broken.parquet", 1)


KEPT = (
    ObservedColumn(name="id", type="string", native="VARCHAR"),
    ObservedColumn(name="value", type="decimal", native="DOUBLE"),
)


def test_rows_are_left_out_by_their_reasons_and_the_rest_is_as_it_was(tmp_path: Path) -> None:
    """What decisioning reads would lack rows that passed, or hold other values than were delivered."""
    columns = {"value": [1.0, float("nan"), 9.0, -1.0], "id": ["a", "b", "c", "d"], "file_row_number": [3, 2, 1, 0]}
    rules: dict[str, Measure] = {
        "high": Count(where=Sql(expression="value > 5")),
        "low": Count(where=Sql(expression="value < 0")),
    }
    told(rules, columns, tmp_path)
    for checks, expected in ((["high"], ["a", "b", "d"]), (["high", "low"], ["a", "b"]), ([], ["a", "b", "c", "d"])):
        left = ENGINE.without_rows(
            tmp_path / "candidate.parquet", KEPT, tmp_path / "told.parquet", checks, tmp_path / "left.parquet"
        )
        rest = pq.read_table(tmp_path / "left.parquet").to_pydict()
        assert (left, list(rest), rest["id"]) == (len(expected), ["id", "value"], expected)
        assert rest["value"][1] != rest["value"][1]
    with pytest.raises(EngineFailed, match="Tried to leave out"):
        ENGINE.without_rows(tmp_path / "absent.parquet", KEPT, tmp_path / "told.parquet", ["high"], tmp_path / "left.parquet")
