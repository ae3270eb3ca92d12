"""Confirm that a rejected revision waits: the hold itself was written with the verdict, so here is nothing left to lose."""

from feature_health.errors import CallerError
from feature_health.ports import Platform
from feature_health.profiles.partition import RevisionId
from feature_health.records import Judgement


def quarantine(platform: Platform, id: RevisionId) -> Judgement:
    """The judgement that holds the revision; raises CallerError when there is none, for then nobody decided to hold it."""
    judgement = platform.ledger.judgement(id)
    if judgement is None or judgement.verdict.ruling.may_publish:
        raise CallerError(
            f"Quarantining {id}: its verdict is {judgement.verdict.ruling if judgement else 'not there'}; judge it first."
        )
    return judgement
