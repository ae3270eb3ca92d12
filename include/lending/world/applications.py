"""The lender's own intake export of a day. Knows nothing of vendors."""

import numpy as np

from lending.world.applicants import Applicants
from lending.world.records import Record, money, records, times

_CHANNELS = ("web", "mobile", "partner", "branch")
_PURPOSES = (
    ("debt_consolidation", 0.52), ("credit_card", 0.19), ("home_improvement", 0.08), ("major_purchase", 0.05), ("medical", 0.04),
    ("car", 0.03), ("moving", 0.02), ("vacation", 0.02), ("other", 0.05),
)  # fmt: skip
_EMPLOYMENT = (("employed", 0.81), ("self_employed", 0.09), ("retired", 0.06), ("student", 0.02), ("unemployed", 0.02))


def intake(people: Applicants) -> list[Record]:
    """One record per application, in order of submission; amounts in USD, `term` as the form spells it ("36 months")."""
    draws, n = people.draws, people.rows
    mobile = 0.08 if people.is_weekend else 0.0
    channel = draws.pick("channel", n, (0.55 - mobile, 0.30 + mobile, 0.10, 0.05))
    amount = np.clip(np.rint(np.exp(np.log(12_900) + 0.65 * draws.normal("amount", n)) / 25) * 25, 1_000, 40_000)
    amount = np.where(draws.chance("round_amount", n, 0.08), 10_000.0, amount)
    purpose = draws.pick("purpose", n, [share for _, share in _PURPOSES])
    employment = draws.pick("employment", n, [share for _, share in _EMPLOYMENT])
    return records(
        application_id=people.keys,
        consumer_key=people.consumers,
        submitted_at=times(people.submitted),
        channel=[_CHANNELS[i] for i in channel],
        product=["personal" if p else "auto" for p in draws.chance("product", n, 0.85)],
        requested_amount=money(amount),
        term=[f"{36 if short else 60} months" for short in draws.chance("term", n, 0.68)],
        purpose=[_PURPOSES[i][0] for i in purpose],
        state=people.states,
        tenure=["mortgage" if m else "own" if o else "rent" for m, o in zip(people.has_mortgage, people.owns, strict=True)],
        employment_status=[_EMPLOYMENT[i][0] for i in employment],
        stated_annual_income=money(people.stated_income),
        housing_payment_stated=money(people.housing_payment),
        co_applicant=[bool(c) for c in draws.chance("co_applicant", n, 0.09)],
    )
