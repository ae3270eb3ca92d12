from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from feature_health import wiring
from feature_health.contracts.severity import Ruling
from feature_health.profiles.partition import PartitionId
from feature_health.profiles.profile import Profile
from feature_health.records import Staged
from feature_health.settings import Settings
from feature_health.verdicts.verdict import Verdict
from feature_health.web.app import create_app
from tests.web.lender_week import JOBS, LOST, MIXED, TWICE, LenderWeek, contract, contracts_folder


def nobody() -> str:
    return "nobody"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.of({"home": str(tmp_path), "contracts": str(contracts_folder(tmp_path / "contracts"))})


def client_of(settings: Settings) -> TestClient:
    sources: Any = SimpleNamespace(
        ledger=wiring.ledger(settings), contracts=wiring.contracts(settings), clock=wiring.SystemClock()
    )
    return TestClient(create_app(lambda: sources, user=nobody))


def test_a_real_ledger_fills_the_page(settings: Settings) -> None:
    """The ledger in memory that the other tests use may answer otherwise than the real one."""
    week = LenderWeek(settings.db_url, datetime.now(UTC))
    week.write()
    health = client_of(settings).get("/api/health").json()
    states = {one["state"]: one["count"] for one in health["grids"]["legend"]}
    assert states == {"published": 36, "warned": 2, "released": 1, "held": 3, "late": 1, "waits": 3, "failed": 1}
    assert [one["level"] for one in health["incidents"]] == ["S1", "S1", "S2", "S2", "S2"]
    assert {one["job"] for one in health["readable"] if one["key"]} == set(JOBS)
    assert [one["why"] for one in health["quarantine"]["lines"]] == [MIXED, TWICE, LOST]
    older = [
        one
        for line in health["grids"]["grids"][0]["lines"]
        for one in line["cells"]
        if one["readable_revision"] not in (None, one["revision"])
    ]
    assert [(one["job"], one["state"], one["readable_revision"]) for one in older] == [("application_intake", "held", 1)]
    assert client_of(settings).get("/").status_code == 200


def test_what_is_judged_again_is_held_since_the_first_time(settings: Settings) -> None:
    """A partition that waits for a week would look as if it was held a minute ago, because its run was cleared."""
    first = datetime(2026, 3, 9, 6, 31, tzinfo=UTC)
    for at in (first, first + timedelta(days=3)):
        _hold(settings, at)
    (judgement,) = wiring.ledger(settings).held()
    (line,) = client_of(settings).get("/api/health").json()["quarantine"]["lines"]
    assert judgement.decided_at == first + timedelta(days=3)
    assert datetime.fromisoformat(line["since"]) == first


def _hold(settings: Settings, at: datetime) -> None:
    staged, profile = Staged(path="bureau_pull/1.parquet", sha256="0" * 64, bytes=1), Profile(engine="duckdb", rows=1)
    with wiring.ledger(settings).transaction() as ledger:
        id = ledger.stage(
            partition=PartitionId(job="bureau_pull", key="2026-03-08"),
            staged=staged,
            parquet=staged,
            unparsed={},
            unreadable=None,
            contract=contract("bureau_pull"),
            as_of=at,
            run=at.isoformat(),
            at=at,
        ).id
        ledger.save_profile(id, profile, at)
        ledger.save_verdict(id, Verdict(ruling=Ruling.QUARANTINE, findings=()), profile=profile, at=at)


def test_a_home_without_a_ledger_is_an_empty_page(settings: Settings) -> None:
    """A new user opens the page before the first run, and must not meet an error."""
    page = client_of(settings).get("/")
    assert page.status_code == 200
    assert "No partition was judged yet." in page.text


def test_a_ledger_that_is_no_ledger_says_what_to_do(settings: Settings) -> None:
    """A file of another program in the ledger's place would show a traceback."""
    (settings.home / "ledger.db").write_bytes(b"this is not a database" * 500)
    page = client_of(settings).get("/")
    assert page.status_code == 503
    assert "Check that the database is there" in page.text
