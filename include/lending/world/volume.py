"""How many people apply on a day: calendar, campaigns, the economy, and chance. Knows nothing of who they are."""

from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np

from lending.calendars import BusinessCalendar
from lending.world.conditions import Conditions
from lending.world.draws import Draws, inverse_normal, numbered, uniform_of

FIRST_DAY: Final = date(2025, 1, 1)
LAST_DAY: Final = date(2027, 12, 31)

_CALENDAR: Final = BusinessCalendar()  # not what the environment says, or a day would have two truths
_OVERDISPERSION: Final = 250**-0.5  # relative spread of a day's volume, as of a negative binomial with k = 250
_MACRO_PERSISTENCE, _MACRO_SPREAD = 0.98, 0.01


@lru_cache(maxsize=4096)
def volume(seed: int, day: date, *, base: int, conditions: Conditions) -> int:
    """Applications of the day when a plain Thursday of a plain economy brings about `base` of them; at least 1."""
    factor, _ = _CALENDAR.factor(day)
    more = (1.0 + conditions.campaign_lift(day)) * (1.0 + conditions.rate_cut_lift(day))
    noise = _OVERDISPERSION * float(Draws(seed=seed, table="volume", day=day).normal("noise", 1)[0])
    return max(1, round(base * factor * more * float(np.exp(macro(seed, day) + noise))))


def macro(seed: int, day: date) -> float:
    """The economy's state on the day, as the logarithm of its factor: an autoregression that starts at rest."""
    return _economy(seed)[max(0, (day - FIRST_DAY).days)]


@lru_cache(maxsize=8)
def _economy(seed: int) -> tuple[float, ...]:
    days = (LAST_DAY - FIRST_DAY).days + 1
    words = numbered(f"{seed}|economy", np.arange(days))
    shocks = _MACRO_SPREAD * inverse_normal(uniform_of(words))
    state, path = 0.0, []
    for shock in shocks.tolist():
        state = _MACRO_PERSISTENCE * state + shock
        path.append(state)
    return tuple(path)
