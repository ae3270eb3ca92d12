"""A contract that promises columns and nothing else, which is all that an engine looks at."""

from collections.abc import Mapping
from datetime import time

from feature_health.contracts.contract import Column, ColumnType, Contract, RowLimits
from feature_health.contracts.keys import PartitionScheme
from feature_health.contracts.severity import Policy


def contract_of(types: Mapping[str, ColumnType]) -> Contract:
    """The contract."""
    return Contract(
        job="bureau_pull",
        about="A test's",
        owner="tests",
        partition=PartitionScheme(by="day", timezone="UTC", ready_by=time(1, 30)),
        key=tuple(types)[:1],
        columns=tuple(Column(name=name, type=type_, null_ratio_max=1.0) for name, type_ in types.items()),
        policy=Policy(tier=1),
        on_change={},
        rows=RowLimits(row_count_min=0, row_count_max=10**9),
        freshness=None,
        expectations=(),
    )
