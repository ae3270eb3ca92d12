-- Decisioning's export, typed. One row per logged decision, whatever it decided: two for one application are the gate's to find.

CREATE TEMP TABLE promised (
    decision_id VARCHAR, application_id VARCHAR, decided_at VARCHAR, mode VARCHAR, model_name VARCHAR, model_version VARCHAR,
    feature_snapshot_id VARCHAR, feature_version VARCHAR, bureau_score VARCHAR, pd VARCHAR, score_band VARCHAR,
    cutoff_version VARCHAR, cutoff_value VARCHAR, policy_rules_fired VARCHAR, decision VARCHAR, reason_code_1 VARCHAR,
    reason_code_2 VARCHAR, reason_code_3 VARCHAR, reason_code_4 VARCHAR, offered_amount VARCHAR, offered_apr VARCHAR,
    latency_ms VARCHAR, override_flag VARCHAR, notice_due_at VARCHAR, notice_sent_at VARCHAR
);

-- Decisions are made on the morning after the business day on which people applied.
CREATE TEMP MACRO business_date(moment) AS (moment AT TIME ZONE 'America/New_York')::DATE - 1;

SELECT
    lower(nullif(trim(decision_id), '')) AS decision_id,
    lower(nullif(trim(application_id), '')) AS application_id,
    TRY_CAST(decided_at AS TIMESTAMPTZ) AS decided_at,
    business_date(TRY_CAST(decided_at AS TIMESTAMPTZ)) AS business_date,
    lower(trim(mode)) AS mode,
    model_name,
    model_version,
    lower(trim(feature_snapshot_id)) AS feature_snapshot_id,
    feature_version,
    TRY_CAST(bureau_score AS INTEGER) AS bureau_score,
    TRY_CAST(pd AS DECIMAL(9, 6)) AS pd,
    score_band,
    cutoff_version,
    TRY_CAST(cutoff_value AS DECIMAL(9, 6)) AS cutoff_value,
    policy_rules_fired,
    lower(trim(decision)) AS decision,
    reason_code_1,
    reason_code_2,
    reason_code_3,
    reason_code_4,
    TRY_CAST(offered_amount AS DECIMAL(14, 2)) AS offered_amount,
    TRY_CAST(offered_apr AS DECIMAL(5, 2)) AS offered_apr,
    TRY_CAST(latency_ms AS INTEGER) AS latency_ms,
    TRY_CAST(override_flag AS BOOLEAN) AS override_flag,
    TRY_CAST(notice_due_at AS TIMESTAMPTZ) AS notice_due_at,
    TRY_CAST(notice_sent_at AS TIMESTAMPTZ) AS notice_sent_at
    /* :additions */
FROM records
