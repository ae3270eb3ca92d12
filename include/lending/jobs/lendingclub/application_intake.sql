-- Published loans as applications: what the applicant asked for and the terms fixed when the loan was issued. Nothing known only
-- later.

CREATE TEMP TABLE promised (
    id VARCHAR, issue_d VARCHAR, loan_amnt VARCHAR, funded_amnt VARCHAR, term VARCHAR, int_rate VARCHAR, installment VARCHAR,
    grade VARCHAR, sub_grade VARCHAR, purpose VARCHAR, zip_code VARCHAR, addr_state VARCHAR, home_ownership VARCHAR,
    dti VARCHAR, application_type VARCHAR
);

SELECT
    nullif(trim(id), '') AS application_id,
    TRY_CAST(issue_d AS DATE) AS issue_d,
    TRY_CAST(loan_amnt AS DECIMAL(14, 2)) AS loan_amnt,
    TRY_CAST(funded_amnt AS DECIMAL(14, 2)) AS funded_amnt,
    TRY_CAST(regexp_extract(term, '^\s*(\d+)\s*(months?)?\s*$', 1) AS INTEGER) AS term,
    round(100 * TRY_CAST(int_rate AS DOUBLE), 2)::DECIMAL(7, 2) AS int_rate, -- delivered as a fraction, kept in percent
    TRY_CAST(installment AS DECIMAL(14, 2)) AS installment,
    upper(trim(grade)) AS grade,
    upper(trim(sub_grade)) AS sub_grade,
    lower(trim(purpose)) AS purpose,
    trim(zip_code) AS zip_code,
    upper(trim(addr_state)) AS addr_state,
    lower(trim(home_ownership)) AS home_ownership,
    TRY_CAST(dti AS DECIMAL(7, 2)) AS dti,
    lower(trim(application_type)) AS application_type
    /* :additions */
FROM records
