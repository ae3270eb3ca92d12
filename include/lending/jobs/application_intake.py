"""The day's credit applications, normalised, one row per application: the anchor that every other feature is joined to."""

from lending.jobs.features import from_feed
from lending.settings import Settings


def run(partition_key: str, *, settings: Settings | None = None) -> str:
    """Build the candidate of one partition from the intake export; returns its path.

    Rows of another day are kept, marked by `business_date`: holding them back is the gate's decision.
    """
    return from_feed("application_intake", partition_key, feed="applications", settings=settings)
