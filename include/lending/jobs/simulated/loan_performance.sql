-- The servicer's tape of a day, typed: one row per loan whose billing day it is, months on book 1, 2, 3, 6, 9 and 12.

CREATE TEMP TABLE promised (
    loan_id VARCHAR, application_id VARCHAR, vintage VARCHAR, mob VARCHAR, dpd VARCHAR, status VARCHAR, balance VARCHAR,
    charged_off VARCHAR, prepaid VARCHAR, bad_12 VARCHAR
);

SELECT
    lower(nullif(trim(loan_id), '')) AS loan_id,
    lower(nullif(trim(application_id), '')) AS application_id,
    TRY_CAST(delivered_file AS DATE) AS tape_date, -- the tape is named by its day
    vintage,
    TRY_CAST(mob AS INTEGER) AS mob,
    TRY_CAST(dpd AS INTEGER) AS dpd,
    lower(trim(status)) AS status,
    TRY_CAST(balance AS DECIMAL(14, 2)) AS balance,
    TRY_CAST(charged_off AS BOOLEAN) AS charged_off,
    TRY_CAST(prepaid AS BOOLEAN) AS prepaid,
    TRY_CAST(bad_12 AS BOOLEAN) AS bad_12,
    file_rows_declared,
    file_rows_read
    /* :additions */
FROM records
