-- The intake export's fields, normalised. One row per delivered row: rows of another day or with broken keys are the gate's to
-- judge.

CREATE TEMP TABLE promised (
    application_id VARCHAR, consumer_key VARCHAR, submitted_at VARCHAR, channel VARCHAR, product VARCHAR,
    requested_amount VARCHAR, term VARCHAR, purpose VARCHAR, state VARCHAR, tenure VARCHAR, employment_status VARCHAR,
    stated_annual_income VARCHAR, housing_payment_stated VARCHAR, co_applicant VARCHAR, campaign_id VARCHAR
);

-- Decisions open at six in the morning after the day on which the applicant, by the lender's clock, applied.
CREATE TEMP MACRO business_date(moment) AS (moment AT TIME ZONE 'America/New_York')::DATE;
CREATE TEMP MACRO decision_at(moment) AS (business_date(moment) + 1 + TIME '06:00') AT TIME ZONE 'America/New_York';

SELECT
    lower(nullif(trim(application_id), '')) AS application_id,
    lower(nullif(trim(consumer_key), '')) AS consumer_key,
    TRY_CAST(submitted_at AS TIMESTAMPTZ) AS submitted_at,
    business_date(TRY_CAST(submitted_at AS TIMESTAMPTZ)) AS business_date,
    decision_at(TRY_CAST(submitted_at AS TIMESTAMPTZ)) AS decision_at,
    lower(trim(channel)) AS channel,
    nullif(trim(campaign_id), '') AS campaign_id,
    lower(trim(product)) AS product,
    TRY_CAST(requested_amount AS DECIMAL(14, 2)) AS requested_amount,
    TRY_CAST(regexp_extract(term, '^\s*(\d+)\s*(months?)?\s*$', 1) AS INTEGER) AS term_months,
    lower(trim(purpose)) AS purpose,
    upper(trim(state)) AS state,
    lower(trim(tenure)) AS tenure,
    lower(trim(employment_status)) AS employment_status,
    TRY_CAST(stated_annual_income AS DECIMAL(14, 2)) AS stated_annual_income,
    TRY_CAST(housing_payment_stated AS DECIMAL(14, 2)) AS housing_payment_stated,
    TRY_CAST(co_applicant AS BOOLEAN) AS co_applicant
    /* :additions */
FROM records
