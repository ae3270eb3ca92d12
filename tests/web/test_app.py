import re
import time
from collections.abc import Callable
from typing import Annotated

import pytest
from fastapi import FastAPI, Header, HTTPException
from fastapi.testclient import TestClient

from feature_health.contracts.severity import Ruling
from feature_health.ports import Platform
from feature_health.web.app import create_app
from tests.web.ledger_in_memory import (
    JOBS,
    NOW,
    LedgerInMemory,
    incident,
    ledger_failure,
    member,
    platform_of,
    publication,
    release_request,
    row,
)

HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"


def named(x_user: Annotated[str | None, Header()] = None) -> str:
    """Whoever says a name may look."""
    if not x_user:
        raise HTTPException(401, "Not authenticated")
    return x_user


def client_of(platform: Callable[[], Platform], *, user: str = "alice", prefix: str = "/lender/feature-health") -> TestClient:
    """The pages mounted below a prefix, as Airflow behind a proxy does it."""
    host = FastAPI()
    host.mount(prefix, create_app(platform, user=named))
    return TestClient(
        host, base_url=f"http://testserver{prefix}/", headers={"x-user": user} if user else {}, raise_server_exceptions=False
    )


def busy() -> LedgerInMemory:
    """Sixty days of four jobs with a held partition and its incident."""
    days = [f"2026-0{1 + day // 28}-{1 + day % 28:02}" for day in range(60)]
    rows = [row(job, day, because=("17 rows warn",) if job == "dti_join" else ()) for job in JOBS for day in days[:-1]]
    return LedgerInMemory(
        rows=[*rows, row("bureau_pull", days[-1], Ruling.QUARANTINE, because=("fico_low is gone",))],
        readable=[publication(job, days[-2]) for job in JOBS],
        incidents_open=[
            incident(member("bureau_pull", days[-1]), member("dti_join", days[-1], "waits"), title="Bureau block is gone")
        ],
    )


@pytest.fixture
def client() -> TestClient:
    return client_of(lambda: platform_of(busy()))


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "path", ["", "api/health", "static/feature_health.css", "static/none", "none", "docs", "redoc", "openapi.json", "?keys=none"]
)
def test_nobody_gets_anything_without_login(path: str, method: str) -> None:
    """Airflow does not guard what a plugin serves: one forgotten address is open to the whole network."""
    assert client_of(lambda: platform_of(busy()), user="").request(method, path).status_code == 401


@pytest.mark.parametrize("path", ["", "api/health", "static/feature_health.css", "none"])
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    """A script that slipped into a page would run."""
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_the_page_shows_grid_incident_and_what_is_readable(client: TestClient) -> None:
    """A template that forgets a part of the page would still answer 200."""
    text = client.get("").text
    assert 'class="cell held"' in text
    assert "Bureau block is gone" in text
    assert "feature-health release request bureau_pull 2026-03-04 --reason …" in text
    assert "2026-03-03" in text.partition("What decisioning can read")[2]


def test_the_page_shows_what_is_held_between_incidents_and_what_is_readable(client: TestClient) -> None:
    """A held partition whose incident is resolved would be a number without anything to do about it."""
    text = client.get("").text
    section = text.partition('id="quarantine"')[2].partition('id="readable"')[0]
    assert text.index('id="incidents"') < text.index('id="quarantine"') < text.index('id="readable"')
    assert "feature-health release request bureau_pull 2026-03-04 --reason …" in section
    (line,) = client.get("api/health").json()["quarantine"]["lines"]
    assert (line["key"], line["why"], line["asked"]) == ("2026-03-04", "fico_low is gone", None)


def test_nothing_held_has_no_section() -> None:
    """An empty section would look as if something had to be done."""
    assert "Held in quarantine" not in client_of(lambda: platform_of(LedgerInMemory(rows=[row("a", "2026-03-09")]))).get("").text


def test_the_json_is_the_page(client: TestClient) -> None:
    """A monitor that reads the JSON would see less than a person."""
    health = client.get("api/health", params={"keys": 5}).json()
    assert health["watcher"]["state"] == "beating"
    assert [cell["state"] for cell in health["grids"]["grids"][0]["lines"][1]["cells"]] == ["published"] * 4 + ["held"]
    assert health["incidents"][0]["members"][0]["job"] == "bureau_pull"
    assert {one["job"]: one["key"] for one in health["readable"]} == dict.fromkeys(JOBS, "2026-03-03")


