from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pyarrow as pa
import pytest

from lending.faults import CATALOGUE, Fault
from lending.faults.changes import Reorder, Rewrite
from lending.faults.roles import BINDINGS
from lending.faults.scopes import ROLE_OF, Scope, condition
from lending.sql import connect

Tables = Callable[..., pa.Table]
Plant = Callable[..., pa.Table]

DAY = date(2026, 3, 4)
LOOKING = connect()
PLANTED = [fault for fault in CATALOGUE.values() if fault.change is not None]
each_fault = pytest.mark.parametrize("fault", PLANTED, ids=lambda fault: fault.name)


def rows(table: pa.Table) -> Counter[int]:
    """A hash of each row, with how often it is there."""
    LOOKING.register("t", table)
    return Counter(LOOKING.execute("SELECT hash(t) AS row FROM t").fetchnumpy()["row"].tolist())


def different(one: pa.Table, other: pa.Table) -> int:
    """How many rows of one are not in the other, the more of both ways."""
    return max((rows(one) - rows(other)).total(), (rows(other) - rows(one)).total())


@pytest.mark.parametrize("fault", [one for one in PLANTED if not isinstance(one.change, Reorder)], ids=lambda fault: fault.name)
def test_a_stronger_fault_changes_more(fault: Fault, tables: Tables, plant: Plant) -> None:
    """A drill at strength 3 would prove less than one at 1, or nothing at all."""
    touched = [different(tables(fault.table), plant(fault, strength=strength)) for strength in (1, 2, 3)]
    assert 0 < touched[0] <= touched[1] <= touched[2], touched


@each_fault
def test_the_same_rows_are_taken_every_time_and_the_clean_twin_stays_clean(fault: Fault, tables: Tables, plant: Plant) -> None:
    """A drill could not be repeated, or there would be nothing left to compare with."""
    before = rows(tables(fault.table))
    again = plant(fault, strength=3, seed=1)
    assert again.equals(plant(fault, strength=3))
    assert rows(tables(fault.table)) == before


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
    last = fault.ramp_days - 1
    touched = [different(tables(fault.table), plant(fault, first_day=DAY - timedelta(days=ago))) for ago in (0, last, last + 9)]
    assert touched[0] < touched[1] == touched[2]


def test_row_order_keeps_every_row(tables: Tables, plant: Plant) -> None:
    """The decoy would be a fault, or none."""
    fault = CATALOGUE["decoy_row_order"]
    clean, faulty = tables(fault.table), plant(fault)
    assert not different(clean, faulty)
    assert not clean.equals(faulty)


SCOPED = [(fault, fault.scopes[number % len(fault.scopes)]) for number, fault in enumerate(PLANTED)]


@pytest.mark.parametrize(("fault", "scope"), SCOPED, ids=[f"{fault.name}-{scope}" for fault, scope in SCOPED])
def test_rows_outside_the_scope_are_untouched(fault: Fault, scope: Scope, tables: Tables, plant: Plant) -> None:
    """A fault of one bureau would be blamed on another."""
    value = {"hours": "9-14", "bureau": "TUC", "shard": "1,a", "state": "TX", "vendor": "payroll_hub"}.get(scope, "web")
    column = str(BINDINGS[fault.table][ROLE_OF[scope]])
    outside = f"NOT coalesce({condition(scope, value).replace(f'${ROLE_OF[scope]}', column)}, FALSE)"
    clean, faulty = tables(fault.table), plant(fault, strength=3, scope={scope: value})
    LOOKING.register("clean", clean)
    kept = LOOKING.sql(f"FROM clean WHERE {outside}").to_arrow_table()
    if isinstance(fault.change, Rewrite) and fault.change.as_text:
        kept = kept.cast(faulty.schema)
    assert not rows(kept) - rows(faulty.select(clean.column_names))
