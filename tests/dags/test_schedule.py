"""Timetables that follow from contracts, and the moment that a run judges age against."""

from datetime import UTC, datetime, time
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from airflow.sdk import PartitionedAssetTimetable
from airflow.timetables.base import TimeRestriction
from airflow.timetables.trigger import CronPartitionTimetable

from feature_health.airflow_bridge import active_dates, asset_of, partitions_of
from feature_health.airflow_bridge.configuration import contract_of
from feature_health.airflow_bridge.moment import RunInvalid, as_of
from feature_health.errors import SettingsInvalid

pytestmark = pytest.mark.usefixtures("our_contracts")
START = datetime(2026, 6, 3, 4, 30, tzinfo=UTC)


def first_run(job: str, earliest: datetime) -> Any:
    """The first run that the scheduler would make for the job after the moment."""
    written: Any = partitions_of(job)
    timetable = CronPartitionTimetable(
        written.expression, timezone=written.timezone, run_offset=written.run_offset, key_format=written.key_format
    )
    restriction = TimeRestriction(earliest=earliest, latest=None, catchup=True)  # type: ignore[arg-type]  # Airflow says pendulum
    return timetable.next_dagrun_info_v2(last_dagrun_info=None, restriction=restriction)


@pytest.mark.parametrize(
    ("job", "earliest", "key"),
    [
        ("applications", datetime(2026, 6, 3, 0, 0, tzinfo=ZoneInfo("America/New_York")), "2026-06-02"),
        ("applications", datetime(2026, 3, 8, 0, 0, tzinfo=ZoneInfo("America/New_York")), "2026-03-07"),
        ("monthly", datetime(2026, 3, 2, 0, 0, tzinfo=ZoneInfo("Asia/Tokyo")), "2026-02"),
    ],
    ids=["day", "clock change", "month, east of UTC"],
)
def test_a_period_runs_after_its_end_and_before_its_deadline(job: str, earliest: datetime, key: str) -> None:
    """A partition would be made of a day that is not over, under another day's name, or too late."""
    run, scheme = first_run(job, earliest), contract_of(job).partition
    assert run.partition_key == key
    assert scheme.period(key).end <= run.run_after < scheme.deadline(key)


def test_a_join_waits_for_all_its_inputs_of_a_key() -> None:
    """The join would start with whatever comes first."""
    timetable: Any = partitions_of("joined")
    assert type(timetable) is PartitionedAssetTimetable
    assets: Any = timetable.asset_condition
    assert set(assets.objects) == {asset_of("applications"), asset_of("bureau")}


def test_a_start_after_the_deadline_is_refused() -> None:
    """Every partition of the job would be late."""
    with pytest.raises(SettingsInvalid, match="ready by 01:30"):
        partitions_of("applications", after=time(2))


def test_active_dates_come_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unpausing a job would start yesterday's real partition beside the days that the demo plays."""
    assert active_dates()["end_date"] is None
    monkeypatch.setenv("AIRFLOW__FEATURE_HEALTH__START_DATE", "2026-06-01")
    monkeypatch.setenv("AIRFLOW__FEATURE_HEALTH__END_DATE", "2026-06-12")
    assert active_dates() == {"start_date": datetime(2026, 6, 1, tzinfo=UTC), "end_date": datetime(2026, 6, 12, tzinfo=UTC)}
    monkeypatch.setenv("AIRFLOW__FEATURE_HEALTH__END_DATE", "12.6.2026")
    with pytest.raises(SettingsInvalid, match="end_date"):
        active_dates()


@pytest.mark.parametrize(
    ("setting", "run_type", "conf", "moment"),
    [
        ("clock", "scheduled", None, START),
        ("clock", "manual", {}, START),
        ("clock", "backfill", None, None),
        ("deadline", "scheduled", None, None),
        ("clock", "manual", {"as_of": "deadline"}, None),
        ("deadline", "backfill", {"as_of": "2026-06-05T01:30:00-04:00"}, datetime(2026, 6, 5, 5, 30, tzinfo=UTC)),
    ],
)
def test_whose_clock_decides(setting: Any, run_type: str, conf: Any, moment: datetime | None) -> None:
    """A backfilled partition would be held as years old, or a stale one published as fresh."""
    assert as_of(setting, SimpleNamespace(run_type=run_type, start_date=START, conf=conf)) == moment


@pytest.mark.parametrize("text", ["yesterday", "2026-06-05T01:30:00", 5])
def test_a_moment_that_cannot_be_understood_fails(text: Any) -> None:
    """A partition would be judged against some other moment than the person meant."""
    with pytest.raises(RunInvalid, match="as_of"):
        as_of("clock", SimpleNamespace(run_type="manual", start_date=START, conf={"as_of": text}))
