"""Ten faults that feature pipelines really had, planted in a clean Wednesday: what the contracts see, what a drift rule would."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from feature_health.checks.bind import bind
from feature_health.checks.examine import measures_needed, run_expectations
from feature_health.checks.load import FolderContracts
from feature_health.checks.stability import shift
from feature_health.contracts.contract import Contract
from feature_health.contracts.shared import PROJECT_CONTRACTS
from feature_health.engines.duckdb import DuckDbEngine
from feature_health.profiles.history import History, Past
from feature_health.profiles.measure import Measure, Spread
from feature_health.profiles.partition import RevisionId
from feature_health.records import Relation
from lending.calendars import us_lender

DAY = date(2026, 3, 4)
DAYS = 14
ENGINE = DuckDbEngine(threads=1)
CONTRACTS = FolderContracts(PROJECT_CONTRACTS)


def some(percent: int) -> str:
    """A SQL condition that picks so many of a hundred rows, as if at random."""
    return f"hash(application_id) % 100 < {percent}"


def shuffled(percent: int, *columns: str, among: str = "TRUE") -> str:
    """Candidates in which picked rows have each other's values."""
    picked = f"({some(percent)} AND {among})"
    order = "OVER (PARTITION BY picked ORDER BY md5(application_id))"
    moved = ", ".join(f"CASE WHEN picked THEN coalesce(lag({it}) {order}, {it}) ELSE {it} END AS {it}" for it in columns)
    return f"SELECT * EXCLUDE (picked) REPLACE ({moved}) FROM (SELECT *, {picked} AS picked FROM clean)"


def changed(column: str, to: str, among: str) -> str:
    """Candidates in which the column is another one in some rows."""
    return f"SELECT * REPLACE (CASE WHEN {among} THEN {to} ELSE {column} END AS {column}) FROM clean"


DEBTS = "rev_min_payment + inst_payment"
MORE = f"SELECT *, CASE WHEN {some(12)} AND score_value < 825 THEN 25 ELSE 0 END AS more FROM clean"
FAULTS = {
    "special code as a number, 1 %": ("bureau_pull", "score_value", changed("score_value", "9002", some(1))),
    "monthly as annual, 5 %": (
        "income_verification",
        "verified_annual_income",
        changed("verified_annual_income", "verified_annual_income / 12", some(5)),
    ),
    "biweekly times 24": (
        "income_verification",
        "verified_annual_income",
        changed("verified_annual_income", "verified_annual_income * 24 / 26", "pay_period = 'biweekly'"),
    ),
    "fraction for percent": (
        "bureau_pull",
        "rev_util_value",
        changed("rev_util_value", "CAST(rev_util_value / 100 AS INTEGER)", "TRUE"),
    ),
    "ten percent more nulls": ("bureau_pull", "score_value", changed("score_value", "NULL", some(10))),
    "scores shuffled, 30 %": (
        "bureau_pull",
        "score_value",
        shuffled(30, "score_raw", "score_value", among="score_reason = 'ok'"),
    ),
    "25 points more, 12 %": (
        "bureau_pull",
        "score_value",
        f"SELECT * EXCLUDE (more) REPLACE (score_raw + more AS score_raw, score_value + more AS score_value) FROM ({MORE})",
    ),
    "incomes shuffled, 5 %": (
        "income_verification",
        "verified_annual_income",
        shuffled(
            5,
            "verified_annual_income",
            "vendor_annual_income",
            "pay_amount",
            "pay_period",
            "hours_per_week",
            among="status = 'verified'",
        ),
    ),
    "limits cut, 2 %": ("bureau_pull", "rev_limit_value", changed("rev_limit_value", "rev_limit_value // 100", some(2))),
    "housing left out of the debts, 8 %": (
        "dti_join",
        "dti_back",
        changed(
            "dti_back", "CAST(100 * (rev_min_payment + inst_payment) / nullif(gross_monthly_income, 0) AS DECIMAL(7, 2))", some(8)
        ),
    ),
}
UNSEEN = {"25 points more, 12 %"}
"""Nothing in a single day tells a vendor's consistent error from other people: it takes the same consumer's earlier answer."""


