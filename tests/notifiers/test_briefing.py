from dataclasses import replace
from datetime import UTC, datetime

import pytest

from feature_health.contracts.severity import Ruling
from feature_health.incidents.incident import Incident
from feature_health.incidents.message import as_text
from feature_health.notifiers.briefing import Briefing
from feature_health.profiles.partition import RevisionId
from feature_health.records import Judgement
from feature_health.serving.publication import Publication
from feature_health.verdicts.verdict import Verdict
from tests.notifiers.conftest import LittleLedger, NoContracts

AT = datetime(2026, 7, 1, tzinfo=UTC)


def readable(key: str, number: int = 1) -> Publication:
    """A readable revision of the bureau's feed."""
    revision = RevisionId(job="bureau_pull", key=key, number=number)
    return Publication(revision=revision, path="x", sha256="0" * 64, rows=1, valid_from=AT)


def told(incident: Incident, ledger: LittleLedger) -> str:
    """The message as text."""
    made = Briefing(contracts=NoContracts(), ledger=ledger, base_url="http://health.example/", channel="#x")  # type: ignore[arg-type]
    return as_text(made.message(incident))


@pytest.mark.parametrize(
    ("publications", "meanwhile"),
    [
        ((), "decisioning can read nothing of bureau_pull up to 2026-06-30"),
        (
            (readable("2026-06-28"), readable("2026-06-29", 2)),
            "decisioning can read nothing of 2026-06-30; the newest before it is 2026-06-29 (revision 2)",
        ),
        ((readable("2026-06-29"), readable("2026-06-30", 3)), "decisioning keeps reading revision 3 of 2026-06-30"),
    ],
)
def test_it_says_what_decisioning_reads(incident: Incident, publications: tuple[Publication, ...], meanwhile: str) -> None:
    """Nobody at the lender would know whether decisions are being made on bad data."""
    assert f"Meanwhile: {meanwhile}" in told(incident, LittleLedger(publications))


def test_a_resolved_incident_names_what_still_waits(incident: Incident) -> None:
    """A partition overtaken by a good day would lie in quarantine, forgotten."""
    waiting = Judgement(
        revision=RevisionId(job="bureau_pull", key="2026-06-30", number=1),
        verdict=Verdict(ruling=Ruling.QUARANTINE, findings=()),
        contract_digest="",
        profile_digest="",
        engine="",
        decided_at=AT,
        held=True,
        run="manual__1",
    )
    ended = replace(incident, state="resolved", resolved_at=AT, resolution="2026-07-01 came good")
    assert "Still in quarantine: 2026-06-30 (revision 1)" in told(ended, LittleLedger((), (waiting,)))
    assert "Still in quarantine" not in told(ended, LittleLedger())


def test_a_job_without_contract_is_told_too(incident: Incident, briefing: Briefing) -> None:
    """A failure of the watcher, which has no contract, would be told to nobody."""
    ours = replace(incident, job="watch_arrivals", kind="platform", members=(replace(incident.members[0], role="failed"),))
    assert "PLATFORM FAILURE" in briefing.message(ours).title
    assert briefing.channel(ours) == "#feature-health"
