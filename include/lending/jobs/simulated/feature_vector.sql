-- One row per application with everything that the model and the policy read, as of its decision time. The reports and incomes are
-- those that the debt-to-income join chose, so that one decision rests on one report. What is not known is NULL and never filled in.

CREATE TEMP MACRO feature_version() AS 'fv-2026.1';

SELECT
    application.application_id,
    md5(concat_ws('|', application.application_id, feature_version())) AS snapshot_id,
    feature_version() AS feature_version,
    dti.feature_asof_ts,
    application.channel,
    application.state,
    application.product,
    application.requested_amount,
    application.term_months,
    dti.bureau,
    pull.score_value,
    coalesce(pull.score_reason, 'no_report') AS score_reason,
    pull.rev_util_value,
    pull.trades_total_value,
    pull.mths_oldest_trade_value,
    pull.mths_since_30dpd_value,
    pull.num_30dpd_12m_value,
    pull.inq_6m_value,
    pull.bankruptcies_value,
    pull.trend_util_avg_12m_value,
    dti.annual_income,
    dti.income_basis,
    FALSE AS income_imputed,
    dti.dti_front,
    dti.dti_back,
    dti.dti_back_post,
    dti.dti_reason,
    dti.bureau_available_at,
    dti.income_available_at
FROM application_intake AS application
LEFT JOIN dti_join AS dti USING (application_id)
LEFT JOIN bureau_pull AS pull ON dti.bureau_pull_id = pull.pull_id AND application.application_id = pull.application_id
