from datetime import timedelta

from feature_health.contracts.severity import Ruling
from feature_health.profiles.partition import RevisionId
from feature_health.records import FailingRows
from feature_health.web.answers import HELD_MAX, ask
from feature_health.web.health import health_page
from feature_health.web.quarantine import Quarantine
from tests.web.ledger_in_memory import NOW, LedgerInMemory, platform_of, release_request, row

HELD = Ruling.QUARANTINE


def quarantine_of(ledger: LedgerInMemory) -> Quarantine:
    return health_page(ask(platform_of(ledger), keys_max=30), keys_max=30).quarantine


def test_what_is_held_says_since_when_why_and_what_to_do() -> None:
    """After its incident is resolved, nothing else on the page says what to do with a held partition."""
    (line,) = quarantine_of(LedgerInMemory(rows=[row("bureau_pull", "2026-03-09", HELD, because=("fico_low is gone",))])).lines
    assert (line.job, line.key, line.revision, line.why) == ("bureau_pull", "2026-03-09", 1, "fico_low is gone")
    assert (line.since, line.since_ago) == (NOW - timedelta(hours=4), "4 h ago")
    assert line.command == "feature-health release request bureau_pull 2026-03-09 --reason …"


def test_how_many_rows_fail_is_told_and_no_row() -> None:
    """Whoever has the delivery mended would not know that the rows are listed, or would find them on a page for all."""
    told = FailingRows(
        revision=RevisionId(job="bureau_pull", key="2026-03-09", number=1),
        run="run-1",
        path="bureau_pull/2026-03-09/a.parquet",
        sha256="ab" * 32,
        rows=1204,
        counts={"nulls:fico": 1204},
        untold={},
        at=NOW,
    )
    rows = [row("bureau_pull", "2026-03-09", HELD), row("dti_join", "2026-03-09", HELD)]
    join, pull = quarantine_of(LedgerInMemory(rows=rows, failing=[told])).lines
    assert pull.failing == "1,204 rows fail a check: feature-health rows bureau_pull 2026-03-09"
    assert join.failing is None


def test_nothing_held_is_nothing() -> None:
    """A section without lines would ask people to do something about nothing."""
    assert quarantine_of(LedgerInMemory(rows=[row("bureau_pull", "2026-03-09")])) == Quarantine(lines=(), unshown=0)


def test_only_an_undecided_request_of_the_revision_is_told() -> None:
    """A rejected request would look as if somebody still had to decide."""
    held = [row("bureau_pull", "2026-03-09", HELD), row("dti_join", "2026-03-09", HELD)]
    asked = [release_request("bureau_pull", "2026-03-09"), release_request("dti_join", "2026-03-09", state="rejected")]
    join, pull = quarantine_of(LedgerInMemory(rows=held, requests=asked)).lines
    assert pull.asked is not None
    assert (pull.asked.id, pull.asked.by, pull.asked.at_ago) == (7, "bob", "2 h ago")
    assert join.asked is None


def test_what_was_overtaken_has_no_command() -> None:
    """The command releases the newest revision: beside an older one it would release what was not meant."""
    rows = [row("bureau_pull", "2026-03-09", HELD, revision=number) for number in (1, 2)]
    newer, older = quarantine_of(LedgerInMemory(rows=rows)).lines
    assert (newer.revision, newer.overtaken_by, newer.command is None) == (2, None, False)
    assert (older.revision, older.overtaken_by, older.command) == (1, 2, None)


def test_a_long_list_is_cut_at_its_old_end_and_asks_no_more_than_it_shows() -> None:
    """Requests are a question each: months of held partitions would make the page slow for all."""
    rows = [row("bureau_pull", f"2026-{month:02}-{day:02}", HELD) for month in (1, 2) for day in range(1, 29)]
    requests = [release_request("bureau_pull", one.partition.key) for one in rows]
    ledger = LedgerInMemory(rows=rows, requests=requests)
    made = quarantine_of(ledger)
    assert (len(made.lines), made.unshown, made.lines[0].key) == (HELD_MAX, len(rows) - HELD_MAX, "2026-02-28")
    assert len(ask(platform_of(ledger), keys_max=30).asked) == HELD_MAX
    assert all(line.asked for line in made.lines)
