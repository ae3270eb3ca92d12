import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lending.errors import DayOutsideWorld, WorldUnknown
from lending.world import TABLES, World, deliver
from lending.world.cut import cut_of

Rows = Callable[..., list[tuple[Any, ...]]]
DAY = date(2026, 3, 4)
SMALL = World(seed=7, applications=200)


def _bytes(landing: Path, day: date) -> dict[str, str]:
    files = (path for path in landing.rglob(f"*{day}*/*") if path.is_file())
    single = (path for path in landing.glob(f"*/{day}.*") if path.is_file())
    return {str(path.relative_to(landing)): hashlib.sha256(path.read_bytes()).hexdigest() for path in [*files, *single]}


def digest(table: pa.Table) -> str:
    """A table's values and types in 16 digits."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()[:16]


def test_a_day_is_the_same_alone_and_in_any_order(tmp_path: Path) -> None:
    """A rerun of one day would be taken for a revision, and faulty twins would differ from clean ones everywhere."""
    for offset in (0, 1, 2):
        deliver(SMALL, DAY + timedelta(days=offset), tmp_path / "forwards")
    for offset in (2, 1, 0):
        deliver(SMALL, DAY + timedelta(days=offset), tmp_path / "backwards")
    program = "from datetime import date; from lending.world import World, deliver; import sys"
    call = "deliver(World(seed=7, applications=200), date(2026, 3, 4), sys.argv[1])"
    subprocess.run([sys.executable, "-c", f"{program}; {call}", str(tmp_path / "alone")], check=True)
    forwards = _bytes(tmp_path / "forwards", DAY)
    assert len(forwards) == 9
    assert forwards == _bytes(tmp_path / "backwards", DAY) == _bytes(tmp_path / "alone", DAY)


@pytest.mark.parametrize("name", sorted({*TABLES} - {"calendar_events", "deploys", "dependency_status"}))
def test_another_seed_is_another_world(name: str) -> None:
    """A seed that is not used would make all simulations one."""
    assert digest(SMALL.table(name, DAY)) == digest(World(seed=7, applications=200).table(name, DAY))
    assert digest(SMALL.table(name, DAY)) != digest(World(seed=8, applications=200).table(name, DAY))


GOLDEN: Mapping[str, str] = {
    "applications": "b705cdfe93aa95d9",
    "segments": "924236dbfc8c395e",
    "bureau_pulls": "d32200fa9a1494aa",
    "income_verifications": "caa5e0e762813da9",
    "paystubs": "227bc9463d0bee8e",
    "bank_income": "6ee597a8ec92c4c7",
    "decisions": "7ff7561faef5284a",
    "outcomes": "b72866cd768db8ad",
}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_day_of_last_year_stays_as_it_was(name: str) -> None:
    """Somebody who changes a draw should know that every partition made before changes with it."""
    assert digest(SMALL.table(name, DAY)) == GOLDEN[name]


def test_what_the_world_has_not_is_refused(tmp_path: Path) -> None:
    """A misspelt name would leave a clean day that a drill then calls undetected, or an endless file."""
    with pytest.raises(WorldUnknown, match=r"no table 'bureau_pull'; Did you mean bureau_pulls\? the tables are applications,"):
        SMALL.table("bureau_pull", DAY)
    unknown: Any = "large"
    with pytest.raises(WorldUnknown, match="no world of size 'large'; the sizes are small, mid, prescreen"):
        World(seed=1, size=unknown)
    with pytest.raises(WorldUnknown, match="at least 1"):
        World(seed=1, applications=0)
    for day in (date(2024, 12, 31), date(2028, 1, 1)):
        with pytest.raises(DayOutsideWorld, match=f"from 2025-01-01 to 2027-12-31; {day} lies outside"):
            deliver(SMALL, day, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_changed_table_is_delivered_as_it_is_but_counted_as_it_was(tmp_path: Path) -> None:
    """A truncated upload would come with a trailer that agrees with it, and no count could find it."""
    clean = SMALL.table("bureau_pulls", DAY)
    deliver(SMALL, DAY, tmp_path / "clean")
    deliver(SMALL, DAY, tmp_path, changed={"bureau_pulls": clean.slice(0, 100).drop_columns(["score_raw"])})
    whole, cut = ((folder / "bureau/2026-03-04/EFX.csv").read_text().splitlines() for folder in (tmp_path / "clean", tmp_path))
    assert "score_raw" in whole[0]
    assert "score_raw" not in cut[0]
    assert len(cut) < len(whole)
    assert cut[-1] == whole[-1] == f"TRAILER|rows={len(whole) - 2}"


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


def test_a_weekend_brings_other_people() -> None:
    """Checks learned on this world would never have met the weekend's mix."""
    channel = World(seed=3).table("applications", date(2026, 3, 7))["channel"].to_pylist()
    assert channel.count("mobile") / len(channel) == pytest.approx(0.38, abs=0.025)


def test_no_delivery_holds_what_looks_like_a_person(tmp_path: Path) -> None:
    """The demo's files would trip, or train people to ignore, a scan for social security numbers and e-mail addresses."""
    deliver(SMALL, DAY, tmp_path)
    for path in (*tmp_path.rglob("*.csv"), *tmp_path.rglob("*.jsonl")):
        assert not re.search(r"\b\d{3}-\d{2}-\d{4}\b|\b\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}\b|\b\d{16}\b|@", path.read_text())


def test_late_answers_are_pending_until_a_later_delivery(tmp_path: Path) -> None:
    """The first delivery would hold answers from its own future, or a later one would bring nothing new."""
    counts = []
    for nights in (0, 1, 7):
        deliver(World(seed=7, applications=1000), DAY, tmp_path / str(nights), nights_later=nights)
        text = (tmp_path / str(nights) / f"income/{DAY}.jsonl").read_text()
        counts.append((text.count("\n"), text.count('"completed"')))
        cut = f"{DAY + timedelta(days=1 + nights)}T{'08' if nights == 7 else '09'}:30:00.000Z"  # clocks change on 8 March
        assert max(json.loads(line)["delivered_at"] for line in text.splitlines()) <= cut
    assert counts[0][0] == counts[1][0] == counts[2][0]
    assert counts[0][1] < counts[1][1] < counts[2][1]


def test_the_night_is_cut_by_the_clock_on_the_wall() -> None:
    """On the night when clocks change, deliveries would come after the deadline by which features must be ready."""
    assert str(cut_of(date(2026, 3, 7))) == "2026-03-08 08:30:00+00:00"
    assert str(cut_of(date(2026, 10, 31))) == "2026-11-01 09:30:00+00:00"
