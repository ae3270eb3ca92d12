from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feature_health.profiles.history import NO_HISTORY, History, Past, Seen
from feature_health.profiles.measure import Count, DistinctCount, name_of
from feature_health.profiles.partition import RevisionId
from feature_health.profiles.profile import NotMeasured, Profile

FIRST = date(2026, 6, 1)


def past(day: int, number: int = 1, rows: int = 100) -> Past:
    """An accepted partition; what it holds is decided by its name, as in a ledger."""
    first = FIRST + timedelta(days=day)
    profile = Profile(engine="by hand", rows=rows, values={name_of(Count()): rows})
    return Past(
        revision=RevisionId(job="bureau", key=first.isoformat(), number=number),
        sha256=f"{day}.{number}",
        first_day=first,
        profile=profile,
    )


pasts = st.lists(st.builds(past, st.integers(0, 9), st.integers(1, 3)), max_size=8)
histories = st.one_of(pasts.map(History.of), st.sampled_from(["gone", "locked"]).map(lambda why: History(unread=why)))


@given(histories, histories, histories)
def test_histories_add_up_in_any_order_and_grouping(one: History, two: History, three: History) -> None:
    """What a check looks back at would depend on who asked the ledger first."""
    assert one | two == two | one
    assert (one | two) | three == one | (two | three)
    assert one | one == one


@given(pasts)
def test_a_history_has_each_partition_once_oldest_first_in_its_newest_revision(each: list[Past]) -> None:
    """A corrected partition would count twice, once with its error."""
    history = History.of(each)
    keys = [it.revision.key for it in history.past]
    assert keys == sorted(set(keys))
    assert {it.revision.key: it.revision.number for it in history.past} == {
        key: max(it.revision.number for it in each if it.revision.key == key) for key in keys
    }


@given(pasts, st.integers(0, 5))
def test_the_newest_are_the_last(each: list[Past], count: int) -> None:
    """A window of eight weeks would look at the first eight weeks ever."""
    history = History.of(each)
    assert history.newest(count).revisions == history.revisions[max(0, len(history.revisions) - count) :]


def test_the_digest_covers_what_judging_looks_at() -> None:
    """A judgement made again from other evidence would pass for the same."""
    history = History.of([past(0), past(1)])
    others = (
        History.of([past(0)]),
        History.of([past(0), past(1, number=2)]),
        History.of([past(0), past(1, rows=101)]),
        History.of([past(0), replace(past(1), volume=0.8)]),
        History.of([past(0), replace(past(1), sha256="other")]),
        History(unread="gone"),
        History(),
    )
    assert len({history.digest, *(other.digest for other in others)}) == 1 + len(others)


def test_what_was_not_measured_then_is_no_history() -> None:
    """A measure new in the contract would be compared with nothing and found equal."""
    seen = Seen(profile=past(2).profile, history=History.of([past(0), past(1)]))
    assert [then[Count()] for then in seen.past(Count())] == [100, 100]
    assert seen.past(Count(), DistinctCount(column="id")) == ()


@pytest.mark.parametrize("history", [NO_HISTORY, History(unread="the ledger is locked")])
def test_a_history_that_was_not_read_is_unable_not_short(history: History) -> None:
    """A check that looks back would pass because nobody looked."""
    with pytest.raises(NotMeasured, match=history.unread):
        Seen(profile=past(2).profile, history=history).past(Count())
