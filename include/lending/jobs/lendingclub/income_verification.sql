-- The annual income as stated at application, and whether the platform verified it. There is no pay, so nothing to annualise.

CREATE TEMP TABLE promised (id VARCHAR, issue_d VARCHAR, annual_inc VARCHAR, verification_status VARCHAR, emp_length VARCHAR);

SELECT
    nullif(trim(id), '') AS application_id,
    TRY_CAST(issue_d AS DATE) AS issue_d,
    TRY_CAST(annual_inc AS DECIMAL(14, 2)) AS annual_inc,
    lower(replace(trim(verification_status), ' ', '_')) AS verification_status,
    CASE
        WHEN emp_length = '< 1 year' THEN 0
        WHEN emp_length = '10+ years' THEN 10
        ELSE TRY_CAST(regexp_extract(emp_length, '^(\d+) years?$', 1) AS INTEGER)
    END AS emp_length_value,
    CASE
        WHEN emp_length = 'n/a' THEN 'no_employment'
        WHEN regexp_full_match(emp_length, '< 1 year|10\+ years|\d+ years?') THEN 'ok'
    END AS emp_length_reason
    /* :additions */
FROM records
