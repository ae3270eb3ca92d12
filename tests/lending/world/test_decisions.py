"""The lender's decisions and how its loans perform: as in the domain notes, and as its own features would decide again."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lending.decisioning import BANDS, CUTOFF, Bools, Floats, band_of, decide
from lending.world import World
from lending.world.decisions import decisions, decisions_of
from lending.world.known import known
from lending.world.outcomes import MONTHS_ON_BOOK, billed, goes_bad, loans_of, outcomes, performance
from tests.lending.world.test_income import frame

Rows = Callable[..., list[tuple[Any, ...]]]
DAY = date(2026, 3, 4)
MANY = World(seed=3, applications=120_000)
SMALL = World(seed=7, applications=2_000)


def auc(score: Floats, bad: Bools) -> float:
    """The chance that somebody who goes bad has the higher score of two."""
    ranks = np.argsort(np.argsort(score)) + 1
    bads, goods = int(bad.sum()), int((~bad).sum())
    return float((ranks[bad].sum() - bads * (bads + 1) / 2) / bads / goods)


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    """A Wednesday's decisions."""
    return frame(SMALL.table("decisions", DAY))


def test_approvals_bad_rates_and_ranking_follow_the_domain_notes() -> None:
    """Money at stake and flipped decisions would be counted on a lender that does not exist."""
    people = MANY.people(DAY)
    made = decisions_of(people)
    bad, pd_, scorable = goes_bad(people, made), made.decided.pd, ~np.isnan(made.decided.pd)
    approved, band = made.is_approved, band_of(made.known.score)
    assert approved.mean() == pytest.approx(0.464, abs=0.02)
    assert bad[scorable].mean() == pytest.approx(0.127, abs=0.006)
    assert bad[approved].mean() == pytest.approx(0.031, abs=0.003)
    assert 0.82 <= auc(pd_[scorable], bad[scorable]) <= 0.85
    assert 0.66 <= auc(pd_[approved], bad[approved]) <= 0.70
    by_band = [bad[scorable & (band == name)].mean() for name in BANDS]
    assert by_band == sorted(by_band, reverse=True)
    assert by_band == pytest.approx([0.42, 0.17, 0.10, 0.059, 0.032, 0.019, 0.010], rel=0.12)


def test_the_log_can_be_replayed(log: pd.DataFrame) -> None:
    """A cutoff on the wrong scale could not be told from ordinary overrides and time-outs."""
    model = log[log["mode"] == "model"]
    scored = model[model.pd.notna()]
    again = np.where((scored.pd < CUTOFF) & scored.policy_rules_fired.isna(), "approve", "decline")
    assert (scored.decision == again).all()
    assert (model[model.pd.isna()].decision == "refer").all()
    assert ((log.decision == "approve") == log.offered_amount.notna()).all()
    assert log.offered_amount.dropna().between(1_000, 40_000).all()
    assert log.offered_apr.dropna().between(6.5, 36).all()
    assert set(log.cutoff_value) == {CUTOFF}


def test_people_override_a_few_declines_just_above_the_cutoff() -> None:
    """Overrides would be so many that a replay proves nothing, or none at all."""
    log = frame(World(seed=7, applications=20_000).table("decisions", DAY))
    overridden = log[log.override_flag]
    assert 0.001 < len(overridden) / len(log) < 0.01
    assert set(overridden["mode"]) == {"manual"}
    assert set(overridden.decision) == {"approve"}
    assert overridden.pd.between(CUTOFF, 1.15 * CUTOFF).all()
    timed_out = log[log["mode"] == "rules_only"]
    assert 0 < len(timed_out) / len(log) < 0.003
    assert (timed_out.latency_ms == 2_000).all()
    assert (log[log["mode"] == "model"].latency_ms < 2_000).all()
    assert set(timed_out.decision) == {"refer"}


def test_every_decline_has_its_reasons_and_its_notice(log: pd.DataFrame) -> None:
    """Clean days would break the law that the log is checked against."""
    declined = log.decision == "decline"
    assert (log.reason_code_1.notna() >= declined).all()
    assert not log[log.decision == "approve"].reason_code_1.notna().any()
    assert (log.notice_due_at.notna() == declined).all()
    assert (log.notice_sent_at.notna() == declined).all()
    assert ((log.notice_due_at - log.decided_at).dropna() == timedelta(days=30)).all()
    assert (log.notice_sent_at.dropna() > log.decided_at[declined]).all()
    assert log.reason_code_1[declined].value_counts(normalize=True).iloc[0] < 0.9


