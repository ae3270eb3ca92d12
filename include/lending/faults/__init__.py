"""What really goes wrong in lending feeds, as named faults to plant in clean data, decoys that only look like it, and what either
does to decisions.

Knows nothing of how a fault is found.
"""

from lending.faults.catalogue import CATALOGUE, find
from lending.faults.fault import Fault, Strength
from lending.faults.planting import Planted, plant_file, plant_sql, plant_table
from lending.faults.truth import Truth, corrupted_rows, truth

__all__ = [
    "CATALOGUE",
    "Fault",
    "Planted",
    "Strength",
    "Truth",
    "corrupted_rows",
    "find",
    "plant_file",
    "plant_sql",
    "plant_table",
    "truth",
]
