"""The gate's code tables and the codes that the lender's vendors deliver are the same."""

from pathlib import Path

import pytest
import yaml

from lending.bureau_codes import BUREAUS, CODES, SCORE_CODES, VALID_MAX

FILES = {
    "count": "bureau_count",
    "months": "bureau_months",
    "percent": "bureau_percent",
    "usd": "bureau_balance",
    "usd_monthly": "bureau_monthly_payment",
}


def _table(project: Path, name: str) -> dict:
    table: dict = yaml.safe_load((project / "expectations" / "codes" / f"{name}.yaml").read_text())
    return table


def test_the_score_codes_are_those_of_the_vendor(project: Path) -> None:
    """A code that only one side knows holds good partitions, or lets a sentinel through as a score."""
    assert set(_table(project, "fico_8")["special"]) == set(SCORE_CODES)


@pytest.mark.parametrize("kind", FILES)
def test_attribute_codes_are_those_of_all_bureaus(project: Path, kind: str) -> None:
    """As for the score, for every kind of attribute and every bureau."""
    table = _table(project, FILES[kind])
    assert set(table["special"]) == {code for bureau in BUREAUS for code in CODES[bureau][kind].values()}  # type: ignore[index]
    assert table["valid"]["max"] == VALID_MAX[kind]  # type: ignore[index]
