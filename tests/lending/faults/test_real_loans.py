"""The same faults in real loans. The data lies beside the project; without it these tests are skipped, and fail in CI."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lending.errors import RoleMissing
from lending.faults import CATALOGUE, plant_file
from lending.faults.roles import BINDINGS

DAY = date(2010, 12, 1)
ROLES = BINDINGS["lendingclub"]
WORKS = (
    "B1", "B2", "B4", "B5", "B6", "B9", "B11", "B14", "D2", "D3", "D11", "I1", "I4", "I7", "I8", "I10", "J1", "J5", "J6", "J7",
    "J10", "L9", "decoy_row_order", "decoy_additive_column",
)  # fmt: skip
"""Faults whose roles these loans have: no vendor, no pay, no decision and no trended block was published."""


@pytest.fixture(scope="session")
def loans(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The loans issued in the last two months, as first published."""
    published = project.parent / "shared" / "data" / "lendingclub" / "loans_published_2017-08.parquet"
    if not published.is_file():
        pytest.skip(f"no real loans at {published}")
    file = tmp_path_factory.mktemp("loans") / "loans.parquet"
    pq.write_table(pq.read_table(published, filters=[("issue_d", ">=", date(2010, 11, 1))]), file)
    return file


@pytest.mark.parametrize("name", [name for name, fault in CATALOGUE.items() if fault.change is not None])
def test_a_fault_breaks_real_loans_or_says_which_roles_they_lack(name: str, loans: Path, tmp_path: Path) -> None:
    """The library would be good for its own world alone."""
    fault, to = CATALOGUE[name], tmp_path / "faulty.parquet"
    previous = loans if fault.needs_previous else None
    if name not in WORKS:
        with pytest.raises(RoleMissing, match="Columns there are: id, member_id"):
            plant_file(fault, loans, to, roles=ROLES, day=DAY, previous=previous, strength=3)
        return
    planted = plant_file(fault, loans, to, roles=ROLES, day=DAY, previous=previous, strength=3)
    assert planted.rows_clean == pq.read_metadata(loans).num_rows
    assert planted.rows_faulty == pq.read_metadata(to).num_rows
    assert planted.rows_taken or name == "B4"  # every issued loan had a score
