"""Faults to plant in a day's clean deliveries, each as vendors really break things. Knows nothing of how a fault is found.

Faults work on clean records, so that a clean and a faulty twin of the same day exist.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from lending.bureau_codes import Bureau
from lending.world.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRecords:
    """A day's deliveries before they become files. The records of EXP and of income are nested, the others flat."""

    applications: list[Record]
    bureau: Mapping[Bureau, list[Record]]
    income: list[Record]


def missing_bureau_block(clean: DayRecords) -> DayRecords:
    """One bureau's answers come without their score and attribute blocks, about 35% of rows (domain notes B1, B13)."""
    bare = [
        {name: value for name, value in record.items() if name not in ("score", "attributes")} for record in clean.bureau["EXP"]
    ]
    return replace(clean, bureau={**clean.bureau, "EXP": bare})


def income_unit_mixup(clean: DayRecords) -> DayRecords:
    """One payroll vendor reports the annual salary of the salaried and calls it monthly, about 6% of rows (domain notes I1)."""
    return replace(clean, income=[_annual_called_monthly(record) for record in clean.income])


def _annual_called_monthly(record: Record) -> Record:
    salaried = record["hours_per_week"] is None and record["annual_gross"] is not None
    if record["vendor"] != "payroll_hub" or not salaried:
        return record
    return {**record, "pay_rate": {"amount": record["annual_gross"], "currency": "USD", "period": "MONTHLY"}}


FAULTS: Final[Mapping[str, Callable[[DayRecords], DayRecords]]] = MappingProxyType(
    {fault.__name__: fault for fault in (missing_bureau_block, income_unit_mixup)}
)
