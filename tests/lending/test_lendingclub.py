"""Real loans through the same four jobs. The data lies beside the project; without it these tests are skipped, and fail in CI."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lending import lendingclub
from lending.errors import DeliveryMissing, PartitionKeyRefused
from lending.jobs import application_intake, bureau_pull, dti_join, income_verification
from lending.settings import Settings

Rows = Callable[..., list[tuple[Any, ...]]]
LATER = (
    "pymnt",
    "last_fico",
    "last_credit",
    "loan_status",
    "recover",
    "out_prncp",
    "settlement",
    "total_rec",
    "chargeoff",
    "hardship",
)


@pytest.fixture
def data(project: Path) -> Path:
    """The folder of the two published files."""
    folder = project.parent / "shared" / "data" / "lendingclub"
    if not folder.is_dir():
        pytest.skip(f"no real loans at {folder}")
    return folder


@pytest.fixture
def lender(tmp_path: Path) -> Settings:
    """Settings of the lender of these loans."""
    return Settings.from_environment(
        {
            "LENDING__LANDING": str(tmp_path / "landing"),
            "LENDING__CANDIDATES": str(tmp_path / "candidates"),
            "LENDING__SOURCE": "lendingclub",
        }
    )


def _run(month: str, lender: Settings) -> dict[str, str]:
    jobs = (application_intake, bureau_pull, income_verification)
    made = {job.__name__.rpartition(".")[2]: job.run(month, settings=lender) for job in jobs}
    return {**made, "dti_join": dti_join.run(month, made, settings=lender)}


def _columns(path: str, look: Rows) -> list[str]:
    return [name for (name,) in look("SELECT column_name FROM (DESCRIBE c)", c=path)]


def test_a_month_becomes_four_tables_of_equal_rows(data: Path, lender: Settings, look: Rows) -> None:
    """A loan would be lost or doubled on its way."""
    lendingclub.deliver("2010-11", data=data, landing=lender.landing)
    made = _run("2010-11", lender)
    for path in made.values():
        assert look("SELECT count(*), count(DISTINCT application_id) FROM c", c=path) == [(1224, 1224)]
    [(reasons, worst)] = look(
        """
        SELECT list(DISTINCT dti_reason), max(abs(payment_to_income - 100 * installment / gross_monthly_income)) FROM c
        """,
        c=made["dti_join"],
    )
    assert reasons == ["ok"]
    assert worst < 0.01


def test_nothing_known_only_later_is_delivered(data: Path, lender: Settings, look: Rows) -> None:
    """A model would learn from the outcome."""
    lendingclub.deliver("2010-01", data=data, landing=lender.landing)
    for path in _run("2010-01", lender).values():
        assert not [name for name in _columns(path, look) if any(part in name for part in LATER)]


def test_the_second_publication_lost_scores_and_ids(data: Path, lender: Settings, look: Rows) -> None:
    """The lost columns would reach the gate as nulls, and its rows, without ids, as one."""
    lendingclub.deliver("2010-12", data=data, landing=lender.landing)
    whole = _columns(bureau_pull.run("2010-12", settings=lender), look)
    lendingclub.deliver("2010-12", data=data, landing=lender.landing, bureau_from="second")
    path = bureau_pull.run("2010-12", settings=lender)
    assert [name for name in whole if name not in _columns(path, look)] == ["fico_range_low", "fico_range_high"]
    assert look("SELECT count(*), count(application_id) FROM c", c=path) == [(1335, 0)]


def test_percentages_are_percentages(data: Path, lender: Settings, look: Rows) -> None:
    """Rates published as fractions would stay a hundredth of what the contracts promise."""
    lendingclub.deliver("2010-10", data=data, landing=lender.landing)
    made = _run("2010-10", lender)
    [(rate,)] = look("SELECT median(int_rate) FROM c", c=made["application_intake"])
    [(use,)] = look("SELECT median(revol_util_value) FROM c", c=made["bureau_pull"])
    assert 5 < rate < 25
    assert 20 < use < 80


def test_zero_months_beside_no_event_is_never(data: Path, lender: Settings, look: Rows) -> None:
    """In the first months everybody without a delinquency would have had one just now; with nothing known, nothing is said."""
    lendingclub.deliver("2008-01", data=data, landing=lender.landing)
    lendingclub.deliver("2007-06", data=data, landing=lender.landing)
    query = """
        SELECT mths_since_last_delinq_reason AS reason, min(mths_since_last_delinq_value), max(delinq_2yrs) IS NULL
        FROM c GROUP BY 1 ORDER BY 1
    """
    assert [row[0] for row in look(query, c=bureau_pull.run("2008-01", settings=lender))] == ["none_recent", "ok"]
    assert (None, None, True) in look(query, c=bureau_pull.run("2007-06", settings=lender))


def test_a_delivery_is_deterministic(data: Path, lender: Settings) -> None:
    """The demo's candidates would be revisions of themselves."""
    digests = []
    for _ in range(2):
        lendingclub.deliver("2010-02", data=data, landing=lender.landing)
        digests.append([hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in _run("2010-02", lender).values()])
    assert digests[0] == digests[1]


def test_a_month_without_loans_is_refused(data: Path, tmp_path: Path) -> None:
    """An empty partition would be held for the wrong reason."""
    with pytest.raises(DeliveryMissing, match="no loan issued in 2011-01"):
        lendingclub.deliver("2011-01", data=data, landing=tmp_path)


@pytest.mark.parametrize("month", ["2010-01-01", "../2010-01", "2010-1"])
def test_what_is_no_month_is_refused(tmp_path: Path, month: str) -> None:
    """A day's key would deliver nothing, or outside the landing folder."""
    with pytest.raises((DeliveryMissing, PartitionKeyRefused)):
        lendingclub.deliver(month, data=tmp_path, landing=tmp_path)


def test_a_folder_without_the_publications_is_named(tmp_path: Path) -> None:
    """Somebody who names the wrong folder would meet a message of a database."""
    with pytest.raises(DeliveryMissing, match=r"loans_published_2017-08\.parquet"):
        lendingclub.deliver("2010-01", data=tmp_path, landing=tmp_path / "landing")
