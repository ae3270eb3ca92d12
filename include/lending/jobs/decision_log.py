"""What was decided about each application of a business day, on the morning after it, and on which features it rests."""

from lending.jobs.features import from_feed
from lending.settings import Settings


def run(partition_key: str, *, settings: Settings | None = None) -> str:
    """Build the candidate of one partition from decisioning's export; returns its path."""
    return from_feed("decision_log", partition_key, feed="decisions", settings=settings)
