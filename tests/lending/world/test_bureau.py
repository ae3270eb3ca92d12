from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from lending.bureau_codes import BUREAUS, CODES, KIND_OF, VALID_MAX
from lending.world import World

WORLD = World(seed=11, applications=60_000)
DAY = date(2026, 5, 7)


@pytest.fixture(scope="module")
def pulls() -> pa.Table:
    """A large Thursday's pulls."""
    return WORLD.table("bureau_pulls", DAY)


@pytest.fixture(scope="module")
def values(pulls: pa.Table) -> Mapping[str, np.ndarray]:
    """Attribute -> value per row, NaN where a bureau delivered a code or nothing."""
    bureau = np.array(pulls["bureau"].to_pylist())
    found = {}
    for name, kind in KIND_OF.items():
        raw = pulls[name].cast(pa.float64()).to_numpy(zero_copy_only=False).copy()
        for b in BUREAUS:
            raw[(bureau == b) & np.isin(raw, list(CODES[b][kind].values()))] = np.nan
        found[name] = raw
    score = pulls["score_raw"].cast(pa.float64()).to_numpy(zero_copy_only=False).copy()
    score[score > 850] = np.nan
    return found | {"score": score}


@pytest.mark.parametrize(
    ("name", "measure", "expected", "tolerance"),
    [
        ("score", np.nanmean, 662, 0.02),
        ("rev_util", np.nanmedian, 45, 0.03),
        ("rev_balance", np.nanmedian, 5_750, 0.02),
        ("rev_limit", np.nanmedian, 14_700, 0.03),
        ("trades_total", np.nanmedian, 9, 0.02),
        ("mths_oldest_trade", np.nanmedian, 140, 0.03),
        ("inq_6m", np.nanmean, 1.1, 0.05),
        ("num_30dpd_12m", np.nanmean, 0.5, 0.12),
        ("trades_opened_6m", np.nanmedian, 0, 0),
        ("trades_opened_12m", np.nanmedian, 1, 0),
        ("inst_payment", np.nanmedian, 347, 0.03),
    ],
)
def test_attributes_have_the_medians_of_the_domain_notes(
    values: Mapping[str, np.ndarray], name: str, measure: object, expected: float, tolerance: float
) -> None:
    """Contracts tuned on this world would not fit a lender's."""
    assert callable(measure)
    assert measure(values[name]) == pytest.approx(expected, rel=tolerance)


def test_columns_go_together_as_they_do_in_life(values: Mapping[str, np.ndarray]) -> None:
    """Checks of what belongs together would be learned on noise."""
    people = WORLD.people(DAY)
    income, score = np.log(people.income), people.score.astype(float)
    assert np.corrcoef(score, income)[0, 1] == pytest.approx(0.29, abs=0.03)
    ok = ~np.isnan(values["score"]) & ~np.isnan(values["rev_util"])
    assert np.corrcoef(values["score"][ok], values["rev_util"][ok])[0, 1] == pytest.approx(-0.68, abs=0.03)


def test_identities_hold_in_every_clean_row(values: Mapping[str, np.ndarray]) -> None:
    """A recomputed identity that fails by itself is an alarm every night."""
    v = values
    with np.errstate(invalid="ignore"):
        assert not (v["mths_newest_trade"] > v["mths_oldest_trade"]).any()
        assert not (v["inq_6m"] > v["inq_12m"]).any()
        assert not (v["trades_opened_6m"] > v["trades_opened_12m"]).any()
        assert not (v["trades_opened_12m"] > v["trades_opened_24m"]).any()
        assert not (v["trades_opened_24m"] > v["trades_total"]).any()
        assert not (v["trades_open"] > v["trades_total"]).any()
        assert not (v["num_90dpd_24m"] > v["num_30dpd_12m"]).any()
        assert not (v["auto_balance"] + np.nan_to_num(v["student_balance"]) > v["inst_balance"]).any()
        assert not ((v["mths_newest_trade"] < 6) != (v["trades_opened_6m"] > 0))[~np.isnan(v["mths_newest_trade"])].any()
        assert not ((v["inq_6m"] > 0) & (v["mths_since_inq"] >= 6)).any()
        limited = v["rev_limit"] > 0
        util = np.minimum(200, np.rint(100 * v["rev_balance"] / np.where(limited, v["rev_limit"], 1)))
        assert not (limited & (np.abs(util - v["rev_util"]) > 1)).any()


def test_every_number_is_a_value_or_one_of_the_bureaus_codes(pulls: pa.Table, values: Mapping[str, np.ndarray]) -> None:
    """A code of the wrong bureau would be read as a number of months."""
    assert pulls.num_rows > 50_000
    for name, kind in KIND_OF.items():
        within = values[name][~np.isnan(values[name])]
        assert within.min() >= 0
        assert within.max() <= VALID_MAX[kind]


def test_codes_have_causes(pulls: pa.Table, values: Mapping[str, np.ndarray]) -> None:
    """What hangs together in a file would not, and its break could not be found."""
    without = np.isnan(values["rev_balance"])
    assert (np.isnan(values["rev_limit"]) == without).all()
    assert np.isnan(values["trend_rev_balance_6m_ago"][without]).all()
    answered = pc.is_in(pulls["hit_status"], pa.array(["hit", "hit_no_score"])).to_numpy(zero_copy_only=False)
    deceased = pc.fill_null(pc.equal(pulls["score_raw"], 9001), False).to_numpy(zero_copy_only=False)
    delivered = pc.is_valid(pulls["trades_total"]).to_numpy(zero_copy_only=False)
    assert (delivered == (answered & ~deceased)).all()


def test_shares_of_bureaus_and_answers(pulls: pa.Table) -> None:
    """An outage is told by a share that is not what the contract with the bureaus says."""
    share = {row["values"]: row["counts"] / len(pulls) for row in pc.value_counts(pulls["bureau"]).to_pylist()}
    assert share == pytest.approx({"EFX": 0.45, "EXP": 0.35, "TUC": 0.20}, abs=0.01)
    status = {row["values"]: row["counts"] / len(pulls) for row in pc.value_counts(pulls["hit_status"]).to_pylist()}
    assert status["no_hit"] == pytest.approx(0.018, abs=0.008)
    assert status["hit_no_score"] == pytest.approx(0.034, abs=0.011)
    assert status["timeout"] == pytest.approx(0.003, abs=0.002)


def test_requests_are_echoed_truly(pulls: pa.Table) -> None:
    """A wrong person's file could not be told from a moved one's."""
    same = pc.equal(pulls["input_birth_decade"], pulls["file_birth_decade"])
    assert pc.all(same.drop_null()).as_py()
    moved = pc.mean(pc.not_equal(pulls["input_state"], pulls["file_state"]).cast(pa.int8())).as_py()
    assert 0.005 < moved < 0.02
