from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from lending.faults import CATALOGUE, Fault
from lending.faults.roles import BINDINGS
from lending.faults.scopes import ROLE_OF, VALUES, condition

Tables = Callable[..., pa.Table]
Plant = Callable[..., pa.Table]

DAY = date(2026, 3, 4)
PLANTED = [fault for fault in CATALOGUE.values() if fault.change is not None]
each_fault = pytest.mark.parametrize("fault", PLANTED, ids=lambda fault: fault.name)


def different(one: pa.Table, other: pa.Table) -> int:
    """How many rows of one are not in the other, the more of both ways; all when the columns differ."""
    if one.schema.names != other.schema.names:
        return int(max(one.num_rows, other.num_rows))
    return int(max(lacking(one, other).num_rows, lacking(other, one).num_rows))


def lacking(one: pa.Table, other: pa.Table) -> pa.Table:
    """The rows of one that are not in the other."""
    with duckdb.connect() as connection:
        connection.register("one", one)
        connection.register("other", other)
        return connection.sql("FROM one EXCEPT ALL FROM other").to_arrow_table()


def where(table: pa.Table, condition: str) -> pa.Table:
    """Rows of the table that satisfy the condition."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("t", table)
        return connection.sql(f"FROM t WHERE {condition}").to_arrow_table()


@each_fault
def test_a_stronger_fault_changes_more(fault: Fault, tables: Tables, plant: Plant) -> None:
    """A drill at strength 3 would prove less than one at 1, or nothing at all."""
    touched = [different(tables(fault.table), plant(fault, strength=strength)) for strength in (1, 2, 3)]
    assert 0 < touched[0] <= touched[1] <= touched[2], touched


@each_fault
def test_the_same_rows_are_taken_every_time(fault: Fault, plant: Plant) -> None:
    """A drill could not be repeated, and a missed fault not be looked into."""
    assert plant(fault, seed=5).equals(plant(fault, seed=5))


@each_fault
def test_the_clean_twin_stays_clean(fault: Fault, tables: Tables, plant: Plant) -> None:
    """There would be nothing left to compare with."""
    clean = tables(fault.table)
    before = clean.to_pylist()
    plant(fault, strength=3)
    assert clean.to_pylist() == before


@each_fault
def test_types_stay_unless_the_fault_is_of_types(fault: Fault, tables: Tables, plant: Plant) -> None:
    """A change of type would be caught in place of the fault."""
    retyped = getattr(fault.change, "as_text", ()) or getattr(fault.change, "columns", ())
    assert retyped or plant(fault, strength=3).schema == tables(fault.table).schema


@each_fault
def test_nothing_before_the_first_day(fault: Fault, tables: Tables, plant: Plant) -> None:
    """Days that were to be clean would teach the gate the fault."""
    clean = tables(fault.table)
    assert plant(fault, first_day=DAY + timedelta(days=1)).equals(clean)


@pytest.mark.parametrize("fault", [fault for fault in PLANTED if fault.ramp_days > 1], ids=lambda fault: fault.name)
def test_a_ramp_grows(fault: Fault, tables: Tables, plant: Plant) -> None:
    """A creeping fault would be as loud on its first day as on its last."""
    touched = [different(tables(fault.table), plant(fault, first_day=DAY - timedelta(days=ago))) for ago in (0, 1, 2, 9)]
    assert touched[0] < touched[1] < touched[2] == touched[3]


SCOPED = [(fault, scope) for fault in PLANTED for scope in fault.scopes]


@pytest.mark.parametrize(("fault", "scope"), SCOPED, ids=[f"{fault.name}-{scope}" for fault, scope in SCOPED])
def test_rows_outside_the_scope_are_untouched(fault: Fault, scope: Any, tables: Tables, plant: Plant) -> None:
    """A fault of one bureau would be blamed on another."""
    value = {"hours": "9-14", "bureau": "TUC", "shard": "1,a", "state": "TX", "vendor": "payroll_hub"}.get(scope) or VALUES[
        scope
    ][0]
    clean, faulty = tables(fault.table), plant(fault, strength=3, scope={scope: value})
    column = str(BINDINGS[fault.table][ROLE_OF[scope]])
    inside = condition(scope, value).replace(f"${ROLE_OF[scope]}", column)
    lost = lacking(clean, faulty)
    assert lost.num_rows == where(lost, inside).num_rows
    assert where(faulty, f"NOT ({inside})").num_rows >= where(clean, f"NOT ({inside})").num_rows
