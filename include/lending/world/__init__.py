"""A small lending world that writes a day's vendor deliveries from a seed, clean or with planted faults.

Knows what vendors deliver, never how the lender's jobs read it nor how the gate judges it. A later issue builds the full
simulator here.
"""

from lending.world.delivery import deliver
from lending.world.faults import FAULTS

__all__ = ["FAULTS", "deliver"]
