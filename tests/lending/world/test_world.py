import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lending.errors import UnknownFault
from lending.world import deliver
from lending.world.draws import Draws, inverse_normal

Rows = Callable[..., list[tuple[Any, ...]]]


def _bytes(landing: Path, day: date) -> dict[str, str]:
    files = (path for path in landing.rglob(f"*{day}*/*") if path.is_file())
    single = (path for path in landing.glob(f"*/{day}.*") if path.is_file())
    return {str(path.relative_to(landing)): hashlib.sha256(path.read_bytes()).hexdigest() for path in [*files, *single]}


def test_a_day_is_the_same_alone_and_in_any_order(tmp_path: Path) -> None:
    """A rerun of one day would be taken for a revision, and faulty twins would differ from clean ones everywhere."""
    day = date(2026, 3, 4)
    for offset in (0, 1, 2):
        deliver(day + timedelta(days=offset), landing=tmp_path / "forwards", seed=7, applications=200)
    for offset in (2, 1, 0):
        deliver(day + timedelta(days=offset), landing=tmp_path / "backwards", seed=7, applications=200)
    program = "from datetime import date; from lending.world import deliver; import sys"
    call = "deliver(date(2026, 3, 4), landing=sys.argv[1], seed=7, applications=200)"
    subprocess.run([sys.executable, "-c", f"{program}; {call}", str(tmp_path / "alone")], check=True)
    forwards = _bytes(tmp_path / "forwards", day)
    assert len(forwards) == 5
    assert forwards == _bytes(tmp_path / "backwards", day) == _bytes(tmp_path / "alone", day)


def test_another_seed_is_another_world(tmp_path: Path) -> None:
    """A seed that is not used would make all simulations one."""
    day = date(2026, 3, 4)
    for seed in (7, 8):
        deliver(day, landing=tmp_path / str(seed), seed=seed, applications=200)
    first, second = _bytes(tmp_path / "7", day), _bytes(tmp_path / "8", day)
    assert not set(first.values()) & set(second.values())


def test_a_day_of_last_year_stays_as_it_was(tmp_path: Path) -> None:
    """Somebody who changes a draw should know that every partition made before changes with it."""
    deliver(date(2026, 3, 4), landing=tmp_path, seed=7, applications=200)
    golden = hashlib.sha256((tmp_path / "bureau/2026-03-04/EFX.csv").read_bytes()).hexdigest()
    assert golden == "35969eccc2ddcfe20559dac84e8678ba8e24dd990f095459d374a5c9d0d8f30e"


