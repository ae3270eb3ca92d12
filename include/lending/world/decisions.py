"""The lender's decisions of a day, made in the morning after it from what was known then, and the log of them."""

from dataclasses import dataclass
from datetime import time, timedelta
from hashlib import md5
from typing import Final

import numpy as np
import pyarrow as pa

from lending.decisioning import (
    CUTOFF,
    CUTOFF_VERSION,
    MODEL_NAME,
    MODEL_VERSION,
    Decided,
    Words,
    band_of,
    decide,
    offer_of,
    reasons_of,
)
from lending.world.applicants import Applicants, at_local
from lending.world.applications import requested_usd, term_months
from lending.world.columns import DAY_MS, constant, money, times, whole
from lending.world.draws import Bools, Floats, Ints
from lending.world.keys import uuids
from lending.world.known import Known, known

FEATURE_VERSION: Final = "fv-2026.1"

_OPENS: Final = time(6)
_ALL_DECIDED_WITHIN_MS: Final = 90 * 60_000
_TIMED_OUT_SHARE: Final = 0.001
_TIMEOUT_MS: Final = 2_000
_OVERRIDE_SHARE, _OVERRIDE_UP_TO = 0.15, 1.15 * CUTOFF  # people approve some of those just above the cutoff
_NOTICE_DAYS: Final = 30
_NOTICES_GO: Final = time(17)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """One final decision per application: what was known, what the model and the policy made of it, what a person changed.

    `made` is the decision that stands; `timed_out` where the model did not answer in time and a person is asked.
    """

    known: Known
    decided: Decided
    made: Words
    overridden: Bools
    timed_out: Bools
    amount: Floats
    apr: Floats
    term: Ints

    @property
    def is_approved(self) -> Bools:
        """Where a loan was offered."""
        approved: Bools = self.made == "approve"
        return approved


def decisions_of(people: Applicants) -> Decisions:
    """The day's decisions, made on the next morning."""
    facts, rows = known(people), people.rows_drawn
    decided = decide(facts.score, facts.dti_back, facts.inquiries, facts.income)
    timed_out = rows.chance("model_timeout", _TIMED_OUT_SHARE)
    near = (decided.decision == "decline") & (decided.rules == "") & (decided.pd < _OVERRIDE_UP_TO)
    overridden = near & ~timed_out & rows.chance("override", _OVERRIDE_SHARE)
    term = term_months(people)
    amount, apr = offer_of(decided.pd, requested_usd(people), facts.income, term)
    made = np.where(timed_out, "refer", np.where(overridden, "approve", decided.decision))
    return Decisions(
        known=facts, decided=decided, made=made, overridden=overridden, timed_out=timed_out, amount=amount, apr=apr, term=term
    )


def decisions(people: Applicants) -> pa.Table:
    """The log of the day's decisions, one final one per application in order of submission; `pd` in 0-1, APR in percent.

    A decision that timed out has neither PD nor rules; `offered_amount` (USD) and `offered_apr` are those of approvals.
    """
    of, rows, n = decisions_of(people), people.rows_drawn, people.rows
    at = at_local(people.draws.day + timedelta(days=1), _OPENS) + (_ALL_DECIDED_WITHIN_MS * rows.uniform("decided")).astype(
        np.int64
    )
    pd = np.where(of.timed_out, np.nan, np.round(of.decided.pd, 6))
    rules = np.where(of.timed_out, "", of.decided.rules)
    declined = of.made == "decline"
    approved = of.is_approved
    facts = of.known
    reasons = reasons_of(facts.score, facts.dti_back, facts.inquiries, facts.income, decision=of.made)
    return pa.table(
        {
            "decision_id": uuids(rows, "decision"),
            "application_id": people.keys,
            "decided_at": times(at),
            "mode": pa.array(np.select([of.timed_out, of.overridden], ["rules_only", "manual"], default="model")),
            "model_name": constant(MODEL_NAME, n),
            "model_version": constant(MODEL_VERSION, n),
            "feature_snapshot_id": _snapshots(people),
            "feature_version": constant(FEATURE_VERSION, n),
            "bureau_score": whole(np.nan_to_num(facts.score).astype(np.int64), np.isnan(facts.score)),
            "pd": pa.array(pd, mask=np.isnan(pd)),
            "score_band": _text(band_of(facts.score)),
            "cutoff_version": constant(CUTOFF_VERSION, n),
            "cutoff_value": pa.array(np.full(n, CUTOFF)),
            "policy_rules_fired": _text(rules),
            "decision": pa.array(of.made),
            **{f"reason_code_{i + 1}": _text(reasons[:, i]) for i in range(reasons.shape[1])},
            "offered_amount": money(of.amount, ~approved),
            "offered_apr": pa.array(of.apr, mask=~approved),
            "latency_ms": whole(_latency(people, of.timed_out)),
            "override_flag": pa.array(of.overridden),
            "notice_due_at": times(at + _NOTICE_DAYS * DAY_MS, ~declined),
            "notice_sent_at": times(_notices(people), ~declined),
        }
    )


def _latency(people: Applicants, timed_out: Bools) -> Ints:
    ordinary = np.exp(np.log(120) + 0.35 * people.rows_drawn.normal("latency")).clip(30, _TIMEOUT_MS - 1)
    return np.where(timed_out, _TIMEOUT_MS, np.rint(ordinary)).astype(np.int64)


def _notices(people: Applicants) -> Ints:
    """Letters of a morning's declines go out in the evening, one after another."""
    begin = at_local(people.draws.day + timedelta(days=1), _NOTICES_GO)
    return begin + (3_600_000 * people.rows_drawn.uniform("notice")).astype(np.int64)


def _snapshots(people: Applicants) -> pa.Array:
    keys = people.keys.to_pylist()
    return pa.array([md5(f"{key}|{FEATURE_VERSION}".encode(), usedforsecurity=False).hexdigest() for key in keys])


def _text(words: Words) -> pa.Array:
    """Words, with nothing as null."""
    return pa.array(words, pa.string(), mask=words == "")
