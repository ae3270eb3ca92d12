from collections.abc import Callable

from playwright.sync_api import sync_playwright
from sqlalchemy import create_engine, text


def test_each_postgres_database_is_fresh(postgres_database: Callable[[], str]) -> None:
    """Two tests would see each other's rows, and pass or fail by their order."""
    first, second = create_engine(postgres_database()), create_engine(postgres_database())
    with first.begin() as connection:
        connection.execute(text("create table seen (id integer)"))
    with second.connect() as connection:
        assert connection.execute(text("select to_regclass('seen')")).scalar() is None
    first.dispose()
    second.dispose()


def test_chromium_draws_a_page(chromium_path: str) -> None:
    """The page tests would drive a browser that this machine's Chromium no longer answers."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content("<h1>held</h1>")
        assert page.get_by_role("heading").inner_text() == "held"
        browser.close()
