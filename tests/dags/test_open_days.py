"""Days on which a contract's calendar expects no rows have no run and are never late: expectation and timetable agree."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from airflow.sdk import CronPartitionTimetable, PartitionedAssetTimetable
from airflow.timetables.base import TimeRestriction

from feature_health.airflow_bridge import open_days, partitions_of, schedule
from feature_health.airflow_bridge.open_days import OpenDaysTimetable
from feature_health.contracts.parse import contract_in
from feature_health.errors import CallerError
from feature_health.ports import Calendar
from feature_health.steps.history import has_partition, volume
from lending.calendars import fed, nyse, us_federal, us_lender

NEW_YORK = ZoneInfo("America/New_York")
FEED = """
job: {job}
about: One row per application, made up by the tests.
owner: tests
tier: 1
partition: {{by: day, timezone: America/New_York, ready_by: "01:30"}}
key: [application_id]
columns:
  application_id: {{type: string, nulls: never}}
rows: {{row_count_min: 3, row_count_max: 100, calendar: {calendar}}}
expectations:
  - expect_column_values_to_not_be_null: {{column: application_id}}
"""


@pytest.fixture
def contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of contracts that count by several calendars, which are installed."""
    for calendar in ("fed", "us_federal", "nyse", "us_lender", "unknown"):
        (tmp_path / f"by_{calendar}.yaml").write_text(FEED.format(job=f"by_{calendar}", calendar=calendar))
    installed: Callable[[], dict[str, Calendar]] = lambda: {  # noqa: E731
        "fed": fed,
        "us_federal": us_federal,
        "nyse": nyse,
        "us_lender": us_lender,
    }
    for module in (schedule, open_days):
        monkeypatch.setattr(module, "Calendars", installed)
    monkeypatch.setenv("AIRFLOW__FEATURE_HEALTH__CONTRACTS", str(tmp_path))
    return tmp_path


def keys_from(timetable: Any, start: datetime, runs: int) -> list[str | None]:
    """The keys of the next runs that the scheduler would make."""
    again, info, keys = OpenDaysTimetable.deserialize(timetable.serialize()), None, []
    for _ in range(runs):
        restriction = TimeRestriction(earliest=start, latest=None, catchup=True)  # type: ignore[arg-type]  # Airflow says pendulum
        info = again.next_dagrun_info_v2(last_dagrun_info=info, restriction=restriction)
        assert info is not None
        keys.append(info.partition_key)
    return keys


@pytest.mark.usefixtures("contracts")
@pytest.mark.parametrize(
    ("job", "keys"),
    [
        ("by_fed", ["2026-07-02", "2026-07-03", "2026-07-06"]),
        ("by_us_federal", ["2026-07-02", "2026-07-06", "2026-07-07"]),
        ("by_nyse", ["2026-07-02", "2026-07-06", "2026-07-07"]),
    ],
)
def test_the_third_of_july_2026_is_a_day_of_payments_but_not_of_offices(job: str, keys: list[str]) -> None:
    """A feed of payments would have no partition on the Friday before a Saturday holiday, or an office's feed a late one."""
    timetable: Any = partitions_of(job)
    assert keys_from(timetable, datetime(2026, 7, 3, tzinfo=NEW_YORK), 3) == keys
    backfilled = timetable.iter_partition_dagrun_infos(
        earliest=datetime(2026, 7, 2, tzinfo=NEW_YORK), latest=datetime(2026, 7, 6, 23, tzinfo=NEW_YORK)
    )
    assert [info.partition_key for info in backfilled] == [key for key in keys if key <= "2026-07-06"]


@pytest.mark.usefixtures("contracts")
@pytest.mark.parametrize("job", ["by_us_lender", "by_unknown"])
def test_a_calendar_that_never_closes_leaves_airflows_own_timetable(job: str) -> None:
    """Every job would depend on our timetable being registered."""
    assert type(partitions_of(job)) is CronPartitionTimetable


def test_a_day_without_rows_is_never_late(contracts: Path) -> None:
    """People would be woken on Saturdays by a feed that has none."""
    calendars: dict[str, Calendar] = {"fed": fed, "us_lender": us_lender}
    contract = contract_in(contracts / "by_fed.yaml")
    days = [f"2026-07-0{day}" for day in (2, 3, 4, 5, 6)]
    assert [day for day in days if has_partition(calendars, contract, day)] == ["2026-07-02", "2026-07-03", "2026-07-06"]
    assert has_partition(calendars, contract_in(contracts / "by_us_lender.yaml"), "2026-07-04")
    assert has_partition(calendars, contract_in(contracts / "by_unknown.yaml"), "2026-07-04")


def test_a_calendar_that_cannot_answer_hides_no_late_partition(contracts: Path) -> None:
    """One mistake in the lender's table of events would silence the watch for everything."""

    def broken(day: date) -> tuple[float, str]:
        raise ValueError(f"no events of {day}")

    contract = contract_in(contracts / "by_fed.yaml")
    with pytest.raises(CallerError):
        volume({"fed": broken}, contract, "2026-07-04")
    assert has_partition({"fed": broken}, contract, "2026-07-04")


def test_a_join_still_waits_for_its_inputs(our_contracts: Path) -> None:
    """A join would run by the clock."""
    assert our_contracts.is_dir()
    assert type(partitions_of("joined")) is PartitionedAssetTimetable


def test_airflow_finds_the_timetable_in_the_plugin(project: Path) -> None:
    """The scheduler could not read a DAG whose days a calendar leaves out."""
    import runpy

    plugin = runpy.run_path(str(project / "plugins/feature_health_plugin.py"))["FeatureHealthPlugin"]
    assert list(plugin.timetables) == [OpenDaysTimetable]
