import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending import decisioning
from lending.decisioning import band_of, decide, offer_of, pd_of, reasons_of, true_log_odds

NAN = math.nan


def test_model_is_the_one_of_the_domain_notes() -> None:
    """Decisions flipped by a fault would be counted with another model than the one that decided."""
    log_odds = -2.95 - 0.98 * (750 - 680) / 70 + 0.016 * (45 - 35) + 0.05 * 8 - 0.15 * math.log(30_000 / 60_000)
    assert pd_of([750], [45], [11], [30_000])[0] == pytest.approx(1 / (1 + math.exp(-log_odds)))
    life = -3.02 - 0.95 * (750 - 680) / 70 + 0.018 * (45 - 35) + 0.06 * 8 - 0.20 * math.log(30_000 / 60_000) + 0.35 * 2
    assert true_log_odds([750], [45], [11], [30_000], unseen=[2.0])[0] == pytest.approx(life)


@pytest.mark.parametrize(
    ("applicant", "decision", "rules"),
    [
        ((740, 30, 1, 60_000), "approve", ""),
        ((610, 30, 1, 60_000), "decline", ""),
        ((599, 30, 1, 60_000), "decline", "score_below_floor"),
        ((740, 50.01, 1, 60_000), "decline", "dti_above_cap"),
        ((740, 50.0, 1, 60_000), "approve", ""),
        ((550, 80, 1, 60_000), "decline", "score_below_floor;dti_above_cap"),
        ((NAN, 30, 1, 60_000), "refer", "unscorable"),
        ((740, NAN, 1, 60_000), "refer", "unscorable"),
        ((740, 30, NAN, 60_000), "refer", "unscorable"),
        ((740, 30, 1, 0), "refer", "unscorable"),
        ((599, 30, 1, NAN), "refer", "score_below_floor;unscorable"),
    ],
)
def test_policy(applicant: tuple[float, ...], decision: str, rules: str) -> None:
    """An applicant would be approved against the policy, or declined without a rule on record."""
    decided = decide(*([value] for value in applicant))
    assert (decided.decision[0], decided.rules[0]) == (decision, rules)


def test_a_cutoff_on_the_wrong_scale_approves_nearly_everybody_the_rules_allow() -> None:
    """The fault of a cutoff of 0.75 for 0.075 could not be replayed."""
    scores = np.arange(600, 850.0)
    wrong = decide(scores, np.full(250, 30), np.full(250, 2), np.full(250, 40_000), cutoff=0.75)
    right = decide(scores, np.full(250, 30), np.full(250, 2), np.full(250, 40_000))
    assert (wrong.decision == "approve").all()
    assert 0.3 < (right.decision == "approve").mean() < 0.9


_SCORE, _DTI, _INQUIRIES, _INCOME = (
    st.integers(300, 850),
    st.floats(0, 300),
    st.integers(0, 25),
    st.floats(9_000, 1_500_000),
)


@given(st.lists(st.tuples(_SCORE, _DTI, _INQUIRIES, _INCOME), min_size=1, max_size=20))
def test_every_decline_has_a_reason_and_no_approval_has(applicants: list[tuple[float, ...]]) -> None:
    """A notice of adverse action would go out without a reason, which the law forbids."""
    columns = [np.array(column, dtype=float) for column in zip(*applicants, strict=True)]
    decided = decide(*columns)
    reasons = reasons_of(*columns, decision=decided.decision)
    assert reasons.shape == (len(applicants), 4)
    assert ((reasons[:, 0] != "") == (decided.decision == "decline")).all()
    for row in reasons.tolist():
        named = [reason for reason in row if reason]
        assert row[: len(named)] == named
        assert len(set(named)) == len(named)


def test_reasons_come_heaviest_first_and_fired_rules_before_them() -> None:
    """Applicants would be told a lesser reason than the one that decided."""
    columns = ([560.0, 760.0, NAN], [30.0, 90.0, 30.0], [3.0, 0.0, 1.0], [40_000.0, 90_000.0, NAN])
    decision = decide(*columns).decision
    assert reasons_of(*columns, decision=decision).tolist() == [
        ["credit_score_low", "debt_to_income_high", "recent_inquiries", "income_low"],
        ["debt_to_income_high", "", "", ""],
        ["no_credit_score", "income_unknown", "", ""],
    ]


def test_bands_meet_at_their_lower_edge() -> None:
    """Approval rates by band would be counted in the wrong band."""
    assert band_of([579, 580, 619, 620, 779, 780, NAN]).tolist() == [
        "<580", "580-619", "580-619", "620-659", "740-779", "780+", "",
    ]  # fmt: skip


def test_offers_are_bounded_by_income_and_dearer_with_risk() -> None:
    """Money at stake would be counted on loans that nobody could be offered."""
    amount, apr = offer_of([0.01, 0.07, 0.07], [30_000, 30_010, 500], [200_000, 30_000, 30_000], [36, 36, 60])
    assert amount.tolist() == [30_000, 12_000, decisioning.SMALLEST_OFFER_USD]
    assert apr.tolist() == [12.81, 23.22, 24.72]