def test_raw_words_become_uniform_and_normal() -> None:
    """A wrong transform would bend every marginal."""
    draws = Draws(seed=1, table="t", day=date(2026, 1, 1))
    assert np.quantile(draws.uniform("u", 100_000), [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.01)
    assert inverse_normal(np.array([0.001, 0.025, 0.5, 0.975, 0.999])) == pytest.approx(
        [-3.0902323, -1.9599640, 0, 1.9599640, 3.0902323], abs=1e-6
    )


def test_an_unknown_fault_is_refused(tmp_path: Path) -> None:
    """A misspelt fault would leave a clean day that a drill then calls undetected."""
    with pytest.raises(UnknownFault, match="the world knows missing_bureau_block, income_unit_mixup"):
        deliver(date(2026, 3, 4), landing=tmp_path, seed=7, faults=["missing_bureau_blok"])


@pytest.mark.parametrize(
    ("job", "measure", "expected", "tolerance"),
    [
        ("application_intake", "count(*)", 5200, 800),
        ("application_intake", "avg((channel = 'web')::int)", 0.55, 0.025),
        ("application_intake", "median(requested_amount)", 12_900, 1_000),
        ("application_intake", "quantile_cont(requested_amount, 0.75)", 20_000, 1_500),
        ("bureau_pull", "avg((bureau = 'EFX')::int)", 0.45, 0.025),
        ("bureau_pull", "avg((bureau = 'EXP')::int)", 0.35, 0.025),
        ("bureau_pull", "avg((hit_status = 'no_hit')::int)", 0.018, 0.014),
        ("bureau_pull", "avg((hit_status = 'hit_no_score')::int)", 0.034, 0.014),
        ("bureau_pull", "avg((hit_status = 'timeout')::int)", 0.0015, 0.0015),
        ("bureau_pull", "avg(score_value)", 662, 6),
        ("bureau_pull", "quantile_cont(score_value, 0.05)", 507, 10),
        ("bureau_pull", "quantile_cont(score_value, 0.95)", 800, 6),
        ("bureau_pull", "median(rev_util_value)", 45, 3),
        ("bureau_pull", "quantile_cont(rev_util_value, 0.95)", 95, 3),
        ("bureau_pull", "corr(score_value, rev_util_value)", -0.68, 0.05),
        ("bureau_pull", "median(rev_balance_value)", 5_750, 400),
        ("bureau_pull", "median(rev_limit_value)", 14_700, 1_000),
        ("bureau_pull", "median(trades_total_value)", 9, 1),
        ("bureau_pull", "median(mths_oldest_trade_value)", 140, 10),
        ("bureau_pull", "avg(inq_6m_value)", 1.1, 0.1),
        ("bureau_pull", "avg(num_30dpd_12m_value)", 0.5, 0.1),
        ("bureau_pull", "median(monthly_obligation_value)", 470, 45),
        ("income_verification", "avg((status = 'verified')::int)", 0.70, 0.08),
        ("income_verification", "median(verified_annual_income)", 50_500, 1_800),
        ("income_verification", "quantile_cont(verified_annual_income, 0.05)", 19_600, 1_500),
        ("income_verification", "median(stated_annual_income / verified_annual_income)", 1.04, 0.02),
        ("income_verification", "avg((pay_period = 'hourly')::int)", 0.58, 0.03),
        ("dti_join", "median(dti_front)", 23.5, 1.0),
        ("dti_join", "median(dti_back)", 36.1, 2.0),
        ("dti_join", "quantile_cont(dti_back, 0.95)", 66, 3),
        ("dti_join", "avg((income_basis = 'verified')::int)", 0.69, 0.05),
    ],
)
def test_marginals_follow_the_domain_notes(
    clean: Mapping[str, str], look: Rows, job: str, measure: str, expected: float, tolerance: float
) -> None:
    """Contracts tuned on this world would not fit a lender's."""
    [(found,)] = look(f"SELECT {measure} FROM candidate", candidate=clean[job])
    assert float(found) == pytest.approx(expected, abs=tolerance)


def test_volume_follows_the_calendar(tmp_path: Path, look: Rows) -> None:
    """The count of a holiday's applications would need no calendar to be judged."""
    counts = {}
    for day in (date(2026, 3, 9), date(2026, 3, 8), date(2026, 7, 3)):
        deliver(day, landing=tmp_path, seed=3, applications=1000)
        [(counts[day],)] = look("SELECT count(*) FROM d", d=tmp_path / f"applications/{day}.parquet")
    assert counts[date(2026, 3, 9)] == pytest.approx(1120, rel=0.25)
    assert counts[date(2026, 3, 8)] == pytest.approx(720, rel=0.25)  # a Sunday of 23 hours
    assert counts[date(2026, 7, 3)] == pytest.approx(570, rel=0.25)


def test_a_weekend_brings_other_people(tmp_path: Path, look: Rows) -> None:
    """Checks learned on this world would never have met the weekend's mix."""
    deliver(date(2026, 3, 7), landing=tmp_path, seed=3)
    [(mobile,)] = look("SELECT avg((channel = 'mobile')::int) FROM d", d=tmp_path / "applications/2026-03-07.parquet")
    assert mobile == pytest.approx(0.38, abs=0.025)


def test_no_delivery_holds_what_looks_like_a_person(tmp_path: Path) -> None:
    """The demo's files would trip, or train people to ignore, a scan for social security numbers and e-mail addresses."""
    import re

    deliver(date(2026, 3, 4), landing=tmp_path, seed=7, applications=200)
    for path in (*tmp_path.rglob("*.csv"), *tmp_path.rglob("*.jsonl")):
        assert not re.search(r"\b\d{3}-\d{2}-\d{4}\b|@", path.read_text())


def test_late_answers_are_pending_until_a_later_delivery(tmp_path: Path) -> None:
    """The first delivery would hold answers from its own future, or a later one would bring nothing new."""
    day = date(2026, 3, 4)
    counts = []
    for nights in (0, 1, 7):
        deliver(day, landing=tmp_path / str(nights), seed=7, applications=1000, nights_later=nights)
        text = (tmp_path / str(nights) / f"income/{day}.jsonl").read_text()
        counts.append((text.count("\n"), text.count('"completed"')))
        cut = f"{day + timedelta(days=1 + nights)}T09:30:00.000Z"
        assert max(json.loads(line)["delivered_at"] for line in text.splitlines()) <= cut
    assert counts[0][0] == counts[1][0] == counts[2][0]
    assert counts[0][1] < counts[1][1] < counts[2][1]
