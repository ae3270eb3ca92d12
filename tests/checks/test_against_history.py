from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from feature_health.checks.against_history import HistoryParams, alike, ordinary
from feature_health.checks.catalog import CATALOG, by_name
from feature_health.checks.expectations.special_code_shares_match_history import chance, usual_share
from feature_health.checks.expectations.table_row_count_matches_history import Params, limits
from feature_health.contracts.keys import Period
from feature_health.profiles.history import History, Past, Seen
from feature_health.profiles.measure import Count, name_of
from feature_health.profiles.partition import RevisionId
from feature_health.profiles.profile import NotMeasured, Profile

LOOKING_BACK = sorted(type_.name for type_ in CATALOG if issubclass(type_.params, HistoryParams))
SATURDAY = datetime(2026, 6, 27, tzinfo=UTC)


def seen(days: int, *, period: bool = True) -> Seen:
    """A Saturday after so many accepted days of 100 rows."""
    profile = Profile(engine="by hand", values={name_of(Count()): 100})
    first = [SATURDAY.date() - timedelta(days=ago) for ago in range(1, days + 1)]
    past = (
        Past(revision=RevisionId(job="j", key=day.isoformat(), number=1), sha256="", first_day=day, profile=profile)
        for day in first
    )
    of = Period(start=SATURDAY, end=SATURDAY + timedelta(days=1)) if period else None
    return Seen(profile=profile, history=History.of(past), period=of)


@pytest.mark.parametrize(
    ("params", "first", "count"),
    [
        ({}, date(2026, 5, 2), 56),
        ({"window": 20}, date(2026, 6, 7), 20),
        ({"since": date(2026, 6, 20)}, date(2026, 6, 20), 7),
        ({"window": 140, "same_days": "weekday"}, date(2026, 2, 7), 20),
        ({"same_days": "workday_or_weekend"}, date(2026, 5, 2), 16),
    ],
)
def test_the_partitions_that_count_are_the_last_ones_of_the_same_kind(params: dict[str, Any], first: date, count: int) -> None:
    """Mondays would teach what a Saturday is like, or last year what this one is like."""
    past = alike(HistoryParams(**params), seen(200), (Count(),))
    assert (past[0].first_day, len(past)) == (first, count)


def test_the_kind_of_a_day_that_nobody_named_is_unknown() -> None:
    """A file without a key would be compared with days at random."""
    with pytest.raises(NotMeasured, match="which partition"):
        alike(HistoryParams(same_days="weekday", window=140), seen(20, period=False), (Count(),))


def test_a_history_that_never_gets_long_enough_is_refused() -> None:
    """The check would say for ever that it is too early."""
    with pytest.raises(ValidationError, match="a window of 56 has 8 such days"):
        HistoryParams(same_days="weekday")


@pytest.mark.parametrize("name", LOOKING_BACK)
def test_every_type_that_looks_back_says_how_far(name: str) -> None:
    """The ledger would not be asked for history, and the check be unable for ever."""
    type_ = by_name(name)
    assert type_ is not None
    required = {"column": "c", "column_A": "a", "column_B": "b", "special_codes": [9], "psi_max": 0.1, "edges": [1]}
    params = type_.params(window=30, **{key: value for key, value in required.items() if key in type_.params.model_fields})
    assert type_.window(params) == 30


@given(st.lists(st.floats(-1e6, 1e6), min_size=10, max_size=60), st.floats(0.01, 100), st.randoms(use_true_random=False))
def test_the_order_of_history_does_not_matter(values: list[float], noise: float, luck: Any) -> None:
    """The same days would give other limits when the ledger lists them otherwise."""
    shuffled = luck.sample(values, len(values))
    assert ordinary(values, noise=noise, false_alarms=0.01) == ordinary(shuffled, noise=noise, false_alarms=0.01)


@given(st.lists(st.integers(1, 10_000), min_size=10, max_size=60), st.floats(0.3, 2), st.integers(1, 9))
def test_limits_scale_with_the_calendar(counts: list[int], volume: float, times: int) -> None:
    """A Saturday would be judged by a Monday's rows."""
    params, past = Params(), [(count, 1.0) for count in counts]
    low, high = limits(params, past, volume)
    assert low <= high
    assert limits(params, [(count, day * times) for count, day in past], volume * times)[0] <= high


def test_a_day_on_which_the_calendar_expects_nothing_is_not_judged() -> None:
    """A closed day would divide by nothing, or hold every row that came."""
    type_ = by_name("expect_table_row_count_to_match_history")
    assert type_ is not None
    with pytest.raises(NotMeasured, match="expects no rows at all"):
        type_.judge(type_.params(), replace(seen(20), volume=0))


def test_a_file_of_which_nobody_said_what_it_is_is_not_called_new() -> None:
    """A replay would pass because its sha256 was not handed on."""
    type_ = by_name("expect_delivery_not_seen_before")
    assert type_ is not None
    with pytest.raises(NotMeasured, match="sha256 is not known"):
        type_.judge(type_.params(), seen(20))


@pytest.mark.parametrize(("history", "level"), [(14, 0.01), (28, 0.01), (56, 0.001)])
def test_ordinary_values_lie_outside_as_seldom_as_promised(history: int, level: float) -> None:
    """Good partitions would be held, or the interval be so wide that it holds nothing."""
    rng, trials = np.random.default_rng(history), 20_000
    # The interval is a function of median and deviation alone; so many of them are computed at once.
    values, new = rng.standard_normal((trials, history)), rng.standard_normal(trials)
    unit = ordinary([-1.0, 1.0] * (history // 2), noise=0, false_alarms=level)
    centre = np.median(values, axis=1)
    spread = np.median(np.abs(values - centre[:, None]), axis=1)
    outside = float(np.mean(np.abs(new - centre) > unit.half * spread))
    assert 0.3 * level < outside < 1.5 * level


@pytest.mark.parametrize("share", [0.002, 0.03, 0.3])
def test_ordinary_shares_of_codes_are_objected_to_as_seldom_as_promised(share: float) -> None:
    """Days vary by more than chance, and good partitions would be held for it."""
    rng, trials, days, rows, level = np.random.default_rng(5), 1500, 28, 5000, 0.01
    rho = 2e-4
    of = rng.beta(share * (1 / rho - 1), (1 - share) * (1 / rho - 1), size=(trials, days + 1))
    counts = rng.binomial(rows, of)
    hit = 0
    for *past, today in counts.tolist():
        pairs = [(count, rows) for count in past]
        hit += 2 * chance(today, rows, usual_share(pairs), pairs) < level
    assert hit / trials < 3 * level
