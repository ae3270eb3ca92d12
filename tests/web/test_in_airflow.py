"""The page as a person sees it: Airflow's api-server with login, its navigation, and a real browser."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.lender_week import LenderWeek, contracts_folder

pytestmark = pytest.mark.journey

START_SECONDS = 120
USER, PASSWORD = "admin", "correct horse"
# The background flags keep Chromium itself from looking for its maker's hosts: every request seen is then the page's.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an api-server answers that has our plugin, users with passwords, and a ledger of twelve days."""
    home, project = tmp_path_factory.mktemp("airflow"), Path(__file__).resolve().parents[2]
    (home / "dags").mkdir()
    (home / "passwords.json").write_text(json.dumps({USER: PASSWORD}))
    contracts = contracts_folder(home / "contracts")
    LenderWeek(f"sqlite:///{home}/ledger.db", datetime.now(UTC)).write()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")} | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(project / "plugins"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "AIRFLOW__API__BASE_URL": f"http://localhost:{port}",
        "AIRFLOW__API_AUTH__JWT_SECRET": "one of the tests, no secret at all, but long enough for its algorithm",
        "AIRFLOW__FEATURE_HEALTH__HOME": str(home),
        "AIRFLOW__FEATURE_HEALTH__CONTRACTS": str(contracts),
        "NO_PROXY": "localhost,127.0.0.1",
    }
    airflow = [sys.executable, "-m", "airflow"]
    subprocess.run([*airflow, "db", "migrate"], env=environment, check=True, capture_output=True)
    command = [*airflow, "api-server", "--port", str(port), "--host", "127.0.0.1", "--workers", "1"]
    with (home / "api-server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        _wait_for(f"http://localhost:{port}/api/v2/version", server, home / "api-server.log")
        yield f"http://localhost:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    pytest.fail(f"Airflow's api-server did not answer within {START_SECONDS} s:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Chromium, as it comes with the system."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield running
        running.close()


class Visit:
    """A person who has logged in, and a record of all that the browser asked for and complained about."""

    def __init__(self, browser: Browser, address: str, **look: Any) -> None:
        self.page: Page = browser.new_page(**look)
        self.address = address
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def log_in(self) -> None:
        """Through the form, as a person does."""
        self.page.goto(self.address)
        self.page.get_by_label("Username").fill(USER)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("link", name="Feature Health").or_(
            self.page.get_by_role("button", name="Feature Health")
        ).wait_for()
        self.asked.clear()
        self.complaints.clear()

    def open_page(self) -> Any:
        """The frame of our page, opened by its entry in the navigation."""
        self.page.get_by_role("link", name="Feature Health").or_(self.page.get_by_role("button", name="Feature Health")).click()
        frame = self.page.frame_locator("iframe[title='Feature Health']")
        frame.get_by_role("heading", name="Rulings by job and partition").wait_for()
        return frame


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Logged in, in a window as on a desk."""
    one = Visit(browser, address, viewport={"width": 1400, "height": 1200})
    one.log_in()
    yield one
    one.page.close()


def test_without_login_airflow_gives_nothing_of_ours_away(address: str) -> None:
    """Airflow leaves the guarding of a plugin's addresses to the plugin."""
    for path in ("", "api/health", "static/feature_health.css", "none", "docs", "openapi.json"):
        assert httpx.get(f"{address}/feature-health/{path}", trust_env=False).status_code == 401, path


def test_a_token_of_airflows_opens_the_json(address: str) -> None:
    """A monitor could not read what a person can."""
    token = httpx.post(f"{address}/auth/token", json={"username": USER, "password": PASSWORD}, trust_env=False).json()[
        "access_token"
    ]
    answer = httpx.get(f"{address}/feature-health/api/health", headers={"Authorization": f"Bearer {token}"}, trust_env=False)
    assert answer.status_code == 200
    assert len(answer.json()["incidents"]) == 5


def test_the_page_opens_from_the_navigation_and_keeps_to_itself(visit: Visit) -> None:
    """In a lender's network anything from elsewhere is refused, and the policy would silently drop what it forbids."""
    frame = visit.open_page()
    assert frame.locator(".grid .cell.held").count() == 3
    assert frame.get_by_text("fico_low, fico_high are gone").count() == 1
    assert frame.locator(".grid .cell.held").first.evaluate("node => getComputedStyle(node).color") == "rgb(255, 255, 255)"
    visit.page.wait_for_load_state("networkidle")
    ours = {url for url in visit.asked if "/feature-health/" in url}
    assert {url.rpartition("/")[2].partition("?")[0] for url in ours} == {"", "feature_health.css", "in_airflow.js"}
    assert {url for url in visit.asked if not url.startswith((visit.address, "data:", "blob:"))} == set()
    assert visit.complaints == []


def test_a_link_leaves_the_frame(visit: Visit) -> None:
    """Airflow's sandbox forbids it to plain links: Airflow would open inside its own frame."""
    visit.open_page().get_by_role("link", name="release_quarantine").first.click()
    visit.page.wait_for_url("**/dags/release_quarantine")
    visit.page.locator("iframe[title='Feature Health']").wait_for(state="detached")


def test_the_page_follows_airflows_colour_mode(visit: Visit) -> None:
    """A white page in a dark Airflow, or the reverse when the system's mode is another one."""
    frame = visit.open_page()
    back = "getComputedStyle(document.body).backgroundColor"
    light = frame.locator("body").evaluate(back)
    visit.page.evaluate(
        "document.documentElement.classList.replace('light', 'dark') || document.documentElement.classList.add('dark')"
    )
    frame.locator(":root[data-mode=dark]").wait_for()
    assert frame.locator("body").evaluate(back) != light


def test_a_narrow_window_starts_at_the_newest_partition(browser: Browser, address: str) -> None:
    """On a telephone the grid would show last week, and the page would scroll sideways as a whole."""
    one = Visit(browser, address, viewport={"width": 480, "height": 900})
    one.log_in()
    one.page.goto(f"{address}/feature-health/")
    newest = one.page.locator(".grid thead tr:last-child th:last-child")
    assert newest.bounding_box()["x"] < 480  # type: ignore[index] # it is there, or the line above fails
    assert one.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    one.page.close()