@pytest.fixture(scope="module")
def history(clean: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, History]:
    """Earlier days of the bureau, drawn from the clean one with replacement: as alike as chance allows. The others have none."""
    folder = tmp_path_factory.mktemp("earlier")
    return dict.fromkeys(clean, History()) | {"bureau_pull": History.of(_earlier("bureau_pull", clean["bureau_pull"], folder))}


def _earlier(job: str, file: str, folder: Path) -> list[Past]:
    contract = CONTRACTS.current(job)
    measures = [m for bound in bind(contract)[0] if bound.type.window(bound.params) for m in bound.type.needs(bound.params)]
    return [_day(job, n, _drawn(file, n, folder / f"{job}-{n}.parquet"), measures) for n in range(1, DAYS + 1)]


def _drawn(file: str, seed: int, to: Path) -> Path:
    with duckdb.connect() as connection:
        rows = f"(SELECT *, row_number() OVER () AS n, count(*) OVER () AS of FROM read_parquet('{file}'))"
        drawn = f"SELECT 1 + hash(n, {seed}) % of AS n FROM {rows}"
        connection.execute(f"COPY (SELECT * EXCLUDE (n, of) FROM ({drawn}) JOIN {rows} USING (n)) TO '{to}' (FORMAT parquet)")
    return to


def _day(job: str, ago: int, file: Path, measures: Collection[Measure]) -> Past:
    day = DAY - timedelta(days=ago)
    revision = RevisionId(job=job, key=day.isoformat(), number=1)
    return Past(
        revision=revision, sha256=f"{ago}", first_day=day, profile=ENGINE.profile(file, measures, {}), volume=us_lender(DAY)[0]
    )


def faulty(clean: Mapping[str, str], sql: str, job: str, to: Path) -> Path:
    """The clean candidate, changed by the query."""
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW clean AS FROM read_parquet('{clean[job]}')")
        connection.execute(f"COPY ({sql}) TO '{to}' (FORMAT parquet)")
    return to


def objections(contract: Contract, file: Path, clean: Mapping[str, str], history: History) -> list[str]:
    """The checks that would hold the file."""
    others: dict[str, Any] = {job: Relation(path=Path(path), sha256=job) for job, path in clean.items()} | {"previous": None}
    run = run_expectations(
        contract,
        ENGINE.profile(file, measures_needed(contract), others),
        as_of=contract.partition.deadline(DAY.isoformat()),
        volume=us_lender(DAY),
        period=contract.partition.period(DAY.isoformat()),
        history=history,
        sha256="today",
    )
    return [finding.check for finding in run.findings if finding.kind != "note" and finding.severity.value == "block"]


@pytest.mark.parametrize("job", ["application_intake", "bureau_pull", "income_verification", "dti_join"])
def test_the_clean_day_is_not_held(clean: Mapping[str, str], history: Mapping[str, History], job: str) -> None:
    """What is seen of the faults would be seen of every day."""
    assert objections(CONTRACTS.current(job), Path(clean[job]), clean, history[job]) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_the_contracts_hold_the_fault(
    clean: Mapping[str, str], history: Mapping[str, History], tmp_path: Path, fault: str
) -> None:
    """A model would be fed with it; or the one that we do not see would be claimed to be seen."""
    job, _, sql = FAULTS[fault]
    found = objections(CONTRACTS.current(job), faulty(clean, sql, job, tmp_path / "faulty.parquet"), clean, history[job])
    assert bool(found) == (fault not in UNSEEN), found


def test_the_usual_drift_rule_sees_one_of_them(clean: Mapping[str, str], tmp_path: Path) -> None:
    """Domain checks would be more work than the index that everybody has, for nothing."""
    seen = set()
    for fault, (job, column, sql) in FAULTS.items():
        file = faulty(clean, sql, job, tmp_path / "faulty.parquet")
        with duckdb.connect() as connection:
            shares = [share / 10 for share in range(1, 10)]
            deciles = connection.execute(f"SELECT quantile_cont({column}, {shares}) FROM read_parquet('{clean[job]}')").fetchall()
        bins = Spread(column=column, edges=tuple(sorted({float(edge) for edge in deciles[0][0]})))
        counts, reference = (ENGINE.profile(Path(path), [bins], {})[bins] for path in (file, clean[job]))
        if shift(counts, reference).psi > 0.1:
            seen.add(fault)
    assert seen == {"fraction for percent"}
