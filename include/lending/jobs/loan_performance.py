"""How the loans whose billing day it is have performed, from the servicer's tape: what models will be trained and judged by."""

from lending.jobs.features import from_feed
from lending.settings import Settings


def run(partition_key: str, *, settings: Settings | None = None) -> str:
    """Build the candidate of one partition from the servicer's tape; returns its path."""
    return from_feed("loan_performance", partition_key, feed="outcomes", settings=settings)
