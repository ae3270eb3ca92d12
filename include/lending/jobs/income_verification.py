"""Each application's income verifications, annualised by pay period, one row per verification."""

from lending.jobs.features import from_feed
from lending.settings import Settings


def run(partition_key: str, *, settings: Settings | None = None) -> str:
    """Build the candidate of one partition from the income vendors' records; returns its path.

    Words that a vendor has not used before pass through unchanged and leave the annual income empty.
    """
    return from_feed("income_verification", partition_key, feed="income", settings=settings)
