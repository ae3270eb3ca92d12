"""How the lender decides: its model of default, its policy, its offers and the reasons it gives; and, for the simulator alone,
the odds by which loans really go bad (domain notes, 7.4).

Vectorised over numpy arrays. Knows nothing of tables, files or where a value came from: a caller hands over what was known.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Words = NDArray[np.str_]

MODEL_NAME: Final = "personal_pd"
MODEL_VERSION: Final = "4.2.0"
CUTOFF: Final = 0.075
CUTOFF_VERSION: Final = "cutoff-2025.1"
SCORE_FLOOR: Final = 600
DTI_CAP: Final = 50.0

#: Fired rules in the order in which they are written, joined by ";".
RULES: Final = ("score_below_floor", "dti_above_cap", "unscorable")
BANDS: Final = ("<580", "580-619", "620-659", "660-699", "700-739", "740-779", "780+")
REASONS: Final = ("credit_score_low", "debt_to_income_high", "recent_inquiries", "income_low")
UNKNOWN_REASONS: Final = ("no_credit_score", "debt_to_income_unknown", "inquiries_unknown", "income_unknown")
REASONS_GIVEN: Final = 4
SMALLEST_OFFER_USD: Final = 1_000

_BAND_EDGES: Final = (580, 620, 660, 700, 740, 780)
_MOST_INQUIRIES: Final = 8
# Weights of score, DTI, inquiries and log income beside the intercept: of the model, and of life.
_MODEL: Final = (-2.95, -0.98, 0.016, 0.05, -0.15)
_LIFE: Final = (-3.02, -0.95, 0.018, 0.06, -0.20)
_LIFE_UNSEEN: Final = 0.35
# A comfortable applicant: what lies on the bad side of this one is a reason.
_REFERENCE: Final = ((760.0,), (20.0,), (0.0,), (90_000.0,))
_RULE_FIRST: Final = 100.0  # a rule that fired is named before any weight of the model
_OFFER_OF_INCOME: Final = 0.40
_OFFER_STEP_USD: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One row per application: `pd` in 0-1 (NaN if unscorable), `decision` approve, decline or refer, `rules` that fired."""

    pd: Floats
    decision: Words
    rules: Words


def pd_of(score: ArrayLike, dti_back_percent: ArrayLike, inquiries_6m: ArrayLike, annual_income_usd: ArrayLike) -> Floats:
    """The model's probability that a loan is 90 days late within 12 months, in 0-1; NaN where any of the four is NaN."""
    return _share(_log_odds(_MODEL, _terms(score, dti_back_percent, inquiries_6m, annual_income_usd)))


def true_log_odds(
    score: ArrayLike, dti_back_percent: ArrayLike, inquiries_6m: ArrayLike, annual_income_usd: ArrayLike, *, unseen: ArrayLike
) -> Floats:
    """Log-odds by which loans of the simulated world go bad; `unseen` is standard normal, what no model can know."""
    known = _log_odds(_LIFE, _terms(score, dti_back_percent, inquiries_6m, annual_income_usd))
    return known + _LIFE_UNSEEN * np.asarray(unseen, dtype=np.float64)


def decide(
    score: ArrayLike,
    dti_back_percent: ArrayLike,
    inquiries_6m: ArrayLike,
    annual_income_usd: ArrayLike,
    *,
    cutoff: float = CUTOFF,
) -> Decided:
    """Approve below the cutoff unless a rule of the policy fires; refer to a person what cannot be scored; decline the rest."""
    pd = pd_of(score, dti_back_percent, inquiries_6m, annual_income_usd)
    fired = np.stack([*_policy(score, dti_back_percent), np.isnan(pd)])
    approved = (pd < cutoff) & ~fired.any(axis=0)
    decision = np.where(np.isnan(pd), "refer", np.where(approved, "approve", "decline"))
    return Decided(pd=pd, decision=decision, rules=_written(fired))


