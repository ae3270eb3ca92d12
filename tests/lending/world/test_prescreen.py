from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from lending.bureau_codes import CODES, KIND_OF
from lending.errors import DayOutsideWorld, WorldUnknown
from lending.world import World, deliver, prescreen
from lending.world.universe import permuted
from lending.world.wide_attributes import KIND_OF_WIDE
from tests.lending.world.test_world import digest

DAY, NEXT = date(2026, 3, 3), date(2026, 4, 7)
WORLD = World(seed=7, size="prescreen", applications=40_000)


@pytest.fixture(scope="module")
def answers() -> pa.Table:
    """What the bureau answered a short list."""
    return WORLD.table("bureau_pulls", DAY)


def _values(answers: pa.Table, name: str) -> np.ndarray:
    """The values of an attribute, NaN where a code or nothing was delivered."""
    raw = answers[name].cast(pa.float64()).to_numpy(zero_copy_only=False).copy()
    raw[np.isin(raw, list(CODES["TUC"][{**KIND_OF, **KIND_OF_WIDE}[name]].values()))] = np.nan
    return np.asarray(raw)


def test_a_list_of_last_year_stays_as_it_was() -> None:
    """Somebody who changes a draw should know that every list made before changes with it."""
    assert digest(World(seed=7, size="prescreen", applications=200).table("bureau_pulls", DAY)) == "6114c5e7786341d1"


def test_a_list_is_a_soft_pull_for_firm_offers_and_wide(answers: pa.Table) -> None:
    """A mail drop recorded as hard pulls would be seen by every other lender, and breaks the law."""
    assert answers.num_columns - 1 >= 60
    constant = {
        name: answers[name].unique().to_pylist() for name in ("pull_type", "permissible_purpose", "bureau", "campaign_id")
    }
    assert constant == {
        "pull_type": ["prescreen"],
        "permissible_purpose": ["firm_offer"],
        "bureau": ["TUC"],
        "campaign_id": ["PRESCREEN-202603"],
    }
    for name in ("pull_id", "application_id", "consumer_key"):
        assert pc.count_distinct(answers[name]).as_py() == len(answers) == 40_000


def test_adults_score_as_the_population_does(answers: pa.Table) -> None:
    """Campaigns would be tried on people who apply for credit, who score fifty points lower."""
    score = answers["score_raw"].to_numpy(zero_copy_only=False)
    score = score[(score >= 300) & (score <= 850)]
    assert score.mean() == pytest.approx(715, rel=0.02)
    shares = np.histogram(score, [300, 580, 670, 740, 800, 851])[0] / len(score)
    assert shares == pytest.approx([0.142, 0.149, 0.204, 0.275, 0.23], abs=0.01)
    util = _values(answers, "rev_util")
    ok = ~np.isnan(util) & (answers["score_raw"].to_numpy(zero_copy_only=False) <= 850)
    assert np.corrcoef(util[ok], answers["score_raw"].to_numpy(zero_copy_only=False)[ok])[0, 1] < -0.6


def test_the_wider_attributes_agree_with_the_others(answers: pa.Table) -> None:
    """Identities checked on the wide product would fail by themselves."""
    v = {name: _values(answers, name) for name in (*KIND_OF, *KIND_OF_WIDE)}
    with np.errstate(invalid="ignore"):
        assert not (v["mths_since_60dpd"] < v["mths_since_30dpd"]).any()
        assert not (v["mths_since_90dpd"] < v["mths_since_60dpd"]).any()
        assert not (np.isnan(v["mths_since_60dpd"]) & ~np.isnan(v["mths_since_90dpd"])).any()
        assert not ((v["num_90dpd_24m"] > 0) & ~(v["mths_since_90dpd"] < 24)).any()
        assert not (v["num_60dpd_24m"] < v["num_90dpd_24m"]).any()
        assert not (v["inq_1m"] > v["inq_6m"]).any()
        assert not (v["rev_trades_open"] + v["inst_trades_open"] > v["trades_open"]).any()
        assert not (v["public_records"] < v["bankruptcies"]).any()
        assert not (v["trend_util_max_12m"] < v["trend_util_avg_12m"]).any()
        assert not (v["heloc_balance"] > v["mtg_balance"]).any()
        assert all(np.nanmin(column) >= 0 for column in v.values())


def test_a_list_in_blocks_is_the_list(answers: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five millions at once need more memory than there is; and another size of block would be another list."""
    monkeypatch.setattr(prescreen, "BLOCK_ROWS", 15_000)
    parts = list(WORLD.pulls(DAY))
    assert [len(part) for part in parts] == [15_000, 15_000, 10_000]
    assert pa.concat_tables(parts).equals(answers)


def test_a_list_is_delivered_as_one_file_with_no_more_than_a_block_in_memory(
    answers: pa.Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The landing folder would have another list than the world."""
    monkeypatch.setattr(prescreen, "BLOCK_ROWS", 15_000)
    deliver(WORLD, DAY, tmp_path)
    deliver(WORLD, DAY, tmp_path / "cut", changed={"bureau_pulls": answers.slice(0, 9)})
    [file] = (path for path in tmp_path.glob("bureau/*/*"))
    assert file.name == "TUC.parquet"
    assert pq.ParquetFile(file).num_row_groups == 3
    assert pq.read_table(file).equals(answers.drop_columns(["bureau"]))
    assert len(pq.read_table(tmp_path / "cut" / "bureau" / str(DAY) / "TUC.parquet")) == 9


def test_two_lists_share_people_who_have_changed_a_little() -> None:
    """A bureau's drift could not be told from a new population."""
    first, second = (
        pa.table({"consumer": table["consumer_key"], "score": table["score_raw"]})
        for table in (World(seed=7, size="prescreen", applications=60_000).table("bureau_pulls", day) for day in (DAY, NEXT))
    )
    both = first.join(second, "consumer", join_type="inner", right_suffix="_later")
    assert len(both) == pytest.approx(60_000**2 / 120_000_000, abs=25)
    change = (both["score"].to_numpy() - both["score_later"].to_numpy())[both["score"].to_numpy() <= 850]
    assert abs(np.median(change)) <= 20


def test_a_permutation_sends_every_number_somewhere_else() -> None:
    """Someone would be on a list twice, or could never be."""
    assert sorted(permuted(np.arange(10_007), key="a", of=10_007).tolist()) == list(range(10_007))
    assert (permuted(np.arange(100), key="a") != permuted(np.arange(100), key="b")).all()
    assert permuted(np.arange(100_000), key="a").mean() == pytest.approx(60_000_000, rel=0.02)


def test_nobody_is_asked_on_other_days_and_nobody_applies(tmp_path: Path) -> None:
    """An empty file would pass for a day on which a bureau knew nobody."""
    with pytest.raises(DayOutsideWorld, match="2026-03-04 is none, the next is 2026-04-07"):
        WORLD.table("bureau_pulls", date(2026, 3, 4))
    with pytest.raises(DayOutsideWorld, match="2026-03-10 is none"):
        deliver(WORLD, date(2026, 3, 10), tmp_path)
    with pytest.raises(WorldUnknown, match="it has bureau_pulls alone"):
        WORLD.table("applications", DAY)
    assert list(tmp_path.iterdir()) == []