def test_whatever_comes_from_data_is_escaped() -> None:
    """A vendor's column name would run a script in the browser of somebody who may release partitions."""
    ledger = LedgerInMemory(
        rows=[row(HOSTILE, "2026-03-09", Ruling.QUARANTINE, because=(f"column {HOSTILE} is gone",))],
        readable=[publication(HOSTILE, HOSTILE, released_by=HOSTILE)],
        incidents_open=[incident(member(HOSTILE, "2026-03-09", because=HOSTILE), member(HOSTILE, HOSTILE), title=HOSTILE)],
        requests=[release_request(HOSTILE, "2026-03-09", asked_by=HOSTILE, asked_because=HOSTILE)],
    )
    text = client_of(lambda: platform_of(ledger, [HOSTILE])).get("").text
    assert text.count("&lt;script&gt;") >= 13
    section = text.partition('id="quarantine"')[2].partition("</section>")[0]
    assert section.count("&lt;script&gt;") == 5  # job, reason, who asked, why, and the command
    assert not re.search(r"<script>|<img|alert\(1\)>", text)


def test_the_page_refers_to_nothing_elsewhere_and_has_no_inline_code(client: TestClient) -> None:
    """A lender's network lets nothing out, and the policy forbids inline code: the page would come without its looks."""
    text = client.get("").text
    assert not re.search(r"(?:src|href)=\"(?:/|[a-z]+:)", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script>|target=", text)
    for address in re.findall(r"(?:src|href)=\"(static/[^\"]+)\"", text):
        assert client.get(address).status_code == 200


def test_static_files_are_only_ours(client: TestClient) -> None:
    """A path in the name of a file would read any file of the server."""
    for name in ("..%2Fapp.py", "%2Fetc%2Fpasswd", "../app.py", "feature_health.css%00", "templates"):
        assert client.get(f"static/{name}").status_code == 404


def test_a_ledger_that_fails_says_what_to_do() -> None:
    """A reader would get a bare 500 and not know that nothing readable has changed."""
    client = client_of(lambda: platform_of(LedgerInMemory(fails=ledger_failure())))
    page, api = client.get(""), client.get("api/health")
    assert (page.status_code, api.status_code) == (503, 503)
    assert "look who holds it" in page.text
    assert "Traceback" not in page.text
    assert api.json()["error"] == "LedgerFailed"
    assert page.headers["content-security-policy"].startswith("default-src 'self';")


def test_a_bug_shows_no_traceback() -> None:
    """A traceback shows paths and values to whoever is logged in."""
    client = client_of(lambda: platform_of(LedgerInMemory(fails=RuntimeError("secret detail"))))
    page = client.get("")
    assert page.status_code == 500
    assert "secret detail" not in page.text
    assert "log of Airflow" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'self';")


def test_an_empty_platform_says_what_to_do_first() -> None:
    """A new user would look at an empty table."""
    text = client_of(lambda: platform_of(LedgerInMemory(beat=None))).get("").text
    assert "No partition was judged yet." in text
    assert "Unpause a job" in text
    assert "watch_arrivals never ran" in text
    assert "nothing has a contract" not in text


def test_no_contract_at_all_says_so() -> None:
    """With a wrong folder of contracts the page would ask to unpause jobs that are not there."""
    assert "expectations/&lt;job&gt;.yaml" in client_of(lambda: platform_of(LedgerInMemory(), [])).get("").text


@pytest.mark.parametrize(
    ("ledger", "said"),
    [
        (LedgerInMemory(waiting=3), "3 messages not delivered yet"),
        (LedgerInMemory(beat=NOW.replace(year=2025)), "last ran 365 days ago"),
    ],
)
def test_what_stands_still_is_said_loudly(ledger: LedgerInMemory, said: str) -> None:
    """Messages that are stuck and a watcher that stopped are silent by nature."""
    text = client_of(lambda: platform_of(ledger)).get("").text
    assert said in text
    assert 'role="alert"' in text


@pytest.mark.parametrize("keys", ["0", "-1", "401", "x", "1;drop"])
def test_a_wrong_number_of_keys_is_refused(client: TestClient, keys: str) -> None:
    """A page of a million columns would stop the interface for everybody."""
    assert client.get("", params={"keys": keys}).status_code == 422


def test_sixty_days_of_four_jobs_are_fast(client: TestClient) -> None:
    """A page that takes seconds is not looked at. CPU time, since the machine may be busy with other tests."""
    client.get("", params={"keys": 60})
    seconds = []
    for _ in range(20):
        start = time.process_time()
        assert client.get("", params={"keys": 60}).status_code == 200
        seconds.append(time.process_time() - start)
    assert sorted(seconds)[10] < 0.1, f"median {sorted(seconds)[10]:.3f} s"
