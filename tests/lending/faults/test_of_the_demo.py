from collections.abc import Callable, Mapping
from typing import Any

import pytest

Rows = Callable[..., list[tuple[Any, ...]]]


def test_missing_bureau_block_empties_one_bureau_without_inventing_reasons(
    clean: Mapping[str, str], faulty: Mapping[str, str], look: Rows
) -> None:
    """A third of the scores would be gone with a plausible reason beside each."""
    measure = """
        SELECT bureau, avg((score_raw IS NULL)::int), avg((rev_util_value IS NULL)::int),
            count(*) FILTER (hit_status IN ('hit', 'hit_no_score') AND rev_util_reason IS NOT NULL)
        FROM candidate GROUP BY bureau ORDER BY bureau
    """
    before, after = (look(measure, candidate=day["bureau_pull"]) for day in (clean, faulty))
    assert [row[0] for row in after] == ["EFX", "EXP", "TUC"]
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1][1:] == (1.0, 1.0, 0)


def test_missing_bureau_block_keeps_the_columns(clean: Mapping[str, str], faulty: Mapping[str, str], look: Rows) -> None:
    """One bureau's loss would be reported as columns removed from all three."""
    names = [
        look("SELECT column_name, column_type FROM (DESCRIBE candidate)", candidate=day["bureau_pull"]) for day in (clean, faulty)
    ]
    assert names[0] == names[1]


def test_income_unit_mixup_touches_one_vendors_salaried_people(
    clean: Mapping[str, str], faulty: Mapping[str, str], look: Rows
) -> None:
    """The fault would be too broad to need more than a look at the median."""
    changed = look(
        """
        SELECT vendor, hours_per_week IS NULL, median(f.verified_annual_income / c.verified_annual_income), count(*)
        FROM f JOIN c USING (verification_id, vendor, hours_per_week)
        WHERE f.verified_annual_income <> c.verified_annual_income
        GROUP BY ALL
        UNION ALL
        SELECT vendor, true, median(f.verified_annual_income / c.verified_annual_income), count(*)
        FROM f JOIN c USING (verification_id, vendor)
        WHERE f.hours_per_week IS NULL AND f.verified_annual_income <> c.verified_annual_income
        GROUP BY ALL
        """,
        f=faulty["income_verification"],
        c=clean["income_verification"],
    )
    [(vendor, salaried, factor, rows)] = changed
    assert (vendor, salaried) == ("payroll_hub", True)
    assert float(factor) == pytest.approx(12, rel=0.01)
    [(total,)] = look("SELECT count(*) FROM c", c=clean["income_verification"])
    assert 0.03 < rows / total < 0.10
