"""What is special about the world at a time without anything being wrong: what a lender plans, and what happens to everybody.

Checks must let all of it pass. Knows nothing of faults.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

RAMP_DAYS = 6
RATE_CUT_DAYS = 28
"""A mail drop's answers swell over so many days, stay, and ebb as long again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A mail drop: from `first_day` on, for `days`, up to `lift` times an ordinary day's applications more."""

    id: str
    first_day: date
    days: int = 21
    lift: float = 0.8
    known_on: date

    def lift_on(self, day: date) -> float:
        """How many applications it adds on the day, compared with an ordinary day; 0 before and after it."""
        since = (day - self.first_day).days
        if not 0 <= since < self.days:
            return 0.0
        return self.lift * min(1.0, (since + 1) / RAMP_DAYS, (self.days - since) / RAMP_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """How the world differs from an ordinary one; the default is ordinary.

    `frozen_share`: consumers whose file is under a security freeze. `rate_cut_on`: the day after which refinancing grows by up to
    30 % over four weeks. `refund_share_max`: bank accounts with a tax refund at the season's peak. `branch_state`: where a new
    branch has opened, on `branch_opens`. `drift_since`: from when on credit quality moves by `drift_per_day` standard deviations.
    """

    campaigns: tuple[Campaign, ...] = ()
    frozen_share: float = 0.04
    rate_cut_on: date | None = None
    refund_share_max: float = 0.35
    branch_state: str | None = None
    branch_opens: date | None = None
    drift_since: date | None = None
    drift_per_day: float = 0.0
    product_version: str = "8.1"

    def campaign_lift(self, day: date) -> float:
        """What all campaigns together add on the day, compared with an ordinary day."""
        return sum(campaign.lift_on(day) for campaign in self.campaigns)

    def rate_cut_lift(self, day: date) -> float:
        """What a rate cut adds on the day: nothing before it, 0.3 from four weeks after it on."""
        if self.rate_cut_on is None or day < self.rate_cut_on:
            return 0.0
        return 0.3 * min(1.0, ((day - self.rate_cut_on).days + 1) / RATE_CUT_DAYS)

    def drift(self, day: date) -> float:
        """By how many standard deviations credit quality has moved by the day."""
        if self.drift_since is None or day < self.drift_since:
            return 0.0
        return self.drift_per_day * ((day - self.drift_since).days + 1)


ORDINARY: Final = Conditions()


def regular_campaigns(first: date, last: date, *, every_days: int = 45) -> tuple[Campaign, ...]:
    """A mail drop every `every_days` days between the two, each known three weeks before and of another size."""
    starts = (first + timedelta(days=n) for n in range(0, max(0, (last - first).days), every_days))
    return tuple(
        Campaign(id=f"MAIL-{start:%Y%m%d}", first_day=start, lift=0.6 + 0.2 * (number % 4), known_on=start - timedelta(days=21))
        for number, start in enumerate(starts)
    )
