-- One row per application and bureau: repeated requests within ten minutes are one pull. Every attribute becomes a value, NULL
-- unless it is an ordinary number, and the reason. The table `codes` has, per bureau and kind of attribute, the reserved numbers
-- by cause.

CREATE TEMP TABLE promised (
    pull_id VARCHAR, application_id VARCHAR, consumer_key VARCHAR, product_code VARCHAR, pull_type VARCHAR,
    permissible_purpose VARCHAR, requested_at VARCHAR, responded_at VARCHAR, received_at VARCHAR, hit_status VARCHAR,
    file_date VARCHAR, score_model VARCHAR, score_raw VARCHAR, rev_util VARCHAR, rev_balance VARCHAR, rev_limit VARCHAR,
    inst_payment VARCHAR, monthly_obligation VARCHAR, mtg_balance VARCHAR, trades_total VARCHAR, trades_open VARCHAR,
    mths_oldest_trade VARCHAR, mths_newest_trade VARCHAR, mths_since_30dpd VARCHAR, num_30dpd_12m VARCHAR, inq_6m VARCHAR,
    inq_12m VARCHAR, bankruptcies VARCHAR, product_version VARCHAR, frozen_flag VARCHAR, dispute_flag VARCHAR,
    input_state VARCHAR, file_state VARCHAR, input_birth_decade VARCHAR, file_birth_decade VARCHAR,
    trades_opened_6m VARCHAR, trades_opened_12m VARCHAR, trades_opened_24m VARCHAR, num_90dpd_24m VARCHAR,
    mths_since_inq VARCHAR, collections_unpaid_amt VARCHAR, inst_balance VARCHAR, auto_balance VARCHAR,
    student_balance VARCHAR, trend_util_avg_12m VARCHAR, trend_full_payer_share_24m VARCHAR, trend_rev_balance_6m_ago VARCHAR
);

-- NULL where the vendor delivered nothing and gave no cause: a reason is never invented.
CREATE TEMP MACRO reason_of(delivered, special, hit_status, score) AS CASE
    WHEN hit_status = 'no_hit' THEN 'no_hit'
    WHEN hit_status IN ('timeout', 'error') THEN 'vendor_error'
    WHEN TRY_CAST(score AS INTEGER) = 9001 THEN 'deceased'
    WHEN TRY_CAST(delivered AS INTEGER) IS NULL THEN NULL
    WHEN TRY_CAST(delivered AS INTEGER) = special.no_trades_of_type THEN 'no_trades_of_type'
    WHEN TRY_CAST(delivered AS INTEGER) = special.none_recent THEN 'none_recent'
    WHEN TRY_CAST(delivered AS INTEGER) = special.not_computable THEN 'not_computable'
    WHEN TRY_CAST(delivered AS INTEGER) = special.vendor_error THEN 'vendor_error'
    ELSE 'ok' -- a number in no table of codes stays a number, for the range check to find
END;

CREATE TEMP MACRO value_of(delivered, special, hit_status, score) AS
    CASE WHEN reason_of(delivered, special, hit_status, score) = 'ok' THEN TRY_CAST(delivered AS INTEGER) END;

CREATE TEMP MACRO score_reason_of(score, hit_status) AS CASE TRY_CAST(score AS INTEGER)
    WHEN 9000 THEN 'no_hit'
    WHEN 9001 THEN 'deceased'
    WHEN 9002 THEN 'not_computable'
    WHEN 9003 THEN 'none_recent'
    ELSE CASE
        WHEN hit_status IN ('timeout', 'error') THEN 'vendor_error'
        WHEN TRY_CAST(score AS INTEGER) IS NOT NULL THEN 'ok'
    END
END;

WITH responses AS (
    SELECT *, sha256(to_json(response)) AS response_sha256
    FROM (SELECT * EXCLUDE (file_rows_declared, file_rows_read) FROM records) AS response
),

attempts AS (
    SELECT
        * REPLACE (lower(nullif(trim(application_id), '')) AS application_id, lower(trim(hit_status)) AS hit_status),
        TRY_CAST(requested_at AS TIMESTAMPTZ) AS asked_at
    FROM responses
),

