"""The join's arithmetic, reasons and as-of rule, by golden cases that an analyst can add to."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from lending.errors import InputUnusable
from lending.jobs import dti_join
from lending.settings import Settings

CASES = yaml.safe_load((Path(__file__).parents[1] / "golden/dti_join.yaml").read_text())
PULL = {
    "application_id": "a", "pull_id": "p", "bureau": "EFX", "hit_status": "hit", "available_at": "2026-03-04T15:00:00Z",
    "rev_balance_value": 5000, "rev_balance_reason": "ok", "inst_payment_value": 350, "inst_payment_reason": "ok",
    "file_date": "2026-03-03",
}  # fmt: skip


def _published(folder: Path, case: dict[str, Any]) -> dict[str, str]:
    """Published inputs for one case."""
    paths = {job: str(folder / f"{job}.parquet") for job in dti_join.INPUTS}
    with duckdb.connect() as connection:
        connection.execute(
            """
            CREATE TABLE application_intake AS SELECT 'a' AS application_id, TIMESTAMPTZ '2026-03-05T11:00:00Z' AS decision_at,
                ?::DECIMAL(14, 2) AS stated_annual_income, ?::DECIMAL(14, 2) AS housing_payment_stated,
                10000::DECIMAL(14, 2) AS requested_amount, 36 AS term_months
            """,
            [case["stated"], case["housing"]],
        )
        connection.execute("""
            CREATE TABLE bureau_pull (application_id VARCHAR, pull_id VARCHAR, bureau VARCHAR, hit_status VARCHAR,
                available_at TIMESTAMPTZ, rev_balance_value INTEGER, rev_balance_reason VARCHAR,
                inst_payment_value INTEGER, inst_payment_reason VARCHAR, file_date DATE);
            CREATE TABLE income_verification (application_id VARCHAR, verification_id VARCHAR, status VARCHAR,
                verified_annual_income DECIMAL(14, 2), available_at TIMESTAMPTZ)
        """)
        if case["pull"] is not None:
            connection.execute(
                f"INSERT INTO bureau_pull VALUES ({', '.join('?' * len(PULL))})", list({**PULL, **case["pull"]}.values())
            )
        for position, (annual, available_at) in enumerate(case["income"]):
            connection.execute(
                "INSERT INTO income_verification VALUES ('a', ?, 'verified', ?, ?)", [f"v{position}", annual, available_at]
            )
        for job, path in paths.items():
            connection.execute(f"COPY {job} TO '{path}' (FORMAT parquet)")
    return paths


def _row(path: str) -> dict[str, Any]:
    with duckdb.connect() as connection:
        as_text = ", ".join(
            f"{name}::VARCHAR AS {name}" for name in ("feature_asof_ts", "bureau_available_at", "income_available_at")
        )
        found = connection.execute(f"SELECT * REPLACE ({as_text}) FROM read_parquet('{path}')")
        names = [column[0] for column in found.description or ()]
        [row] = found.fetchall()
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in zip(names, row, strict=True)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["about"]))
def test_golden_case(tmp_path: Path, lender: Settings, case: dict[str, Any]) -> None:
    """Somebody would be declined, or approved, on a ratio that is not theirs."""
    row = _row(dti_join.run("2026-03-04", _published(tmp_path, case), settings=lender))
    assert {name: row[name] for name in case["expect"]} == case["expect"]


def test_a_missing_input_is_named(tmp_path: Path, lender: Settings) -> None:
    """The join would be built from two of its three inputs."""
    inputs = _published(tmp_path, CASES[0])
    del inputs["bureau_pull"]
    with pytest.raises(InputUnusable, match="none was given for bureau_pull"):
        dti_join.run("2026-03-04", inputs, settings=lender)


def test_an_input_without_a_column_that_the_join_reads_is_named(tmp_path: Path, lender: Settings) -> None:
    """A released partition that lacks a column would end in a message about SQL alone."""
    inputs = _published(tmp_path, CASES[0])
    with duckdb.connect() as connection:
        connection.execute(
            f"CREATE TABLE t AS SELECT * EXCLUDE (inst_payment_value) FROM read_parquet('{inputs['bureau_pull']}')"
        )
        connection.execute(f"COPY t TO '{inputs['bureau_pull']}' (FORMAT parquet)")
    with pytest.raises(InputUnusable, match="inst_payment_value"):
        dti_join.run("2026-03-04", inputs, settings=lender)


def test_a_file_that_is_no_parquet_is_named(tmp_path: Path, lender: Settings) -> None:
    """A store that lost a file would look like a fault of the join."""
    inputs = _published(tmp_path, CASES[0])
    Path(inputs["bureau_pull"]).write_bytes(b"gone")
    with pytest.raises(InputUnusable, match="published partition of bureau_pull"):
        dti_join.run("2026-03-04", inputs, settings=lender)
