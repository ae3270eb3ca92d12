"""A contract made of a suite and of a file that it is for.

What our engine comes to no result of on that file, such as the greatest of texts, is left to Great Expectations if that does.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from feature_health.checks.imported import contract_text
from feature_health.checks.load import load_text
from feature_health.checks.suites import Suite, may_be_routed, routed
from feature_health.contracts.contract import Contract
from feature_health.ports import Engine
from feature_health.steps.check_file import check_file
from feature_health.steps.columns_of import columns_of


def import_suite(suite: Suite, data: Path, *, suite_file: str, beside: Path, engine: Engine, as_of: datetime) -> str:
    """The contract's text. Raises CallerError when the data cannot be read, ContractInvalid when it has what none can promise.

    Defaults are looked for as if the contract lay `beside`.
    """
    columns = columns_of(data, engine)

    def text(of: Suite) -> str:
        return contract_text(of, columns, suite_file=suite_file, data_file=data.name)

    def unjudged(of: Suite) -> frozenset[int]:
        return _unjudged(load_text(text(of).encode(), beside=beside), data, engine, as_of)

    open_ = [position for position in unjudged(suite) if may_be_routed(suite.expectations[position])]
    if not open_:
        return text(suite)
    still_open = unjudged(_routed(suite, open_))
    return text(_routed(suite, [position for position in open_ if position not in still_open]))


def _routed(suite: Suite, positions: Collection[int]) -> Suite:
    specs = (routed(spec) if position in positions else spec for position, spec in enumerate(suite.expectations))
    return replace(suite, expectations=tuple(specs))


def _unjudged(contract: Contract, data: Path, engine: Engine, as_of: datetime) -> frozenset[int]:
    """The positions of the expectations that came to no result on the data."""
    checked = check_file(data, contract=contract, key=None, as_of=as_of, engine=engine, elsewhere=None, calendars={}, alone=False)
    return frozenset(position for position, result in enumerate(checked.results) if result.success is None)
