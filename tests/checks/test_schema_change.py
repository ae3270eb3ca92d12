from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest
from duckdb import sqltype
from hypothesis import given
from hypothesis import strategies as st

from feature_health.checks.schema import Part, Schema, fits, same_type
from feature_health.checks.schema_change import diff
from feature_health.contracts.contract import ITEM, ChangeClass, ColumnType
from feature_health.engines.duckdb.columns import observed
from feature_health.profiles.profile import ObservedColumn

EXCHANGED: Mapping[ChangeClass, ChangeClass] = {
    "added": "removed",
    "removed": "added",
    "widened": "narrowed",
    "narrowed": "widened",
    "nullable": "required",
    "required": "nullable",
    "values_added": "values_removed",
    "values_removed": "values_added",
}
names = st.text("abcé.", min_size=1, max_size=3)
digits = st.integers(1, 38).flatmap(lambda whole: st.tuples(st.just(whole), st.integers(0, whole)))
sized: list[st.SearchStrategy[tuple[ColumnType, tuple[int, ...]]]] = [
    st.tuples(st.just("integer"), st.sampled_from([(), (8,), (16,), (32,), (64,), (0, 8), (0, 32), (0, 64)])),
    st.tuples(st.just("decimal"), digits | st.sampled_from([(), (6,), (15,)])),
    st.tuples(st.just("timestamp"), st.sampled_from([(), (0,), (1,)])),
    st.tuples(st.sampled_from(["string", "boolean", "date"]), st.just(())),
]
types = st.one_of(sized)
values = st.none() | st.lists(st.sampled_from(["EFX", "EXP", "TUC"]), min_size=1, unique=True).map(tuple)


@st.composite
def simple(draw: st.DrawFn) -> Part:
    """A column that holds no others."""
    type_, size = draw(types)
    meaning = draw(st.sampled_from([(), (("unit", "usd"),), (("unit", "months"),)]))
    native = f"{type_}{size}"
    return Part(
        name=draw(names), type=type_, native=native, size=size, nullable=draw(st.booleans()), values=draw(values), meaning=meaning
    )


def nested(inner: st.SearchStrategy[Part]) -> st.SearchStrategy[Part]:
    """Columns that hold others."""
    fields = st.lists(inner, max_size=3, unique_by=lambda part: part.name).map(tuple)
    items = inner.map(lambda part: (replace(part, name=ITEM),))
    return st.builds(Part, name=names, type=st.just("struct"), native=st.just("struct"), parts=fields) | st.builds(
        Part, name=names, type=st.just("list"), native=st.just("list"), parts=items
    )


parts = st.recursive(simple(), nested, max_leaves=5)
schemas = st.builds(
    Schema,
    columns=st.lists(parts, max_size=4, unique_by=lambda part: part.name).map(tuple),
    key=st.lists(names, max_size=2, unique=True).map(tuple),
)


@given(schemas)
def test_a_diff_of_equals_is_empty(schema: Schema) -> None:
    """Good deliveries would be held."""
    assert diff(schema, schema) == ()


@given(schemas, schemas)
def test_only_equals_have_no_difference(before: Schema, after: Schema) -> None:
    """A change would pass unseen."""
    assert (diff(before, after) == ()) == (_in_any_order_of_values(before) == _in_any_order_of_values(after))


def _in_any_order_of_values(schema: Schema) -> Schema:
    return replace(schema, columns=tuple(_values_sorted(part) for part in schema.columns))


def _values_sorted(part: Part) -> Part:
    inner = tuple(_values_sorted(each) for each in part.parts)
    return replace(part, parts=inner, values=None if part.values is None else tuple(sorted(part.values, key=str)))


def dates(names: str) -> Schema:
    """A schema of a date column for each letter."""
    return Schema(columns=tuple(Part(name=name, type="date", native="date") for name in names))


def test_a_name_that_is_there_twice_does_not_stop_the_diff() -> None:
    """The gate would fall over a Parquet file with two columns of one name, instead of holding it as every check on them does."""
    once, twice = dates("ab"), dates("bab")
    assert [change.kind for change in diff(once, twice)] == ["reordered"]
    assert [change.kind for change in diff(twice, once)] == ["reordered"]


@given(schemas, schemas)
def test_exchanging_the_sides_exchanges_the_classes(before: Schema, after: Schema) -> None:
    """A type could be wider than another and not narrower the other way round."""
    forth = Counter((EXCHANGED.get(change.kind, change.kind), change.column) for change in diff(before, after))
    back = Counter((change.kind, change.column) for change in diff(after, before))
    assert forth == back


@given(schemas, schemas)
def test_every_change_touches_a_column_of_the_table(before: Schema, after: Schema) -> None:
    """A change deep inside a column would reach none of the column's readers."""
    columns = {part.name for schema in (before, after) for part in schema.columns} | {*before.key, *after.key}
    for change in diff(before, after):
        assert change.columns
        assert set(change.columns) <= columns


def _typed(type_: ColumnType, size: tuple[int, ...]) -> ObservedColumn:
    return ObservedColumn(name="x", type=type_, native=type_, size=size)


@given(types, types, types)
def test_types_are_ordered_by_what_they_hold(one: tuple, other: tuple, third: tuple) -> None:
    """Two types could each be wider than the other, or a widening of a widening be none."""
    a, b, c = _typed(*one), _typed(*other), _typed(*third)
    assert fits(a, a)
    assert same_type(a, b) == (fits(a, b) and fits(b, a))
    assert fits(a, c) or not (fits(a, b) and fits(b, c))


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ("TINYINT", "BIGINT"),
        ("UINTEGER", "BIGINT"),
        ("INTEGER", "DOUBLE"),
        ("INTEGER", "DECIMAL(10,0)"),
        ("DECIMAL(14,2)", "DECIMAL(16,2)"),
        ("DECIMAL(14,2)", "DOUBLE"),
        ("FLOAT", "DOUBLE"),
        ("DATE", "TIMESTAMP"),
        ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
    ],
)
def test_what_fits_does_not_fit_back(inner: str, outer: str) -> None:
    """A value could be cut on the way and be called widened."""
    a, b = (observed("x", sqltype(type_)) for type_ in (inner, outer))
    assert (fits(a, b), fits(b, a)) == (True, False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BIGINT", "DOUBLE"),
        ("INTEGER", "UINTEGER"),
        ("DECIMAL(14,2)", "DECIMAL(14,4)"),
        ("VARCHAR", "INTEGER"),
        ("DATE", "BOOLEAN"),
    ],
)
def test_neither_fits_the_other(one: str, other: str) -> None:
    """Both ways lose something, and one of them would pass with a warning."""
    a, b = (observed("x", sqltype(type_)) for type_ in (one, other))
    assert (fits(a, b), fits(b, a)) == (False, False)
