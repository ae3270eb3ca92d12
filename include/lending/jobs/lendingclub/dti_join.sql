-- Debt-to-income at issue. The monthly debts themselves are not published, only the ratio `dti` (without housing and without
-- this loan), so this adds what can be computed: the new instalment and the revolving minimum against the income, in percent.

CREATE TEMP MACRO percent_of(payment, income) AS
    CASE WHEN 100 * payment / nullif(income, 0) > 300 THEN 300 ELSE round(100 * payment / nullif(income, 0), 2) END::DECIMAL(7, 2);

-- Written out, because greatest() passes over NULL and would turn an unknown balance into 25 dollars.
CREATE TEMP MACRO minimum_payment(balance) AS
    CASE WHEN balance = 0 THEN 0 WHEN 0.03 * balance < 25 THEN 25 ELSE 0.03 * balance END::DECIMAL(14, 2);

WITH usable_incomes AS (
    SELECT * FROM income_verification WHERE annual_inc IS NOT NULL
),

joined AS (
    SELECT
        application.application_id,
        application.issue_d,
        application.installment,
        application.dti,
        minimum_payment(pull.revol_bal) AS rev_min_payment,
        pull.issue_d AS bureau_issue_d,
        income.issue_d AS income_issue_d,
        round(income.annual_inc / 12, 2)::DECIMAL(14, 2) AS gross_monthly_income,
        CASE
            WHEN income.verification_status IN ('verified', 'source_verified') THEN 'verified'
            WHEN income.annual_inc IS NOT NULL THEN 'stated'
            ELSE 'none'
        END AS income_basis
    FROM application_intake AS application
    ASOF LEFT JOIN bureau_pull AS pull
        ON application.application_id = pull.application_id AND application.issue_d >= pull.issue_d
    ASOF LEFT JOIN usable_incomes AS income
        ON application.application_id = income.application_id AND application.issue_d >= income.issue_d
)

SELECT
    application_id,
    issue_d,
    gross_monthly_income,
    income_basis,
    installment,
    rev_min_payment,
    dti,
    percent_of(installment, gross_monthly_income) AS payment_to_income,
    percent_of(rev_min_payment, gross_monthly_income) AS rev_min_to_income,
    (dti + percent_of(installment, gross_monthly_income))::DECIMAL(7, 2) AS dti_with_loan,
    CASE
        WHEN gross_monthly_income IS NULL THEN 'no_income'
        WHEN gross_monthly_income <= 0 THEN 'zero_income'
        WHEN installment IS NULL OR rev_min_payment IS NULL OR dti IS NULL THEN 'component_missing'
        WHEN 100 * installment / gross_monthly_income > 300 OR 100 * rev_min_payment / gross_monthly_income > 300 THEN 'capped'
        ELSE 'ok'
    END AS dti_reason,
    'published_ratio_without_housing_v1' AS dti_definition,
    bureau_issue_d,
    income_issue_d
FROM joined
