-- One row per verification: amounts parsed, words mapped, income annualised from pay and period. A repeated message counts once,
-- its latest form. The vendor's own annual figure stays beside ours, so that anybody can recompute the one from the other.

CREATE TEMP TABLE promised (
    id VARCHAR, reference VARCHAR, consumer_key VARCHAR, vendor VARCHAR, method VARCHAR, status VARCHAR,
    employment_status VARCHAR, employment_hire_date VARCHAR, pay_rate_amount VARCHAR, pay_rate_currency VARCHAR,
    pay_rate_period VARCHAR, hours_per_week VARCHAR, annual_gross VARCHAR, stated_annual_income VARCHAR,
    document_date VARCHAR, ordered_at VARCHAR, verified_at VARCHAR, delivered_at VARCHAR, employer_key VARCHAR,
    transaction_id VARCHAR, employment_termination_date VARCHAR, ytd_gross VARCHAR, ytd_net VARCHAR,
    paystub_pay_date VARCHAR, paystub_status VARCHAR, bank_months_observed VARCHAR,
    bank_recurring_deposit_monthly VARCHAR, bank_tax_refund_amount VARCHAR, is_joint VARCHAR
);

-- "1607.63" and "1,607.63"; anything else, such as "1.607,63", stays empty rather than being guessed.
CREATE TEMP MACRO amount_of(delivered) AS CASE
    WHEN regexp_full_match(trim(delivered), '-?\d{1,3}(,\d{3})+(\.\d+)?')
        THEN TRY_CAST(replace(trim(delivered), ',', '') AS DECIMAL(14, 2))
    ELSE TRY_CAST(trim(delivered) AS DECIMAL(14, 2))
END;

CREATE TEMP MACRO word_of(delivered) AS lower(regexp_replace(trim(delivered), '[\s_-]+', '_', 'g'));

-- A word in no list passes through, in its own spelling, for the gate to find.
CREATE TEMP MACRO period_of(delivered) AS CASE
    WHEN word_of(delivered) IN ('hourly', 'hour') THEN 'hourly'
    WHEN word_of(delivered) IN ('weekly', 'week', 'every_week') THEN 'weekly'
    WHEN word_of(delivered) IN ('biweekly', 'bi_weekly', 'every_two_weeks') THEN 'biweekly'
    WHEN word_of(delivered) IN ('semimonthly', 'semi_monthly', 'twice_a_month') THEN 'semimonthly'
    WHEN word_of(delivered) IN ('monthly', 'month', 'every_month') THEN 'monthly'
    WHEN word_of(delivered) IN ('annual', 'annually', 'yearly', 'year') THEN 'annual'
    ELSE delivered
END;

CREATE TEMP MACRO status_of(delivered) AS CASE word_of(delivered)
    WHEN 'completed' THEN 'verified'
    WHEN 'unable_to_verify' THEN 'unable'
    WHEN 'in_progress' THEN 'pending'
    ELSE word_of(delivered)
END;

-- Hours are never assumed: forty for everybody would double the income of part-timers.
CREATE TEMP MACRO periods_per_year(period, hours) AS CASE period
    WHEN 'hourly' THEN hours * 52
    WHEN 'weekly' THEN 52
    WHEN 'biweekly' THEN 26
    WHEN 'semimonthly' THEN 24
    WHEN 'monthly' THEN 12
    WHEN 'annual' THEN 1
END;

WITH kept AS (
    SELECT *
    FROM records
    QUALIFY id IS NULL OR row_number() OVER (PARTITION BY id ORDER BY delivered_at DESC, status, annual_gross) = 1
),

typed AS (
    SELECT
        * REPLACE (amount_of(hours_per_week) AS hours_per_week, amount_of(annual_gross) AS annual_gross),
        status_of(status) AS verification_status,
        amount_of(pay_rate_amount) AS pay_amount,
        period_of(pay_rate_period) AS pay_period
    FROM kept
)

SELECT
    lower(nullif(trim(id), '')) AS verification_id,
    lower(nullif(trim(reference), '')) AS application_id,
    lower(nullif(trim(consumer_key), '')) AS consumer_key,
    lower(trim(vendor)) AS vendor,
    lower(trim(method)) AS method,
    verification_status AS status,
    transaction_id,
    word_of(employment_status) AS employment_status,
    employer_key,
    TRY_CAST(employment_hire_date AS DATE) AS hire_date,
    TRY_CAST(employment_termination_date AS DATE) AS termination_date,
    pay_amount,
    upper(trim(pay_rate_currency)) AS currency,
    pay_period,
    hours_per_week::DECIMAL(5, 2) AS hours_per_week,
    CASE
        WHEN verification_status <> 'verified' THEN NULL
        WHEN pay_rate_amount IS NULL THEN annual_gross -- bank data has no pay, only the vendor's estimate of a year
        ELSE pay_amount * periods_per_year(pay_period, hours_per_week)
    END::DECIMAL(14, 2) AS verified_annual_income,
    annual_gross AS vendor_annual_income,
    amount_of(stated_annual_income) AS stated_annual_income,
    amount_of(ytd_gross) AS ytd_gross,
    amount_of(ytd_net) AS ytd_net,
    TRY_CAST(paystub_pay_date AS DATE) AS paystub_pay_date,
    word_of(paystub_status) AS paystub_status,
    TRY_CAST(bank_months_observed AS INTEGER) AS bank_months_observed,
    amount_of(bank_recurring_deposit_monthly) AS bank_recurring_deposit_monthly,
    amount_of(bank_tax_refund_amount) AS bank_tax_refund_amount,
    TRY_CAST(is_joint AS BOOLEAN) AS is_joint,
    TRY_CAST(document_date AS DATE) AS income_source_doc_date,
    TRY_CAST(ordered_at AS TIMESTAMPTZ) AS ordered_at,
    (TRY_CAST(ordered_at AS TIMESTAMPTZ) AT TIME ZONE 'America/New_York')::DATE AS business_date,
    TRY_CAST(verified_at AS TIMESTAMPTZ) AS verified_at,
    TRY_CAST(delivered_at AS TIMESTAMPTZ) AS available_at
    /* :additions */
FROM typed
