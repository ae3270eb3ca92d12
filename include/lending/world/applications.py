"""The lender's own intake export of a day, and the restricted table of segments beside it. Knows nothing of vendors."""

import numpy as np
import pyarrow as pa

from lending.world.applicants import GROUPS, STATES, Applicants
from lending.world.columns import money, times, words
from lending.world.draws import Floats, Ints

_CHANNELS = ("web", "mobile", "partner", "branch")
_PURPOSES = (
    ("debt_consolidation", 0.52), ("credit_card", 0.19), ("home_improvement", 0.08), ("major_purchase", 0.05), ("medical", 0.04),
    ("car", 0.03), ("moving", 0.02), ("vacation", 0.02), ("other", 0.05),
)  # fmt: skip
_EMPLOYMENT = (("employed", 0.81), ("self_employed", 0.09), ("retired", 0.06), ("student", 0.02), ("unemployed", 0.02))
_AGE_BANDS = ("18-24", "25-29", "30-44", "45-61", "62+")
_AGE_BAND_BEGINS = (25, 30, 45, 62)


def applications(people: Applicants) -> pa.Table:
    """One row per application, in order of submission; amounts in USD, `term` as the form spells it ("36 months")."""
    persons, rows = people.persons, people.rows_drawn
    tenure = np.where(people.has_mortgage, 0, np.where(people.owns, 1, 2))
    employment = persons.pick("employment", [share for _, share in _EMPLOYMENT])
    campaigns = [None, *(campaign.id for campaign in people.conditions.campaigns)]
    return pa.table(
        {
            "application_id": people.keys,
            "consumer_key": people.consumers,
            "submitted_at": times(people.submitted),
            "channel": words(_channel(people), _CHANNELS),
            "campaign_id": words(people.campaign + 1, campaigns),
            "product": words(rows.chance("product", 0.85).astype(np.int64), ("auto", "personal")),
            "requested_amount": money(requested_usd(people)),
            "term": words((term_months(people) == 36).astype(np.int64), ("60 months", "36 months")),
            "purpose": words(_purpose(people), [name for name, _ in _PURPOSES]),
            "state": words(people.state, [name for name, _, _ in STATES]),
            "tenure": words(tenure, ("mortgage", "own", "rent")),
            "employment_status": words(employment, [name for name, _ in _EMPLOYMENT]),
            "stated_annual_income": money(people.stated_income),
            "housing_payment_stated": money(people.housing_payment),
            "co_applicant": pa.array(rows.chance("co_applicant", 0.09)),
        }
    )


def requested_usd(people: Applicants) -> Floats:
    """How much each application asks for, in USD."""
    amount = np.clip(np.rint(np.exp(np.log(12_900) + 0.65 * people.persons.normal("amount")) / 25) * 25, 1_000, 40_000)
    return np.where(people.persons.chance("round_amount", 0.08), 10_000.0, amount)


def term_months(people: Applicants) -> Ints:
    """Over how many months each application would pay back: 36 or 60."""
    return np.where(people.rows_drawn.chance("term", 0.68), 36, 60)


def segments(people: Applicants) -> pa.Table:
    """The monitoring segments of each application: age band, whether the consumer is new, a synthetic group. Restricted."""
    return pa.table(
        {
            "application_id": people.keys,
            "age_band": words(np.searchsorted(_AGE_BAND_BEGINS, people.age, side="right"), _AGE_BANDS),
            "first_time": pa.array(people.is_first),
            "grp": words(people.group, [name for name, _, _ in GROUPS]),
        }
    )


def _channel(people: Applicants) -> Ints:
    """Weekends are more mobile; mail drops bring people to the web and to partners."""
    mobile = 0.08 if people.is_weekend else 0.0
    ordinary = people.rows_drawn.pick("channel", (0.55 - mobile, 0.30 + mobile, 0.10, 0.05))
    mailed = people.rows_drawn.pick("channel_mailed", (0.70, 0.15, 0.13, 0.02))
    branch = people.conditions.branch_state
    if branch and (people.conditions.branch_opens is None or people.draws.day >= people.conditions.branch_opens):
        at_branch = (np.array([name for name, _, _ in STATES]) == branch)[people.state]
        ordinary = np.where(at_branch & people.rows_drawn.chance("at_branch", 0.5), 3, ordinary)
    return np.where(people.campaign >= 0, mailed, ordinary)


def _purpose(people: Applicants) -> Ints:
    """After a rate cut more people refinance."""
    shares = [share for _, share in _PURPOSES]
    shares[0] += people.conditions.rate_cut_lift(people.draws.day)
    return people.persons.pick("purpose", shares)