def reasons_of(
    score: ArrayLike,
    dti_back_percent: ArrayLike,
    inquiries_6m: ArrayLike,
    annual_income_usd: ArrayLike,
    *,
    decision: Words,
) -> Words:
    """Up to four reasons per application, heaviest first: an array of shape (applications, 4), "" where there is no further one.

    A decline has at least one: the weights by which it is worse than a comfortable applicant. A referral names what is unknown;
    an approval has none.
    """
    terms = _terms(score, dti_back_percent, inquiries_6m, annual_income_usd)
    weights = np.array(_MODEL[1:])[:, None] * (terms - _terms(*_REFERENCE))
    weights[:2] += _RULE_FIRST * np.stack(_policy(score, dti_back_percent))
    declined = _heaviest(weights, REASONS)
    unknown = _heaviest(np.isnan(terms).astype(np.float64), UNKNOWN_REASONS)
    kinds = [(decision == "decline")[:, None], (decision == "refer")[:, None]]
    return np.select(kinds, [declined, unknown], default="")


def band_of(score: ArrayLike) -> Words:
    """The score band of each application, "" where there is no score."""
    scores = np.asarray(score, dtype=np.float64)
    bands = np.array(BANDS)[np.searchsorted(_BAND_EDGES, np.nan_to_num(scores), side="right")]
    return np.where(np.isnan(scores), "", bands)


def offer_of(
    pd: ArrayLike, requested_usd: ArrayLike, annual_income_usd: ArrayLike, term_months: ArrayLike
) -> tuple[Floats, Floats]:
    """(amount in USD, APR in percent) for who is approved: at most 40 percent of a year's income, dearer with risk and term."""
    risk = np.asarray(pd, dtype=np.float64)
    able = _OFFER_OF_INCOME * np.asarray(annual_income_usd, dtype=np.float64)
    amount = np.floor(np.minimum(np.asarray(requested_usd, dtype=np.float64), able) / _OFFER_STEP_USD) * _OFFER_STEP_USD
    apr = 6.49 + 2.0 * np.sqrt(1_000 * risk) + np.where(np.asarray(term_months) > 36, 1.5, 0.0)
    return np.maximum(amount, SMALLEST_OFFER_USD), np.round(apr, 2)


def _terms(score: ArrayLike, dti: ArrayLike, inquiries: ArrayLike, income: ArrayLike) -> Floats:
    """The four variables as the model and life weigh them, one row each; NaN where unknown or where there is no income at all."""
    earned = np.asarray(income, dtype=np.float64)
    return np.stack(
        [
            (np.asarray(score, dtype=np.float64) - 680) / 70,
            np.asarray(dti, dtype=np.float64) - 35,
            np.minimum(np.asarray(inquiries, dtype=np.float64), _MOST_INQUIRIES),
            np.log(np.where(earned > 0, earned, np.nan) / 60_000),
        ]
    )


def _log_odds(weights: tuple[float, ...], terms: Floats) -> Floats:
    total = np.full(terms.shape[1:], weights[0])
    for weight, term in zip(weights[1:], terms, strict=True):
        total += weight * term
    return total


def _share(log_odds: Floats) -> Floats:
    share: Floats = 1 / (1 + np.exp(-log_odds))
    return share


def _policy(score: ArrayLike, dti: ArrayLike) -> tuple[Bools, Bools]:
    """Below the score floor, above the DTI cap; an unknown value is neither."""
    return np.asarray(score, dtype=np.float64) < SCORE_FLOOR, np.asarray(dti, dtype=np.float64) > DTI_CAP


def _written(fired: Bools) -> Words:
    """Each column's fired rules as text."""
    texts = [";".join(rule for bit, rule in enumerate(RULES) if code >> bit & 1) for code in range(1 << len(RULES))]
    return np.array(texts)[np.tensordot(1 << np.arange(len(RULES)), fired, axes=1)]


def _heaviest(weights: Floats, names: tuple[str, ...]) -> Words:
    """Names in order of descending weight, "" for what does not weigh; equal weights keep the order of the names."""
    order = np.argsort(-np.nan_to_num(weights), axis=0, kind="stable")[:REASONS_GIVEN].T
    weighs = np.take_along_axis(np.nan_to_num(weights).T, order, axis=1) > 0
    return np.where(weighs, np.array(names)[order], "")
