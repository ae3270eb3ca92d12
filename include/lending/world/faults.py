"""Faults to plant in a day's clean tables, each as vendors really break things. Knows nothing of how a fault is found."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from lending.bureau_codes import KIND_OF
from lending.errors import UnknownFault
from lending.world.cut import cut_of, or_pending
from lending.world.world import World


def planted(world: World, day: date, faults: Collection[str]) -> dict[str, pa.Table]:
    """The tables that the faults change, as they are then; raises UnknownFault."""
    if unknown := sorted(set(faults) - FAULTS.keys()):
        raise UnknownFault(f"There is no fault named {', '.join(unknown)}; the world knows {', '.join(FAULTS)}.")
    return {table: change(world.table(table, day), day) for table, change in (FAULTS[name] for name in sorted(faults))}


def missing_bureau_block(pulls: pa.Table, _: date) -> pa.Table:
    """One bureau's answers come without their score and attribute blocks, about 35% of rows (domain notes B1, B13)."""
    bare = pc.equal(pulls["bureau"], "EXP")
    gone = {"score_model", "score_raw", *KIND_OF}
    return pa.table({name: _without(pulls[name], bare) if name in gone else pulls[name] for name in pulls.column_names})


def _without(column: pa.ChunkedArray, where: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(where, pa.scalar(None, column.type), column)


def income_unit_mixup(verifications: pa.Table, day: date) -> pa.Table:
    """One payroll vendor reports the annual salary of the salaried and calls it monthly, about 6% of rows (domain notes I1)."""
    rows = or_pending(verifications, cut_of(day))
    salaried = pc.and_(pc.is_null(rows["hours_per_week"]), pc.is_valid(rows["annual_gross"]))
    those = pc.and_(pc.equal(rows["vendor"], "payroll_hub"), salaried)
    amount = pc.if_else(those, rows["annual_gross"], rows["pay_rate_amount"])
    period = pc.if_else(those, "MONTHLY", rows["pay_rate_period"])
    changes = {"pay_rate_amount": amount, "pay_rate_period": period}
    return pa.table({name: changes.get(name, rows[name]) for name in rows.column_names})


FAULTS: Final[Mapping[str, tuple[str, Callable[[pa.Table, date], pa.Table]]]] = MappingProxyType(
    {
        "missing_bureau_block": ("bureau_pulls", missing_bureau_block),
        "income_unit_mixup": ("income_verifications", income_unit_mixup),
    }
)
"""Fault -> (the table it changes, how)."""
