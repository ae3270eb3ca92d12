from datetime import date, timedelta

import pytest

from lending.calendars import BusinessCalendar
from lending.world import Conditions, World
from lending.world.conditions import regular_campaigns
from lending.world.planned import planned_events
from lending.world.volume import volume

CAMPAIGNS = regular_campaigns(date(2026, 3, 2), date(2026, 6, 30))
BUSY = Conditions(campaigns=CAMPAIGNS, rate_cut_on=date(2026, 4, 20))


def test_the_calendar_expects_what_the_conditions_bring() -> None:
    """Every mail drop would be held as a flood, or its end as a loss."""
    plain, busy = BusinessCalendar(), BusinessCalendar(events=planned_events(BUSY))
    for n in range(120):
        day = date(2026, 3, 1) + timedelta(days=n)
        came = volume(5, day, base=100_000, conditions=BUSY) / volume(5, day, base=100_000, conditions=Conditions())
        assert busy.factor(day)[0] / plain.factor(day)[0] == pytest.approx(came, rel=0.12), day


def test_a_campaign_is_known_before_it_begins() -> None:
    """A back-test would explain a day by what nobody knew then, or could not explain it at all."""
    for campaign in CAMPAIGNS:
        assert campaign.known_on < campaign.first_day
    events = [event for event in planned_events(BUSY) if event.kind == "campaign"]
    assert all(event.known_at.date() < event.first_day for event in events)
    assert {event.first_day for event in events} >= {campaign.first_day for campaign in CAMPAIGNS}


def test_a_campaigns_people_are_named_and_score_lower() -> None:
    """A decoy without a change of population would prove nothing of the checks that must bear it."""
    world = World(seed=5, conditions=Conditions(campaigns=CAMPAIGNS))
    day = CAMPAIGNS[1].first_day + timedelta(days=8)
    people = world.people(day)
    mailed = people.campaign >= 0
    assert mailed.mean() == pytest.approx(0.8 / 1.8, abs=0.03)
    assert people.score[~mailed].mean() - people.score[mailed].mean() == pytest.approx(15, abs=8)
    ids = world.table("applications", day)["campaign_id"]
    assert ids.null_count == (~mailed).sum()
    assert set(ids.drop_null().to_pylist()) == {CAMPAIGNS[1].id}


def test_a_freeze_surge_freezes_and_a_branch_opens() -> None:
    """The decoys would be clean days under another name."""
    day = date(2026, 3, 4)
    ordinary, unlike = World(seed=5), World(seed=5, conditions=Conditions(frozen_share=0.10, branch_state="VT"))
    frozen = [
        sum(filter(None, world.table("bureau_pulls", day)["frozen_flag"].to_pylist())) / len(world.table("bureau_pulls", day))
        for world in (ordinary, unlike)
    ]
    assert frozen == pytest.approx([0.04, 0.10], abs=0.012)
    states = [world.table("applications", day)["state"].to_pylist().count("VT") for world in (ordinary, unlike)]
    assert states[1] > 10 * states[0]


def test_drift_is_slow_and_adds_up() -> None:
    """A drift that jumps would be a fault, and one that does not add up would be none."""
    drifting = Conditions(drift_since=date(2026, 3, 1), drift_per_day=-0.005)
    assert [drifting.drift(date(2026, 2, 28)), drifting.drift(date(2026, 3, 1)), drifting.drift(date(2026, 3, 20))] == [
        0.0,
        -0.005,
        -0.1,
    ]
    day = date(2026, 4, 30)
    scores = [World(seed=5, conditions=c).people(day).score.mean() for c in (Conditions(), drifting)]
    assert scores[0] - scores[1] == pytest.approx(0.305 * 88, abs=8)
