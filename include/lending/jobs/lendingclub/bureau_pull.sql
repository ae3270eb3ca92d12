-- The credit file's summary at issue, one row per delivered row: an empty id is the gate's to judge, and must not fold rows into
-- one.

CREATE TEMP TABLE promised (
    id VARCHAR, issue_d VARCHAR, fico_range_low VARCHAR, fico_range_high VARCHAR, delinq_2yrs VARCHAR,
    earliest_cr_line VARCHAR, inq_last_6mths VARCHAR, mths_since_last_delinq VARCHAR, mths_since_last_record VARCHAR,
    open_acc VARCHAR, pub_rec VARCHAR, revol_bal VARCHAR, revol_util VARCHAR, total_acc VARCHAR, acc_now_delinq VARCHAR,
    delinq_amnt VARCHAR, pub_rec_bankruptcies VARCHAR, tax_liens VARCHAR
);

-- Months are empty where nothing ever happened; until early 2008 also 0, beside a count of 0. With neither months nor count
-- nothing is known.
CREATE TEMP MACRO since_reason_of(months, events) AS CASE
    WHEN months IS NULL AND events IS NULL THEN NULL
    WHEN months IS NULL OR (months = 0 AND events = 0) THEN 'none_recent'
    ELSE 'ok'
END;

WITH typed AS (
    SELECT
        *,
        TRY_CAST(delinq_2yrs AS INTEGER) AS delinquencies,
        TRY_CAST(pub_rec AS INTEGER) AS public_records,
        TRY_CAST(mths_since_last_delinq AS INTEGER) AS since_delinquency,
        TRY_CAST(mths_since_last_record AS INTEGER) AS since_record,
        round(100 * TRY_CAST(revol_util AS DOUBLE), 2)::DECIMAL(7, 2) AS utilisation -- delivered as a fraction, kept in percent
    FROM records
)

SELECT
    nullif(trim(id), '') AS application_id,
    TRY_CAST(issue_d AS DATE) AS issue_d,
    TRY_CAST(fico_range_low AS INTEGER) AS fico_range_low,
    TRY_CAST(fico_range_high AS INTEGER) AS fico_range_high,
    delinquencies AS delinq_2yrs,
    TRY_CAST(earliest_cr_line AS DATE) AS earliest_cr_line,
    TRY_CAST(inq_last_6mths AS INTEGER) AS inq_last_6mths,
    CASE WHEN since_reason_of(since_delinquency, delinquencies) = 'ok' THEN since_delinquency END AS mths_since_last_delinq_value,
    since_reason_of(since_delinquency, delinquencies) AS mths_since_last_delinq_reason,
    CASE WHEN since_reason_of(since_record, public_records) = 'ok' THEN since_record END AS mths_since_last_record_value,
    since_reason_of(since_record, public_records) AS mths_since_last_record_reason,
    TRY_CAST(open_acc AS INTEGER) AS open_acc,
    public_records AS pub_rec,
    TRY_CAST(revol_bal AS INTEGER) AS revol_bal,
    utilisation AS revol_util_value,
    CASE WHEN utilisation IS NULL THEN 'not_computable' ELSE 'ok' END AS revol_util_reason,
    TRY_CAST(total_acc AS INTEGER) AS total_acc,
    TRY_CAST(acc_now_delinq AS INTEGER) AS acc_now_delinq,
    TRY_CAST(delinq_amnt AS INTEGER) AS delinq_amnt,
    TRY_CAST(pub_rec_bankruptcies AS INTEGER) AS pub_rec_bankruptcies,
    TRY_CAST(tax_liens AS INTEGER) AS tax_liens
    /* :additions */
FROM typed
