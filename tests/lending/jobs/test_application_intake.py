from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import pytest

from lending.jobs import application_intake
from lending.settings import Settings
from lending.world import World, deliver

Rows = Callable[..., list[tuple[Any, ...]]]


@pytest.mark.parametrize(
    ("day", "submitted_after", "decided"),
    [
        (date(2026, 3, 4), "2026-03-04 05:00:00+00", "2026-03-05 11:00:00+00"),
        (date(2026, 3, 7), "2026-03-07 05:00:00+00", "2026-03-08 10:00:00+00"),  # the clocks go forward in between
        (date(2026, 10, 31), "2026-10-31 04:00:00+00", "2026-11-01 11:00:00+00"),  # and back
    ],
)
def test_decisions_open_at_six_in_new_york(lender: Settings, look: Rows, day: date, submitted_after: str, decided: str) -> None:
    """What was available at the decision would be judged an hour too early or too late."""
    deliver(World(seed=7, applications=100), day, lender.landing)
    found = look(
        "SELECT DISTINCT business_date, decision_at::VARCHAR, min(submitted_at) OVER () >= ?::TIMESTAMPTZ FROM c".replace(
            "?", f"'{submitted_after}'"
        ),
        c=application_intake.run(day.isoformat(), settings=lender),
    )
    assert found == [(day, decided, True)]


def test_rows_of_another_day_reach_the_gate(small_day: Settings, look: Rows) -> None:
    """A partition delivered under the wrong day would be dropped to nothing without a word."""
    folder = small_day.landing / "applications"
    (folder / "2026-03-05.parquet").write_bytes((folder / "2026-03-04.parquet").read_bytes())
    found = look("SELECT DISTINCT business_date::VARCHAR FROM c", c=application_intake.run("2026-03-05", settings=small_day))
    assert found == [("2026-03-04",)]


def test_words_and_broken_values_are_normalised_or_emptied(lender: Settings, look: Rows) -> None:
    """`Web ` and `web` would be two channels, and a term in words would stop the job."""
    folder = lender.landing / "applications"
    folder.mkdir()
    with duckdb.connect() as connection:
        connection.execute("""
            CREATE TABLE t AS SELECT * FROM (VALUES
                (' AB12 ', 'Web ', 'tx', '36 months', '2026-03-04T15:00:00Z'), ('', 'web', 'TX', 'three years', 'yesterday')
            ) AS v(application_id, channel, state, term, submitted_at)
        """)
        connection.execute(f"COPY t TO '{folder}/2026-03-04.parquet' (FORMAT parquet)")
    found = look(
        "SELECT application_id, channel, state, term_months, submitted_at IS NULL FROM c ORDER BY ALL",
        c=application_intake.run("2026-03-04", settings=lender),
    )
    assert found == [("ab12", "web", "TX", 36, False), (None, "web", "TX", None, True)]
