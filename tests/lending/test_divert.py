"""The planted faults under contracts that divert: a lost bureau and mixed-up units are never a few bad rows."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from feature_health import wiring
from feature_health.checks.load import load
from feature_health.contracts.contract import DivertLimits
from feature_health.contracts.severity import Ruling
from feature_health.contracts.shared import PROJECT_CONTRACTS
from feature_health.steps.check_file import Checked, check_file

KEY = "2026-03-04"
SEGMENTS = {"bureau_pull": ("bureau", "hit_status"), "income_verification": ("vendor", "method")}


def checked(job: str, file: str, *, share: float = 0.005, **limits: Any) -> Checked:
    """What the gate would say of the file, if the job's contract let that share of rows be diverted."""
    diverting = DivertLimits(
        row_share_max=share, segments=SEGMENTS[job], segment_share_max=min(1.0, 4 * share), significance=0.01
    )
    contract = replace(load(PROJECT_CONTRACTS, job), divert=replace(diverting, **limits))
    return check_file(
        Path(file),
        contract=contract,
        key=KEY,
        as_of=contract.partition.deadline(KEY),
        engine=wiring.engine(),
        elsewhere=None,
        calendars=wiring.Calendars(),
        alone=True,
    )


@pytest.mark.parametrize("job", list(SEGMENTS))
@pytest.mark.parametrize("share", [0.005, 0.2])
def test_a_planted_fault_holds_the_whole_partition(faulty: Mapping[str, str], job: str, share: float) -> None:
    """A third of the applicants would vanish from decisioning, with a warning beside the rest."""
    verdict = checked(job, faulty[job], share=share).verdict
    assert verdict.ruling is Ruling.QUARANTINE
    assert verdict.diverted is None


def test_mixed_up_units_of_one_vendor_gather(faulty: Mapping[str, str]) -> None:
    """One payroll vendor's people would be declined for incomes that they do not have, or vanish."""
    verdict = checked("income_verification", faulty["income_verification"], share=0.5, segment_share_max=1.0).verdict
    [finding] = [one for one in verdict.findings if one.check == "divert.segments"]
    assert "payroll_hub" in finding.because


@pytest.mark.parametrize("job", list(SEGMENTS))
def test_a_clean_day_diverts_nothing(clean: Mapping[str, str], job: str) -> None:
    """Good rows would be held back every day."""
    verdict = checked(job, clean[job]).verdict
    assert verdict.ruling is Ruling.PUBLISH
    assert verdict.diverted is None


def test_a_few_wrong_scores_are_diverted(clean: Mapping[str, str], tmp_path: Path) -> None:
    """The tests above would pass for a contract that never diverts anything."""
    file = tmp_path / "few.parquet"
    scores = "if(file_row_number % 700 = 3 AND score_value IS NOT NULL, 871, score_value)"
    duckdb.sql(f"COPY (SELECT * REPLACE ({scores} AS score_value) FROM '{clean['bureau_pull']}') TO '{file}'")
    verdict = checked("bureau_pull", str(file)).verdict
    assert verdict.ruling is Ruling.PUBLISH_WITH_WARNINGS
    assert verdict.diverted is not None
    assert 3 <= verdict.diverted.rows <= 8
