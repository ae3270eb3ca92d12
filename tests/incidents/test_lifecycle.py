from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from feature_health.incidents.incident import Incident
from feature_health.incidents.lifecycle import after_publish
from feature_health.profiles.partition import RevisionId
from tests.incidents.history import History, contract_of, finding, shown

CASES = sorted((Path(__file__).parents[1] / "golden" / "incidents").glob("*.yaml"))
JOBS, KEYS, CHECKS = ("bureau_pull", "dti_join"), ("2026-06-01", "2026-06-02", "2026-06-03"), ("a", "b", "c", "d")

job, key = st.sampled_from(JOBS), st.sampled_from(KEYS)
findings = st.lists(st.sampled_from(CHECKS), min_size=1, max_size=3, unique=True)
event = st.one_of(
    st.fixed_dictionaries(
        {"hold": st.fixed_dictionaries({"job": job, "key": key, "findings": findings, "revision": st.integers(1, 3)})}
    ),
    st.fixed_dictionaries(
        {
            "publish": st.fixed_dictionaries(
                {"job": job, "key": key, "revision": st.integers(1, 3), "released_by": st.none() | st.just("priya")}
            )
        }
    ),
    st.fixed_dictionaries({"late": st.fixed_dictionaries({"job": job, "key": key})}),
    st.fixed_dictionaries(
        {
            "late": st.fixed_dictionaries(
                {"job": st.just("dti_join"), "key": key, "waits_for": key.map(lambda k: [f"bureau_pull@{k}#1"])}
            )
        }
    ),
    st.fixed_dictionaries({"fail": st.fixed_dictionaries({"job": job, "key": key, "task": st.sampled_from(CHECKS)})}),
)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden_histories(path: Path) -> None:
    """An incident would open, grow or end otherwise than its golden case says in its first line."""
    case = yaml.load(path.read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - everything is text, keys that look like dates too
    history = History(tier=int(case.get("tier", 1)))
    for one in case["events"]:
        history.play(one)
    assert [shown(one) for one in history.kept.values()] == case["incidents"]


@settings(max_examples=200, deadline=None)
@given(st.lists(event, max_size=12))
def test_no_member_is_ever_lost(events: list[dict]) -> None:
    """A partition would drop out of its incident, and nobody would correct it."""
    history = History()
    for one in events:
        before = {number: {(it.job, it.key) for it in incident.members} for number, incident in history.kept.items()}
        history.play(one)
        for number, members in before.items():
            assert members <= {(it.job, it.key) for it in history.kept[number].members}


@settings(max_examples=200, deadline=None)
@given(st.lists(event, min_size=1, max_size=12))
def test_the_same_event_twice_is_the_same_event_once(events: list[dict]) -> None:
    """A step that is repeated after a crash would open a second incident or tell the same news again."""
    history = History()
    for one in events:
        history.play(one)
        once = dict(history.kept)
        history.play(one)
        assert history.kept == once


@settings(max_examples=200, deadline=None)
@given(st.lists(event, max_size=12))
def test_one_cause_never_has_two_open_incidents(events: list[dict]) -> None:
    """One fault would be told twice, and ended once."""
    history = History()
    for one in events:
        history.play(one)
        for left, right in combinations(history.open, 2):
            assert (left.job, left.kind) != (right.job, right.kind) or not left.causes & right.causes


@settings(max_examples=200, deadline=None)
@given(st.lists(event, max_size=12), job, key)
def test_a_publication_never_ends_what_another_job_suffers(events: list[dict], job: str, key: str) -> None:
    """A good bureau feed would hide that incomes are wrong."""
    history = History()
    for one in events:
        history.play(one)
    others = [one for one in history.open if one.job != job]
    history.publish(job, key)
    assert [history.kept[one.id] for one in others] == others


@settings(max_examples=200, deadline=None)
@given(st.lists(event, max_size=12))
def test_nothing_open_is_without_trouble_and_nothing_resolved_has_any(events: list[dict]) -> None:
    """An incident would stay open for ever, or end while a partition of it is still to be corrected."""
    history = History()
    for one in events:
        history.play(one)
    for incident in history.kept.values():
        troubled = any(it.ended_at is None and it.role != "waits" for it in incident.members)
        assert troubled is (incident.state == "open")


def test_a_publication_does_not_end_what_began_after_it() -> None:
    """Running the publish task of a good day once more would resolve today's incident."""
    history = History()
    history.hold("bureau_pull", "2026-06-01", [finding("a")])
    rerun = after_publish(
        history.open,
        contract=contract_of("bureau_pull"),
        revision=RevisionId(job="bureau_pull", key="2026-06-02", number=1),
        at=history.at - timedelta(days=1),
    )
    assert rerun == ()


def test_a_graver_level_stays() -> None:
    """An incident would shrink because the contract's tier was softened while it lasts."""
    history = History(tier=1)
    history.hold("bureau_pull", "2026-06-01", [finding("a")])
    history.tier = 3
    assert history.hold("bureau_pull", "2026-06-02", [finding("a")]).level == "S1"


def test_titles_and_errors_stay_short() -> None:
    """One long error text would push everything else out of the message."""
    history = History()
    held = history.hold("bureau_pull", "2026-06-01", [finding("a", because="x" * 5000)])
    failed = history.fail("bureau_pull", "2026-06-01", "stage", "line\n" * 5000)
    assert len(held.title) <= 140
    assert len(failed.members[0].because) < 400
    assert "\n" not in failed.members[0].because


def test_what_came_and_failed_is_no_news_of_the_wrong_incident() -> None:
    """A resolved incident would be resolved again, at another time."""
    history = History()
    history.late("bureau_pull", "2026-06-01")
    history.hours += 1
    history.publish("bureau_pull", "2026-06-01")
    resolved: Incident = history.kept[1]
    history.hours += 1
    assert history.publish("bureau_pull", "2026-06-01") == ()
    assert resolved.resolved_at == datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
