"""Small clean tables of the world, made by hand, and ways to plant faults in them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import md5
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from lending.faults import Fault, plant_table
from lending.faults.roles import BINDINGS

DAY = date(2026, 3, 4)
ROWS = 600
_STATES = ("AL", "CA", "NY", "TX", "WY")

Tables = Callable[..., pa.Table]
Plant = Callable[..., pa.Table]


def _ids(what: str, day: date, n: int) -> list[str]:
    digests = (md5(f"{what}|{day}|{i}".encode(), usedforsecurity=False).hexdigest() for i in range(n))
    return [f"{d[:8]}-{d[8:12]}-{d[12:16]}-{d[16:20]}-{d[20:]}" for d in digests]


def _times(day: date, n: int) -> list[datetime]:
    """Evenly over the day in New York."""
    return [datetime(day.year, day.month, day.day, 5, tzinfo=UTC) + timedelta(seconds=86_000 * i / n) for i in range(n)]


def _bureau_pulls(day: date, n: int) -> pa.Table:
    rng = np.random.default_rng(day.toordinal())
    bureau = rng.choice(["EFX", "EXP", "TUC"], n, p=[0.45, 0.35, 0.20])
    found = rng.random(n) > 0.02
    scored = found & (rng.random(n) > 0.06)
    score = np.where(scored, rng.integers(300, 851, n), np.where(found, 9002 + rng.integers(0, 2, n), 9000))
    times = _times(day, n)
    limit = rng.integers(3, 300, n) * 100
    balance = (limit * rng.random(n)).astype(int)
    inquiries = rng.integers(0, 5, n)
    oldest = rng.integers(12, 400, n)

    def answer(values: Any, kind: pa.DataType | None = None) -> pa.Array:
        return pa.array([v if f else None for v, f in zip(values, found, strict=True)], kind or pa.int32())

    columns: dict[str, Any] = {
        "pull_id": _ids("pull", day, n),
        "application_id": _ids("application", day, n),
        "consumer_key": [i.replace("-", "") for i in _ids("consumer", day, n)],
        "bureau": bureau,
        "product_code": ["CORE"] * n,
        "product_version": ["8.1"] * n,
        "pull_type": ["hard"] * n,
        "permissible_purpose": ["credit_transaction"] * n,
        "requested_at": pa.array(times, pa.timestamp("us", "UTC")),
        "responded_at": pa.array([t + timedelta(seconds=2) for t in times], pa.timestamp("us", "UTC")),
        "received_at": pa.array([t + timedelta(minutes=5) for t in times], pa.timestamp("us", "UTC")),
        "hit_status": np.where(scored, "hit", np.where(found, "hit_no_score", "no_hit")),
        "file_date": answer([day - timedelta(days=1)] * n, pa.date32()),
        "score_model": ["FICO8"] * n,
        "score_raw": pa.array(score, pa.int32()),
        "frozen_flag": rng.random(n) < 0.04,
        "dispute_flag": rng.random(n) < 0.01,
        "input_state": rng.choice(_STATES, n),
        "input_birth_decade": pa.array(rng.choice([1960, 1970, 1980], n), pa.int32()),
    }
    columns["file_state"] = answer(columns["input_state"], pa.string())
    columns["file_birth_decade"] = answer(columns["input_birth_decade"].to_pylist())
    numbers = {
        "rev_util": np.rint(100 * balance / limit).astype(int), "rev_balance": balance, "rev_limit": limit,
        "mths_oldest_trade": oldest, "mths_newest_trade": oldest // 4, "inq_6m": inquiries, "inq_12m": inquiries + 1,
    }  # fmt: skip
    rest = (*BINDINGS["bureau_pulls"]["attributes"], "trend_util_avg_12m", "trend_rev_balance_6m_ago")
    for place, name in enumerate(dict.fromkeys([*numbers, *rest])):
        columns[name] = answer(numbers.get(name, rng.integers(0, 60, n) + place))
    return pa.table(columns)


def _bureau_pull(day: date, n: int) -> pa.Table:
    """As the job makes it, for the columns that faults of the job touch."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("pulls", _bureau_pulls(day, n))
        return connection.sql(
            """
            SELECT application_id, pull_id, consumer_key, bureau, requested_at, score_raw, score_model,
                CASE WHEN score_raw < 9000 THEN score_raw END AS score_value,
                CASE score_raw WHEN 9000 THEN 'no_hit' WHEN 9002 THEN 'not_computable' WHEN 9003 THEN 'none_recent' ELSE 'ok' END
                    AS score_reason,
                CASE WHEN inq_6m > 0 THEN rev_util END AS rev_util_value,
                CASE WHEN inq_6m > 0 THEN 'ok' ELSE 'no_trades_of_type' END AS rev_util_reason,
                CASE WHEN inq_6m > 0 THEN 300 END AS inst_payment_value,
                CASE WHEN inq_6m > 0 THEN 'ok' ELSE 'no_trades_of_type' END AS inst_payment_reason
            FROM pulls
            """
        ).to_arrow_table()