gaps AS (
    SELECT *, asked_at - lag(asked_at) OVER attempts_in_order > INTERVAL 10 MINUTE AS is_new_pull
    FROM attempts
    WINDOW attempts_in_order AS (PARTITION BY application_id, delivered_file ORDER BY asked_at, pull_id)
),

pulls AS (
    SELECT *, count(*) FILTER (is_new_pull) OVER attempts_in_order AS pull_number
    FROM gaps
    WINDOW attempts_in_order AS (PARTITION BY application_id, delivered_file ORDER BY asked_at, pull_id)
),

kept AS (
    SELECT *
    FROM pulls
    QUALIFY application_id IS NULL OR row_number() OVER (
        PARTITION BY application_id, delivered_file, pull_number
        ORDER BY hit_status IN ('timeout', 'error'), TRY_CAST(responded_at AS TIMESTAMPTZ) DESC NULLS LAST, pull_id
    ) = 1
),

files AS (
    SELECT delivered_file, any_value(file_rows_declared) AS file_rows_declared, any_value(file_rows_read) AS file_rows_read
    FROM records
    GROUP BY delivered_file
)

SELECT
    application_id,
    pull_id,
    lower(nullif(trim(consumer_key), '')) AS consumer_key,
    delivered_file AS bureau,
    product_code,
    product_version,
    pull_type,
    permissible_purpose,
    asked_at AS requested_at,
    (asked_at AT TIME ZONE 'America/New_York')::DATE AS business_date,
    TRY_CAST(responded_at AS TIMESTAMPTZ) AS responded_at,
    TRY_CAST(received_at AS TIMESTAMPTZ) AS available_at,
    hit_status,
    TRY_CAST(file_date AS DATE) AS file_date,
    TRY_CAST(frozen_flag AS BOOLEAN) AS frozen_flag,
    TRY_CAST(dispute_flag AS BOOLEAN) AS dispute_flag,
    upper(trim(input_state)) AS input_state,
    upper(trim(file_state)) AS file_state,
    TRY_CAST(input_birth_decade AS INTEGER) AS input_birth_decade,
    TRY_CAST(file_birth_decade AS INTEGER) AS file_birth_decade,
    score_model,
    TRY_CAST(score_raw AS INTEGER) AS score_raw,
    CASE WHEN score_reason_of(score_raw, hit_status) = 'ok' THEN TRY_CAST(score_raw AS INTEGER) END AS score_value,
    score_reason_of(score_raw, hit_status) AS score_reason,
    value_of(rev_util, special_percent, hit_status, score_raw) AS rev_util_value,
    reason_of(rev_util, special_percent, hit_status, score_raw) AS rev_util_reason,
    value_of(rev_balance, special_usd, hit_status, score_raw) AS rev_balance_value,
    reason_of(rev_balance, special_usd, hit_status, score_raw) AS rev_balance_reason,
    value_of(rev_limit, special_usd, hit_status, score_raw) AS rev_limit_value,
    reason_of(rev_limit, special_usd, hit_status, score_raw) AS rev_limit_reason,
    value_of(inst_payment, special_usd_monthly, hit_status, score_raw) AS inst_payment_value,
    reason_of(inst_payment, special_usd_monthly, hit_status, score_raw) AS inst_payment_reason,
    value_of(monthly_obligation, special_usd_monthly, hit_status, score_raw) AS monthly_obligation_value,
    reason_of(monthly_obligation, special_usd_monthly, hit_status, score_raw) AS monthly_obligation_reason,
    value_of(mtg_balance, special_usd, hit_status, score_raw) AS mtg_balance_value,
    reason_of(mtg_balance, special_usd, hit_status, score_raw) AS mtg_balance_reason,
    value_of(trades_total, special_count, hit_status, score_raw) AS trades_total_value,
    reason_of(trades_total, special_count, hit_status, score_raw) AS trades_total_reason,
    value_of(trades_open, special_count, hit_status, score_raw) AS trades_open_value,
    reason_of(trades_open, special_count, hit_status, score_raw) AS trades_open_reason,
    value_of(mths_oldest_trade, special_months, hit_status, score_raw) AS mths_oldest_trade_value,
    reason_of(mths_oldest_trade, special_months, hit_status, score_raw) AS mths_oldest_trade_reason,
    value_of(mths_newest_trade, special_months, hit_status, score_raw) AS mths_newest_trade_value,
    reason_of(mths_newest_trade, special_months, hit_status, score_raw) AS mths_newest_trade_reason,
    value_of(mths_since_30dpd, special_months, hit_status, score_raw) AS mths_since_30dpd_value,
    reason_of(mths_since_30dpd, special_months, hit_status, score_raw) AS mths_since_30dpd_reason,
    value_of(num_30dpd_12m, special_count, hit_status, score_raw) AS num_30dpd_12m_value,
    reason_of(num_30dpd_12m, special_count, hit_status, score_raw) AS num_30dpd_12m_reason,
    value_of(inq_6m, special_count, hit_status, score_raw) AS inq_6m_value,
    reason_of(inq_6m, special_count, hit_status, score_raw) AS inq_6m_reason,
    value_of(inq_12m, special_count, hit_status, score_raw) AS inq_12m_value,
    reason_of(inq_12m, special_count, hit_status, score_raw) AS inq_12m_reason,
    value_of(bankruptcies, special_count, hit_status, score_raw) AS bankruptcies_value,
    reason_of(bankruptcies, special_count, hit_status, score_raw) AS bankruptcies_reason,
    value_of(trades_opened_6m, special_count, hit_status, score_raw) AS trades_opened_6m_value,
    reason_of(trades_opened_6m, special_count, hit_status, score_raw) AS trades_opened_6m_reason,
    value_of(trades_opened_12m, special_count, hit_status, score_raw) AS trades_opened_12m_value,
    reason_of(trades_opened_12m, special_count, hit_status, score_raw) AS trades_opened_12m_reason,
    value_of(trades_opened_24m, special_count, hit_status, score_raw) AS trades_opened_24m_value,
    reason_of(trades_opened_24m, special_count, hit_status, score_raw) AS trades_opened_24m_reason,
    value_of(num_90dpd_24m, special_count, hit_status, score_raw) AS num_90dpd_24m_value,
    reason_of(num_90dpd_24m, special_count, hit_status, score_raw) AS num_90dpd_24m_reason,
    value_of(mths_since_inq, special_months, hit_status, score_raw) AS mths_since_inq_value,
    reason_of(mths_since_inq, special_months, hit_status, score_raw) AS mths_since_inq_reason,
    value_of(collections_unpaid_amt, special_usd, hit_status, score_raw) AS collections_unpaid_amt_value,
    reason_of(collections_unpaid_amt, special_usd, hit_status, score_raw) AS collections_unpaid_amt_reason,
    value_of(inst_balance, special_usd, hit_status, score_raw) AS inst_balance_value,
    reason_of(inst_balance, special_usd, hit_status, score_raw) AS inst_balance_reason,
    value_of(auto_balance, special_usd, hit_status, score_raw) AS auto_balance_value,
    reason_of(auto_balance, special_usd, hit_status, score_raw) AS auto_balance_reason,
    value_of(student_balance, special_usd, hit_status, score_raw) AS student_balance_value,
    reason_of(student_balance, special_usd, hit_status, score_raw) AS student_balance_reason,
    value_of(trend_util_avg_12m, special_percent, hit_status, score_raw) AS trend_util_avg_12m_value,
    reason_of(trend_util_avg_12m, special_percent, hit_status, score_raw) AS trend_util_avg_12m_reason,
    value_of(trend_full_payer_share_24m, special_percent, hit_status, score_raw) AS trend_full_payer_share_24m_value,
    reason_of(trend_full_payer_share_24m, special_percent, hit_status, score_raw) AS trend_full_payer_share_24m_reason,
    value_of(trend_rev_balance_6m_ago, special_usd, hit_status, score_raw) AS trend_rev_balance_6m_ago_value,
    reason_of(trend_rev_balance_6m_ago, special_usd, hit_status, score_raw) AS trend_rev_balance_6m_ago_reason,
    CASE WHEN hit_status NOT IN ('timeout', 'error') THEN response_sha256 END AS payload_sha256,
    file_rows_declared,
    file_rows_read
    /* :additions */
FROM kept
JOIN files USING (delivered_file)
LEFT JOIN codes USING (delivered_file)