def test_one_decision_per_application_on_the_next_morning(log: pd.DataFrame) -> None:
    """Decisions would be made before their features, or twice."""
    assert log.application_id.tolist() == SMALL.table("applications", DAY)["application_id"].to_pylist()
    assert log.decision_id.is_unique
    six = datetime(2026, 3, 5, 11, tzinfo=UTC)
    assert log.decided_at.between(six, six + timedelta(minutes=90)).all()
    (first,) = log.head(1).itertuples()
    named = hashlib.md5(f"{first.application_id}|fv-2026.1".encode(), usedforsecurity=False)
    assert first.feature_snapshot_id == named.hexdigest()


def test_the_features_of_the_night_decide_as_the_lender_did(clean: Mapping[str, str], look: Rows) -> None:
    """Truth about flipped decisions would start from features that differ from those that decided."""
    rows = look(
        "SELECT a.application_id, p.score_value, d.dti_back::DOUBLE, d.gross_monthly_income::DOUBLE * 12 "
        "FROM a LEFT JOIN d USING (application_id) LEFT JOIN p ON d.bureau_pull_id = p.pull_id",
        a=clean["application_intake"],
        d=clean["dti_join"],
        p=clean["bureau_pull"],
    )
    people = World(seed=7).people(DAY)
    facts = known(people)
    by_key = {key: i for i, key in enumerate(people.keys.to_pylist())}
    order = [by_key[key] for key, *_ in rows]
    score, dti, income = (np.array([row[i] for row in rows], dtype=float) for i in (1, 2, 3))
    assert len(order) == people.rows
    assert np.array_equal(score, facts.score[order], equal_nan=True)
    assert np.allclose(dti, facts.dti_back[order], atol=0.011, equal_nan=True)
    assert np.allclose(income, facts.income[order], atol=0.07, equal_nan=True)
    again = decide(score, dti, facts.inquiries[order], income)
    assert (again.decision == decide(facts.score, facts.dti_back, facts.inquiries, facts.income).decision[order]).mean() > 0.999


def test_every_approval_booked_is_billed_once_at_each_age() -> None:
    """A vintage would be missing from the tape, or twice on it, without any fault."""
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    for months in MONTHS_ON_BOOK:
        of = [applied for day in days for applied in billed(day, months)]
        assert len(of) == len(set(of))
        between = {date(2026, 1, 1) + timedelta(days=n) for n in range(365 - 31 * months)}
        assert between <= set(of)


def test_a_tape_holds_the_loans_of_six_ages() -> None:
    """Vintages could not be reconciled."""
    tape = frame(outcomes(DAY, people=SMALL.people))
    assert tape.loan_id.is_unique
    assert dict(zip(tape.mob, tape.vintage, strict=True)) == {
        1: "2026-02", 2: "2026-01", 3: "2025-12", 6: "2025-09", 9: "2025-06", 12: "2025-03",
    }  # fmt: skip
    approved = frame(decisions(SMALL.people(date(2026, 2, 4))))
    booked = tape[tape.mob == 1].application_id
    assert set(booked) <= set(approved.application_id[approved.decision == "approve"])
    assert len(booked) / (approved.decision == "approve").sum() == pytest.approx(0.62, abs=0.05)
    assert tape.bad_12.isna().tolist() == (tape.mob < 12).tolist()
    assert (tape.balance[tape.prepaid] == 0).all()
    assert (tape.balance[~tape.prepaid] > 0).all()
    assert (tape.charged_off == (tape.dpd >= 120)).all()
    assert not outcomes(date(2025, 1, 20), people=SMALL.people).num_rows


def test_loans_go_bad_step_by_step_and_as_often_as_said() -> None:
    """Early signs would not foretell the label, and a model trained on the tape would learn another world."""
    applied = date(2025, 3, 4)
    loans = loans_of(MANY.people(applied))
    days = [date(2025 + (2 + m) // 12, (2 + m) % 12 + 1, 4) for m in range(1, 13)]
    months = [performance(loans, applied=applied, months=m, day=day).to_pandas() for m, day in enumerate(days, start=1)]
    late = np.stack([month.dpd for month in months])
    bad = months[-1].bad_12.astype(bool).to_numpy()
    assert bad.mean() == pytest.approx(0.031, abs=0.003)
    assert (late.max(axis=0) >= 90).tolist() == bad.tolist()
    assert np.diff(late, axis=0).max() <= 30
    assert np.diff(late[:, bad], axis=0).min() >= 0
    first_payment_default = (late[2] >= 90).mean()
    assert first_payment_default == pytest.approx(0.004, abs=0.0015)
    assert late[2, bad].mean() > 3 * late[2, ~bad].mean()
    begins = np.argmax(late[:, bad] >= 90, axis=0) + 1
    assert 5 <= np.median(begins) <= 9
    prepaid = np.stack([month.prepaid for month in months])
    assert (np.diff(prepaid.astype(int), axis=0) >= 0).all()
    assert months[-1].prepaid.mean() == pytest.approx(0.13, abs=0.02)
