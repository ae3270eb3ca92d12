"""What holds in every row of a clean day, so that a contract may demand it strictly."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

Rows = Callable[..., list[tuple[Any, ...]]]

_PER_YEAR = """
    CASE pay_period WHEN 'hourly' THEN hours_per_week * 52 WHEN 'weekly' THEN 52 WHEN 'biweekly' THEN 26
    WHEN 'semimonthly' THEN 24 WHEN 'monthly' THEN 12 WHEN 'annual' THEN 1 END
"""


@pytest.mark.parametrize(
    ("job", "broken"),
    [
        ("application_intake", "business_date <> DATE '2026-03-04'"),
        ("application_intake", "decision_at <> TIMESTAMPTZ '2026-03-05 11:00:00+00'"),
        ("application_intake", "requested_amount NOT BETWEEN 1000 AND 40000 OR term_months NOT IN (36, 60)"),
        ("bureau_pull", "business_date <> DATE '2026-03-04'"),
        ("bureau_pull", "score_raw NOT BETWEEN 300 AND 850 AND score_raw NOT IN (9000, 9001, 9002, 9003)"),
        ("bureau_pull", "(score_value IS NOT NULL) <> (score_reason = 'ok')"),
        ("bureau_pull", "(rev_util_value IS NOT NULL) <> (rev_util_reason = 'ok')"),
        ("bureau_pull", "rev_util_value NOT BETWEEN 0 AND 200 OR mths_oldest_trade_value > 992 OR trades_total_value > 92"),
        ("bureau_pull", "abs(rev_util_value - 100.0 * rev_balance_value / rev_limit_value) > 0.5"),
        ("bureau_pull", "trades_open_value > trades_total_value OR mths_newest_trade_value > mths_oldest_trade_value"),
        ("bureau_pull", "inq_6m_value > inq_12m_value"),
        (
            "bureau_pull",
            (
                "abs(monthly_obligation_value - coalesce(inst_payment_value, 0)"
                " - CASE WHEN rev_balance_value IS NULL THEN 0 ELSE greatest(25, 0.03 * rev_balance_value) END) > 1"
            ),
        ),
        ("bureau_pull", "business_date - file_date NOT BETWEEN 0 AND 3"),
        ("bureau_pull", "file_rows_declared <> file_rows_read"),
        ("income_verification", f"abs(verified_annual_income - pay_amount * {_PER_YEAR}) > 0.01"),
        ("income_verification", "abs(verified_annual_income - vendor_annual_income) > 0.02 * vendor_annual_income"),
        ("income_verification", "(verified_annual_income IS NOT NULL) <> (status = 'verified')"),
        ("income_verification", "verified_annual_income NOT BETWEEN 9000 AND 1500000 OR currency <> 'USD'"),
        ("income_verification", "verified_at::DATE - income_source_doc_date NOT BETWEEN 0 AND 30"),
        ("income_verification", "pay_period NOT IN ('hourly', 'weekly', 'biweekly', 'semimonthly', 'monthly', 'annual')"),
        (
            "dti_join",
            (
                "dti_reason = 'ok'"
                " AND abs(dti_back - 100 * (housing_payment + rev_min_payment + inst_payment) / gross_monthly_income) > 0.01"
            ),
        ),
        ("dti_join", "dti_reason <> 'capped' AND abs(dti_front - 100 * housing_payment / gross_monthly_income) > 0.01"),
        ("dti_join", "(dti_back IS NOT NULL) <> (dti_reason IN ('ok', 'capped'))"),
        ("dti_join", "bureau_available_at > feature_asof_ts OR income_available_at > feature_asof_ts"),
        ("dti_join", "(income_basis = 'verified') <> (verification_id IS NOT NULL)"),
    ],
)
def test_identity_holds_in_every_row(clean: Mapping[str, str], look: Rows, job: str, broken: str) -> None:
    """A strict contract would hold clean partitions."""
    assert look(f"SELECT count(*) FROM candidate WHERE {broken}", candidate=clean[job]) == [(0,)]


@pytest.mark.parametrize(
    ("job", "key"),
    [
        ("application_intake", "application_id"),
        ("bureau_pull", "application_id"),
        ("income_verification", "verification_id"),
        ("dti_join", "application_id"),
    ],
)
def test_the_key_is_unique_and_never_empty(clean: Mapping[str, str], look: Rows, job: str, key: str) -> None:
    """The join downstream would fan out."""
    [(rows, keys, distinct)] = look(f"SELECT count(*), count({key}), count(DISTINCT {key}) FROM c", c=clean[job])
    assert rows == keys == distinct > 1000


def test_the_join_has_exactly_the_applications(clean: Mapping[str, str], look: Rows) -> None:
    """People without a credit file or a verified income would vanish, and the approval rate would rise."""
    query = "SELECT application_id FROM a EXCEPT ALL SELECT application_id FROM d"
    assert look(query, a=clean["application_intake"], d=clean["dti_join"]) == []
    assert look(query, d=clean["application_intake"], a=clean["dti_join"]) == []


def test_every_reason_of_the_dictionary_occurs(clean: Mapping[str, str], look: Rows) -> None:
    """A cause that is never seen here could be mapped to anything."""
    found = {
        row[0] for row in look("SELECT DISTINCT rev_util_reason FROM c UNION SELECT score_reason FROM c", c=clean["bureau_pull"])
    }
    assert found >= {"ok", "no_hit", "no_trades_of_type", "none_recent", "not_computable", "vendor_error"}