def _sql(query: str) -> Callable[[date, int], pa.Table]:
    """A table made by a query over `i`, the rows' numbers as `n` and as text `k`, with the day as `day`."""

    def make(day: date, n: int) -> pa.Table:
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.register("i", pa.table({"n": list(range(n)), "k": _ids("application", day, n)}))
            connection.execute(f"CREATE MACRO part(of, x) AS md5_number_lower(x || of || '{day}') % 1000 / 1000.0")
            connection.execute(f"CREATE VIEW rows AS SELECT *, DATE '{day}' AS day, {_AT} AS t FROM i")
            return connection.sql(query).to_arrow_table()

    return make


_AT = "(day + TIME '00:00') AT TIME ZONE 'America/New_York' + to_seconds(140 * n)"
_NEXT_SIX = "((day + 1) + TIME '06:00') AT TIME ZONE 'America/New_York'"
_PAY = "CASE WHEN part('v', k) < 0.2 THEN NULL ELSE 2000 + 1000 * part('y', k) END"

_APPLICATIONS = _sql(
    """
    SELECT k AS application_id, md5(k) AS consumer_key, t AS submitted_at,
        ['web', 'mobile', 'partner', 'branch'][1 + n % 4] AS channel, ['CA', 'TX', 'AL'][1 + n % 3] AS state,
        (5000 + 25 * (n % 400))::DECIMAL(14, 2) AS requested_amount, 60000::DECIMAL(14, 2) AS stated_annual_income,
        900::DECIMAL(14, 2) AS housing_payment_stated
    FROM rows
    """
)
_INCOME_VERIFICATIONS = _sql(
    f"""
    WITH said AS (
        SELECT *, CASE WHEN part('v', k) < 0.2 THEN 'bank_view' WHEN part('v', k) < 0.4 THEN 'payroll_hub'
                WHEN part('v', k) < 0.8 THEN 'employer_db' ELSE 'doc_desk' END AS vendor,
            CASE WHEN part('s', k) < 0.75 THEN 'completed' WHEN part('s', k) < 0.85 THEN 'in_progress'
                ELSE 'unable_to_verify' END AS status,
            CASE WHEN part('s', k) < 0.75 THEN ({_PAY})::DECIMAL(14, 2) END AS pay_rate_amount,
            (part('h', k) < 0.4) AS hourly, part('s', k) < 0.75 AS found
        FROM rows
    )
    SELECT md5(k)::UUID::VARCHAR AS id, k AS reference, md5(k) AS consumer_key, vendor, status,
        CASE WHEN found THEN ['active', 'on-leave', 'inactive'][1 + n % 3] END AS employment_status,
        NULL::DATE AS employment_termination_date, pay_rate_amount,
        CASE WHEN pay_rate_amount IS NULL THEN NULL WHEN hourly THEN 'HOURLY' ELSE ['bi-weekly', 'MONTHLY'][1 + n % 2] END
            AS pay_rate_period,
        CASE WHEN pay_rate_amount IS NOT NULL AND hourly THEN 40::DECIMAL(14, 2) END AS hours_per_week,
        CASE WHEN found THEN coalesce(pay_rate_amount * 26, 48000)::DECIMAL(14, 2) END AS annual_gross,
        60000::DECIMAL(14, 2) AS stated_annual_income, CASE WHEN found THEN day - 5 END AS document_date,
        t AS ordered_at, CASE WHEN found THEN t + INTERVAL 5 MINUTE END AS verified_at,
        t + INTERVAL 6 MINUTE AS delivered_at, CASE WHEN found THEN md5(k || 't') END AS transaction_id,
        (pay_rate_amount * 4)::DECIMAL(14, 2) AS ytd_gross, (pay_rate_amount * 3)::DECIMAL(14, 2) AS ytd_net,
        CASE WHEN pay_rate_amount IS NOT NULL THEN day - 5 END AS paystub_pay_date,
        CASE WHEN pay_rate_amount IS NOT NULL THEN 'completed' END AS paystub_status,
        CASE WHEN found AND vendor = 'bank_view' THEN 4000::DECIMAL(14, 2) END AS bank_recurring_deposit_monthly,
        CASE WHEN found AND vendor = 'bank_view' THEN 0::DECIMAL(14, 2) END AS bank_tax_refund_amount, FALSE AS is_joint
    FROM said
    """
)
_INCOME_VERIFICATION = _sql(
    """
    WITH said AS (SELECT *, part('s', k) < 0.75 AS found,
        ['hourly', 'biweekly', 'weekly', 'monthly'][1 + n % 4] AS pay_period FROM rows)
    SELECT md5(k) AS verification_id, k AS application_id, t AS ordered_at,
        ['bank_view', 'payroll_hub', 'employer_db', 'doc_desk'][1 + n // 4 % 4] AS vendor, pay_period,
        (CASE WHEN pay_period = 'hourly' THEN 25 ELSE 2000 END)::DECIMAL(14, 2) AS pay_amount,
        CASE WHEN pay_period = 'hourly' THEN (20 + n % 24)::DECIMAL(5, 2) END AS hours_per_week,
        CASE WHEN found THEN (30000 + 10 * n)::DECIMAL(14, 2) END AS verified_annual_income,
        CASE WHEN found THEN (8000 + n)::DECIMAL(14, 2) END AS ytd_gross, day - 5 AS paystub_pay_date
    FROM said
    """
)
_DTI_JOIN = _sql(
    f"""
    WITH owed AS (
        SELECT *, (600 + 900 * part('h', k))::DECIMAL(14, 2) AS housing_payment,
            CASE WHEN part('m', k) > 0.1 THEN (25 + 900 * part('r', k))::DECIMAL(14, 2) END AS rev_min_payment,
            (1000 * part('i', k) ** 4)::DECIMAL(14, 2) AS inst_payment,
            (2200 + 3000 * part('e', k))::DECIMAL(14, 2) AS gross_monthly_income, part('v', k) < 0.7 AS found
        FROM rows
    ), divided AS (
        SELECT *, (100 * housing_payment / gross_monthly_income)::DECIMAL(7, 2) AS dti_front,
            (100 * (housing_payment + rev_min_payment + inst_payment) / gross_monthly_income)::DECIMAL(7, 2) AS dti_back
        FROM owed
    )
    SELECT k AS application_id, {_NEXT_SIX} AS feature_asof_ts, gross_monthly_income,
        CASE WHEN found THEN 'verified' ELSE 'stated' END AS income_basis, housing_payment, rev_min_payment, inst_payment,
        400::DECIMAL(14, 2) AS proposed_payment, dti_front, dti_back, (dti_back + 9)::DECIMAL(7, 2) AS dti_back_post,
        CASE WHEN dti_back IS NULL THEN 'component_missing' ELSE 'ok' END AS dti_reason,
        ['EFX', 'EXP', 'TUC'][1 + n % 3] AS bureau, CASE WHEN n % 50 > 0 THEN md5(k || 'p') END AS bureau_pull_id,
        t AS bureau_available_at, CASE WHEN found THEN md5(k) END AS verification_id,
        CASE WHEN found THEN t END AS income_available_at
    FROM divided
    """
)
_FEATURE_VECTOR = _sql(
    f"""
    SELECT k AS application_id, md5(k || '|fv-2026.1') AS snapshot_id, 'fv-2026.1' AS feature_version,
        {_NEXT_SIX} AS feature_asof_ts, ['web', 'mobile', 'partner', 'branch'][1 + n % 4] AS channel,
        ['CA', 'TX', 'AL'][1 + n % 3] AS state, (5000 + 25 * (n % 400))::DECIMAL(14, 2) AS requested_amount,
        ['EFX', 'EXP', 'TUC'][1 + n % 3] AS bureau,
        CASE WHEN n % 20 > 0 THEN (500 + 300 * part('s', k))::INTEGER END AS score_value,
        CASE WHEN n % 20 > 0 THEN 'ok' ELSE 'not_computable' END AS score_reason, (n % 6)::INTEGER AS inq_6m_value,
        (100 * part('u', k))::INTEGER AS rev_util_value, 52000::DECIMAL(14, 2) AS annual_income,
        CASE WHEN part('v', k) < 0.7 THEN 'verified' ELSE 'stated' END AS income_basis, FALSE AS income_imputed,
        20::DECIMAL(7, 2) AS dti_front, (20 + 40 * part('d', k))::DECIMAL(7, 2) AS dti_back,
        (30 + 40 * part('d', k))::DECIMAL(7, 2) AS dti_back_post, 'ok' AS dti_reason, t AS bureau_available_at,
        CASE WHEN part('v', k) < 0.7 THEN t END AS income_available_at
    FROM rows
    """
)
_DECISIONS = _sql(
    f"""
    WITH scored AS (
        SELECT *, CASE WHEN n % 20 > 0 THEN 0.4 * part('p', k) ** 2 END AS pd,
            CASE WHEN n % 20 = 0 THEN 'unscorable' WHEN n % 5 = 0 THEN 'score_below_floor' END AS rules
        FROM rows
    ), decided AS (
        SELECT *,
            CASE WHEN pd IS NULL THEN 'refer' WHEN pd < 0.075 AND rules IS NULL THEN 'approve' ELSE 'decline' END AS decision
        FROM scored
    )
    SELECT md5(k || 'd')::UUID::VARCHAR AS decision_id, k AS application_id, {_NEXT_SIX} + to_seconds(20 * n) AS decided_at,
        'model' AS mode, '4.2.0' AS model_version, md5(k || '|fv-2026.1') AS feature_snapshot_id,
        'fv-2026.1' AS feature_version, pd, 0.075 AS cutoff_value, rules AS policy_rules_fired, decision,
        CASE WHEN decision = 'decline' THEN ['income_low', 'credit_score_low'][1 + n % 2] END AS reason_code_1,
        CASE WHEN decision = 'decline' THEN 'recent_inquiries' END AS reason_code_2, NULL::VARCHAR AS reason_code_3,
        NULL::VARCHAR AS reason_code_4, CASE WHEN decision = 'approve' THEN 9000::DECIMAL(14, 2) END AS offered_amount,
        CASE WHEN decision = 'approve' THEN 12.5::DECIMAL(5, 2) END AS offered_apr, (120 + n % 90)::INTEGER AS latency_ms,
        {_NEXT_SIX} + INTERVAL 30 DAY AS notice_due_at, {_NEXT_SIX} + INTERVAL 1 DAY AS notice_sent_at
    FROM decided
    """
)
_OUTCOMES = _sql(
    """
    SELECT md5(k || 'l') AS loan_id, k AS application_id, strftime(day - to_months((n % 6 + 1)), '%Y-%m') AS vintage,
        (n % 6 + 1)::INTEGER AS mob, 0::INTEGER AS dpd
    FROM rows
    """
)

