from datetime import timedelta

from feature_health.profiles.partition import RevisionId
from feature_health.web.incident_cards import MEMBERS_MAX, cards
from tests.web.ledger_in_memory import NOW, incident, member

HELD = frozenset({RevisionId(job="bureau_pull", key="2026-03-09", number=1)})


def test_a_held_partition_has_the_command_that_releases_it() -> None:
    """A person at night would have to look the command up."""
    (card,) = cards([incident(member("bureau_pull", "2026-03-09"))], held=HELD, now=NOW)
    assert [action.command for action in card.actions] == [
        None,
        "feature-health release request bureau_pull 2026-03-09 --reason …",
    ]
    assert card.actions[1].airflow_path == "dags/release_quarantine"


def test_a_join_has_no_delivery_to_correct() -> None:
    """People would look for a vendor of what we join ourselves."""
    wrong = [incident(member("dti_join", "2026-03-09"))]
    (join,), (pull,) = cards(wrong, held=(), now=NOW, joins={"dti_join"}), cards(wrong, held=(), now=NOW)
    assert join.actions[0].text.startswith("Have its inputs corrected")
    assert pull.actions[0].text.startswith("Have a corrected delivery sent")


def test_what_does_not_wait_any_more_cannot_be_released() -> None:
    """The page would offer a command that is refused."""
    (card,) = cards([incident(member("bureau_pull", "2026-03-09"))], held=frozenset(), now=NOW)
    assert [action.command for action in card.actions] == [None]
    assert card.members[0].over


def test_a_name_cannot_leave_the_command_or_the_address() -> None:
    """Pasting the command of a hostile job name into a shell would run it."""
    hostile = RevisionId(job="x; rm -rf ~", key="2026-03-09", number=1)
    (card,) = cards([incident(member(hostile.job, hostile.key))], held={hostile}, now=NOW)
    assert card.actions[1].command == "feature-health release request 'x; rm -rf ~' 2026-03-09 --reason …"
    assert card.actions[0].airflow_path == "dags/x%3B%20rm%20-rf%20~"


def test_the_gravest_incident_is_first() -> None:
    """An S1 below ten S3 is read too late."""
    made = cards([incident(member("a", "1"), id=1, level="S3"), incident(member("a", "1"), id=2, level="S1")], held=(), now=NOW)
    assert [card.id for card in made] == [2, 1]


def test_a_long_incident_is_cut_and_says_so() -> None:
    """A fault over two months of partitions would push all other incidents off the page."""
    (card,) = cards([incident(*(member("a", str(number)) for number in range(50)))], held=(), now=NOW)
    assert (len(card.members), card.unshown, card.members_text) == (MEMBERS_MAX, 50 - MEMBERS_MAX, "50 held")


def test_each_kind_says_what_to_do() -> None:
    """A platform failure would send people to the vendor, and a late delivery to our logs."""
    made = cards(
        [incident(member("a", "1", "late"), kind="late", id=1), incident(member("a", "1", "failed"), kind="platform", id=2)],
        held=(),
        now=NOW,
    )
    assert "delivery" in made[0].actions[0].text
    assert "failed task" in made[1].actions[0].text
    assert made[0].since == NOW - timedelta(hours=3)
