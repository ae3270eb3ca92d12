from dataclasses import replace
from datetime import timedelta

from feature_health.contracts.severity import Ruling
from feature_health.steps.watch import HEARTBEAT_AGE_MAX
from feature_health.web.answers import ask
from feature_health.web.health import HealthPage, health_page
from tests.web.ledger_in_memory import NOW, LedgerInMemory, incident, member, platform_of, publication, row


def page_of(ledger: LedgerInMemory, keys_max: int = 30) -> HealthPage:
    return health_page(ask(platform_of(ledger), keys_max=keys_max), keys_max=keys_max)


def test_a_watcher_that_never_ran_is_missing() -> None:
    """Nobody would notice that nobody looks for late partitions."""
    assert page_of(LedgerInMemory(beat=None)).watcher.state == "missing"


def test_an_old_heartbeat_is_stale() -> None:
    """A watcher that stopped last week would look alive."""
    assert page_of(LedgerInMemory(beat=NOW - HEARTBEAT_AGE_MAX)).watcher.state == "beating"
    stale = page_of(LedgerInMemory(beat=NOW - HEARTBEAT_AGE_MAX - timedelta(seconds=1))).watcher
    assert stale.state == "stale"
    assert "60 min ago" in stale.text


def test_readable_is_the_newest_publication_and_says_what_is_newer() -> None:
    """Decisioning reading yesterday's bureau data because today's is held is what the page is for."""
    ledger = LedgerInMemory(
        rows=[row("bureau_pull", "2026-03-08"), row("bureau_pull", "2026-03-09", Ruling.QUARANTINE)],
        incidents_open=[incident(member("bureau_pull", "2026-03-10", "late"), kind="late")],
        readable=[publication("bureau_pull", "2026-03-07"), publication("bureau_pull", "2026-03-08", 2, released_by="alice")],
    )
    one = next(one for one in page_of(ledger).readable if one.job == "bureau_pull")
    assert (one.key, one.revision, one.rows, one.released_by, one.newer_unreadable) == ("2026-03-08", 2, 5012, "alice", 2)
    assert one.since_ago == "26 h ago"


def test_a_job_without_anything_readable_is_listed() -> None:
    """A job that decisioning cannot read at all would be missing from the list, which looks like nothing is wrong."""
    assert [one.job for one in page_of(LedgerInMemory()).readable] == [
        "application_intake",
        "bureau_pull",
        "dti_join",
        "income_verification",
    ]


def test_a_job_without_a_contract_shows_while_something_is_wrong() -> None:
    """Deleting a contract would hide its incident's partitions from the grid."""
    page = page_of(LedgerInMemory(incidents_open=[incident(member("old_job", "2026-03-09", "late"), kind="late")]))
    assert [line.job for line in page.grids.grids[0].lines] == ["old_job"]


def test_a_join_is_known_by_its_contract() -> None:
    """The grid would not know what a join waits for, and its incident would ask for a delivery that nobody sends."""
    ledger = LedgerInMemory(
        rows=[row("bureau_pull", "2026-03-09", Ruling.QUARANTINE), row("dti_join", "2026-03-08", Ruling.QUARANTINE)],
        incidents_open=[incident(member("dti_join", "2026-03-08"))],
    )
    page = page_of(ledger)
    join = next(line for line in page.grids.grids[0].lines if line.job == "dti_join")
    assert [cell.state for cell in join.cells] == ["held", "waits"]
    assert page.incidents[0].actions[0].text.startswith("Have its inputs corrected")


def test_contracts_are_read_only_where_a_join_may_wait() -> None:
    """Each contract takes milliseconds to read: a page on which all is well would read them all."""
    assert ask(platform_of(LedgerInMemory(rows=[row("bureau_pull", "2026-03-09")])), keys_max=30).inputs == {}


def test_questions_do_not_grow_with_history() -> None:
    """A ledger of ten years would make the page slow: each question must name its limit."""
    ledger = LedgerInMemory(
        rows=[row("bureau_pull", f"2026-{month:02}-{day:02}") for month in range(1, 13) for day in range(1, 29)]
    )
    assert len(ask(platform_of(ledger), keys_max=30).rows) == 30


def test_what_is_read_says_how_many_rows_it_lacks() -> None:
    """Decisioning would read 4,990 of 5,000 people, and the page would call that the partition."""
    one = replace(publication("bureau_pull", "2026-03-08"), diverted=10)
    [line] = [line for line in page_of(LedgerInMemory(readable=[one])).readable if line.job == "bureau_pull"]
    assert (line.rows, line.diverted) == (5012, "10 rows diverted")
