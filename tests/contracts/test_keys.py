from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feature_health.contracts.keys import PartitionScheme
from feature_health.errors import KeyRefused

DAILY = PartitionScheme(by="day", timezone="America/New_York", ready_by=time(1, 30))
MONTHLY = PartitionScheme(by="month", timezone="America/New_York", ready_by=time(6), ready_days_after=4)
days = st.dates(min_value=datetime(1990, 1, 1, tzinfo=UTC).date(), max_value=datetime(2090, 1, 1, tzinfo=UTC).date())
NOT_KEYS = [
    None,
    "",
    "2026-6-2",
    "2026-06-2",
    " 2026-06-02",
    "2026-06-02\n",
    "2026-06-31",
    "2026-02-29",
    "0000-01-01",
    "2026-06",
    "../../etc",
    "2026-06-02/..",
    "2026-06-02T00:00",
    "\uff12\uff10\uff12\uff16-06-02",
    "9" * 10_000,
]


@pytest.mark.parametrize("key", NOT_KEYS, ids=lambda key: repr(key)[:20])
def test_only_canonical_keys_are_taken(key: str | None) -> None:
    """A second spelling of a day would be a second partition, and a path in a key would leave the store."""
    with pytest.raises(KeyRefused) as refused:
        DAILY.period(key or "")
    assert len(str(refused.value)) < 250


@pytest.mark.parametrize("key", ["2026-06-02", "2026-13", "2026-00", "26-06"])
def test_a_month_is_no_day(key: str) -> None:
    """A monthly job would be started for a day."""
    with pytest.raises(KeyRefused):
        MONTHLY.period(key)


@given(days)
def test_a_key_names_the_day_it_was_made_of(day: datetime) -> None:
    """A partition would hold another day's rows."""
    key = DAILY.key_of(day)
    assert DAILY.first_day(key) == day
    period = DAILY.period(key)
    assert period.start < period.end
    assert period.start.astimezone(period.start.tzinfo).date() == day


def test_a_period_knows_when_clocks_change() -> None:
    """Rows of the hour that is doubled or lost would fall out of their day."""
    lengths = [DAILY.period(key) for key in ("2026-03-08", "2026-11-01")]
    assert [period.end.astimezone(UTC) - period.start.astimezone(UTC) for period in lengths] == [
        timedelta(hours=23),
        timedelta(hours=25),
    ]


def test_a_deadline_lies_after_the_period() -> None:
    """A partition would be late before its day is over."""
    assert DAILY.deadline("2026-12-31").isoformat() == "2027-01-01T01:30:00-05:00"
    assert MONTHLY.deadline("2026-12").isoformat() == "2027-01-05T06:00:00-05:00"


@given(days, st.integers(0, 40))
def test_every_key_is_due_once(first: datetime, length: int) -> None:
    """The watcher would miss a partition between two of its runs, or report it twice."""
    start = datetime.combine(first, time(), UTC)
    middle, end = start + timedelta(days=length), start + timedelta(days=60)
    both = DAILY.keys_due(after=start, until=middle) + DAILY.keys_due(after=middle, until=end)
    assert both == DAILY.keys_due(after=start, until=end)
    assert len(set(both)) == len(both)


def test_months_are_due_once_each() -> None:
    """A month that never came would not be noticed."""
    due = MONTHLY.keys_due(after=datetime(2026, 1, 1, tzinfo=UTC), until=datetime(2026, 4, 10, tzinfo=UTC))
    assert due == ("2025-12", "2026-01", "2026-02", "2026-03")
