"""Debt-to-income at the moment of decision: applications joined, as of then, with the bureau's obligations and the income known
by then.
"""

from collections.abc import Mapping
from typing import Final

from lending.jobs.features import from_inputs
from lending.settings import Settings

INPUTS: Final = ("application_intake", "bureau_pull", "income_verification")


def run(partition_key: str, inputs: Mapping[str, str], *, settings: Settings | None = None) -> str:
    """Build the candidate of one partition from the published partitions `inputs` (job -> path); returns its path.

    The candidate has exactly the keys of application_intake. Raises InputUnusable when an input is absent or unreadable.
    """
    return from_inputs("dti_join", partition_key, inputs=inputs, needs=INPUTS, settings=settings)
