import pathlib
from datetime import datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from feature_health.checks.examine import run_expectations
from feature_health.checks.promises import promises, row_limits
from feature_health.contracts.contract import RowLimits
from tests.checks.delivered import good_contract, in_a_line, profile_of

CASES = sorted((pathlib.Path(__file__).parents[1] / "golden/promises").glob("*.yaml"))
GOOD = good_contract()
AS_OF = datetime.fromisoformat("2026-03-03T01:30:00-05:00")
factors = st.floats(0, 10)
limits = st.builds(
    lambda low, more: RowLimits(row_count_min=low, row_count_max=low + more), st.integers(1, 10**7), st.integers(0, 10**7)
)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden_case(path: pathlib.Path) -> None:
    """A promise would be broken unnoticed, or a kept one reported (the case's `about` says which)."""
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    factor, why = case.get("volume", (1.0, ""))
    period = None if case.get("nameless") else GOOD.partition.period("2026-03-02")
    run = run_expectations(GOOD, profile_of(GOOD, case), as_of=AS_OF, volume=(factor, why), period=period)
    kept = {promise.check.partition(":")[0] for promise in promises(GOOD)} | {"freshness.future"}
    told = [in_a_line(finding) for finding in run.findings if finding.check.partition(":")[0] in kept]
    assert told == case["findings"]


@given(limits, factors, factors)
def test_a_busier_day_never_lowers_a_limit(rows: RowLimits, one: float, other: float) -> None:
    """A calendar's factor would work against itself."""
    quiet, busy = sorted((one, other))
    assert row_limits(rows, quiet)[0] <= row_limits(rows, busy)[0]
    assert row_limits(rows, quiet)[1] <= row_limits(rows, busy)[1]
    assert row_limits(rows, quiet)[0] <= row_limits(rows, quiet)[1]


@given(limits)
def test_an_ordinary_day_has_the_limits_as_written(rows: RowLimits) -> None:
    """Rounding would move a limit that an analyst wrote."""
    assert row_limits(rows, 1.0) == (rows.row_count_min, rows.row_count_max)


def test_every_column_has_a_ceiling() -> None:
    """A column could be empty unnoticed."""
    checks = {promise.check for promise in promises(GOOD)}
    assert {f"nulls:{column.name}" for column in GOOD.columns if column.name not in GOOD.key} < checks
    assert {"key.present", "key.unique", "rows.empty", "rows.count", "freshness:file_date"} < checks
