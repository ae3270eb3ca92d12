"""The lending world: what happens to a lender and what its vendors deliver, from a seed. Knows neither the gate nor the jobs."""

from lending.world.conditions import Campaign, Conditions
from lending.world.delivery import deliver
from lending.world.world import SIZES, TABLES, World

__all__ = ["SIZES", "TABLES", "Campaign", "Conditions", "World", "deliver"]
