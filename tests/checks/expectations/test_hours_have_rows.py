from datetime import UTC, time

import pytest

from feature_health.checks.expectations.hours_have_rows import Params, hours, judge, measure
from feature_health.contracts.keys import PartitionScheme
from feature_health.profiles.history import Seen
from feature_health.profiles.measure import name_of
from feature_health.profiles.profile import NotMeasured, Profile


def seen(params: Params, key: str, *, lost: frozenset[int] = frozenset()) -> Seen:
    """Rows in every hour that the partition must have, but for the ones at these places."""
    scheme = PartitionScheme(by="month" if len(key) == 7 else "day", timezone=params.timezone, ready_by=time())
    wanted = [hour.astimezone(UTC).isoformat() for hour in hours(params, scheme.period(key))]
    counts = [[hour, 5] for place, hour in enumerate(wanted) if place not in lost]
    return Seen(profile=Profile(engine="by hand", values={name_of(measure(params)): counts}), period=scheme.period(key))


@pytest.mark.parametrize(
    ("timezone", "key", "count"),
    [
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("America/New_York", "2026-03", 743),
        ("Asia/Kolkata", "2026-06-02", 24),
        ("Asia/Kathmandu", "2026-06-02", 24),
    ],
)
def test_a_period_has_the_hours_that_its_clocks_show(timezone: str, key: str, count: int) -> None:
    """The day on which clocks change would be held for an hour that never was, or a lost hour not be missed."""
    params = Params(column="at", timezone=timezone)
    assert judge(params, seen(params, key)).observed == {"hours": count, "missing": [], "rows_min": 1}
    assert not judge(params, seen(params, key, lost=frozenset({count - 1}))).success


def test_hours_that_begin_elsewhere_on_some_days_are_not_guessed_at() -> None:
    """Rows of one hour would be counted half into the next, where clocks change by half an hour."""
    params = Params(column="at", timezone="Australia/Lord_Howe")
    assert judge(params, seen(params, "2026-01-10")).success
    with pytest.raises(NotMeasured, match="begin at other minutes"):
        judge(params, seen(params, "2026-06-10"))


def test_a_period_that_nobody_named_has_no_hours() -> None:
    """A file without a key would have nothing missing."""
    params = Params(column="at", timezone="UTC")
    with pytest.raises(NotMeasured, match="which partition"):
        judge(params, Seen(profile=seen(params, "2026-06-02").profile))