_MAKERS: dict[str, Callable[[date, int], pa.Table]] = {
    "applications": _APPLICATIONS,
    "bureau_pulls": _bureau_pulls,
    "income_verifications": _INCOME_VERIFICATIONS,
    "decisions": _DECISIONS,
    "outcomes": _OUTCOMES,
    "bureau_pull": _bureau_pull,
    "income_verification": _INCOME_VERIFICATION,
    "dti_join": _DTI_JOIN,
    "feature_vector": _FEATURE_VECTOR,
}


@pytest.fixture(scope="session")
def tables() -> Tables:
    """The clean table of a name on a day, or the day before: `tables("bureau_pulls", days_ago=1)`."""
    made: dict[tuple[str, int], pa.Table] = {}

    def table(name: str, *, days_ago: int = 0) -> pa.Table:
        if (name, days_ago) not in made:
            made[name, days_ago] = _MAKERS[name](DAY - timedelta(days=days_ago), ROWS)
        return made[name, days_ago]

    return table


@pytest.fixture(scope="session")
def plant(tables: Tables) -> Plant:
    """The faulty twin of the fault's own small table: `plant(fault, strength=3)`; the same question is answered once."""
    made: dict[str, pa.Table] = {}

    def planted(fault: Fault, **options: Any) -> pa.Table:
        question = f"{fault.name} {options}"
        if question not in made:
            before = tables(fault.table, days_ago=1) if fault.needs_previous else None
            made[question] = plant_table(fault, tables(fault.table), day=DAY, previous=before, **options)
        return made[question]

    return planted
