-- One row per application, with what was available at its decision time and nothing later. A component that is not known is NULL
-- and named as missing; it is never summed as zero. All debts are per month in USD, the ratios in percent.

-- Known not to exist is zero; not known is NULL.
CREATE TEMP MACRO debt_of(value, reason) AS CASE WHEN reason = 'ok' THEN value WHEN reason = 'no_trades_of_type' THEN 0 END;

-- Revolving accounts report balances; lenders assume a minimum payment of 3%, at least 25 dollars.
-- Written out, because greatest() and least() pass over NULL and would turn an unknown balance into 25 dollars.
CREATE TEMP MACRO minimum_payment(balance) AS
    CASE WHEN balance = 0 THEN 0 WHEN 0.03 * balance < 25 THEN 25 ELSE 0.03 * balance END::DECIMAL(14, 2);

-- What the loan itself would cost a month: equal payments at 14 % a year, whatever rate is offered later.
CREATE TEMP MACRO payment_of(amount, months) AS round(amount * (0.14 / 12) / (1 - (1 + 0.14 / 12) ** -months), 2)::DECIMAL(14, 2);

CREATE TEMP MACRO percent_of(payment, income) AS
    CASE WHEN 100 * payment / nullif(income, 0) > 300 THEN 300 ELSE round(100 * payment / nullif(income, 0), 2) END::DECIMAL(7, 2);

WITH usable_pulls AS (
    SELECT *
    FROM bureau_pull
    WHERE hit_status NOT IN ('timeout', 'error')
    QUALIFY row_number() OVER (PARTITION BY application_id, available_at ORDER BY pull_id) = 1
),

usable_incomes AS (
    SELECT *
    FROM income_verification
    WHERE status = 'verified' AND verified_annual_income IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY application_id, available_at ORDER BY verification_id) = 1
),

joined AS (
    SELECT
        application.application_id,
        application.decision_at,
        application.stated_annual_income,
        application.housing_payment_stated AS housing_payment,
        payment_of(application.requested_amount, application.term_months) AS proposed_payment,
        minimum_payment(debt_of(pull.rev_balance_value, pull.rev_balance_reason)) AS rev_min_payment,
        debt_of(pull.inst_payment_value, pull.inst_payment_reason)::DECIMAL(14, 2) AS inst_payment,
        pull.bureau,
        pull.hit_status AS bureau_hit_status,
        pull.rev_balance_reason,
        pull.inst_payment_reason,
        pull.pull_id AS bureau_pull_id,
        pull.available_at AS bureau_available_at,
        pull.file_date AS obligations_as_of,
        income.verification_id,
        income.available_at AS income_available_at,
        income.verified_annual_income
    FROM application_intake AS application
    ASOF LEFT JOIN usable_pulls AS pull
        ON application.application_id = pull.application_id AND application.decision_at >= pull.available_at
    ASOF LEFT JOIN usable_incomes AS income
        ON application.application_id = income.application_id AND application.decision_at >= income.available_at
),

incomes AS (
    SELECT
        *,
        CASE WHEN verification_id IS NOT NULL THEN 'verified' WHEN stated_annual_income IS NOT NULL THEN 'stated' ELSE 'none' END
            AS income_basis,
        coalesce(verified_annual_income, stated_annual_income)::DECIMAL(14, 2) AS annual_income,
        round(coalesce(verified_annual_income, stated_annual_income) / 12, 2)::DECIMAL(14, 2) AS gross_monthly_income,
        housing_payment + rev_min_payment + inst_payment AS payments -- NULL as soon as one of them is
    FROM joined
)

SELECT
    application_id,
    decision_at AS feature_asof_ts,
    annual_income,
    gross_monthly_income,
    income_basis,
    housing_payment,
    rev_min_payment,
    rev_balance_reason,
    inst_payment,
    inst_payment_reason,
    proposed_payment,
    percent_of(housing_payment, gross_monthly_income) AS dti_front,
    percent_of(payments, gross_monthly_income) AS dti_back,
    percent_of(payments + proposed_payment, gross_monthly_income) AS dti_back_post,
    CASE
        WHEN gross_monthly_income IS NULL THEN 'no_income'
        WHEN gross_monthly_income <= 0 THEN 'zero_income'
        WHEN payments IS NULL THEN 'component_missing'
        WHEN 100 * payments / gross_monthly_income > 300 THEN 'capped'
        ELSE 'ok'
    END AS dti_reason,
    'housing_and_reported_debts_before_loan_v1' AS dti_definition,
    bureau,
    bureau_pull_id,
    bureau_hit_status,
    bureau_available_at,
    obligations_as_of,
    verification_id,
    income_available_at
FROM incomes
