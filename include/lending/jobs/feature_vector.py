"""The features that decisioning reads, one row per application: its credit report, its income and its debt-to-income together."""

from collections.abc import Mapping
from typing import Final

from lending.jobs.features import from_inputs
from lending.settings import Settings

INPUTS: Final = ("application_intake", "bureau_pull", "dti_join")


def run(partition_key: str, inputs: Mapping[str, str], *, settings: Settings | None = None) -> str:
    """Build the candidate of one partition from the published partitions `inputs` (job -> path); returns its path.

    The candidate has exactly the keys of application_intake. Raises InputUnusable when an input is absent or unreadable.
    """
    return from_inputs("feature_vector", partition_key, inputs=inputs, needs=INPUTS, settings=settings)
