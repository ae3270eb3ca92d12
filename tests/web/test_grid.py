from dataclasses import replace
from datetime import timedelta

import pytest

from feature_health.contracts.severity import Ruling
from feature_health.web.grid import LOOKS, State, grids
from tests.web.ledger_in_memory import NOW, incident, member, row

WARNED, HELD = Ruling.PUBLISH_WITH_WARNINGS, Ruling.QUARANTINE


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "published"),
        ({"ruling": WARNED}, "warned"),
        ({"ruling": HELD}, "held"),
        ({"ruling": HELD, "readable_revision": 1, "revision": 2}, "held"),
        ({"ruling": HELD, "held": False, "readable_revision": 1}, "released"),
        ({"ruling": HELD, "held": False}, "held"),
        ({"readable_revision": None}, "allowed"),
        ({"readable_revision": 1, "revision": 2}, "allowed"),
    ],
)
def test_a_cell_shows_what_is_readable_and_not_only_the_ruling(changes: dict, state: State) -> None:
    """A partition that is allowed but not published yet would look as if decisioning could read it."""
    made = grids(["bureau_pull"], [row("bureau_pull", "2026-03-09", **changes)], [], keys_max=30)
    assert made.grids[0].lines[0].cells[0].state == state


def test_states_are_told_apart_without_colour() -> None:
    """A reader who does not see red and green would take a held partition for a published one."""
    assert len({look.symbol for look in LOOKS.values()}) == len({look.label for look in LOOKS.values()}) == len(LOOKS)


def test_what_never_came_shows_as_late_or_waiting() -> None:
    """A late partition has no ruling, so a grid of rulings alone would leave it out."""
    late = incident(member("bureau_pull", "2026-03-10", "late"), member("dti_join", "2026-03-10", "waits"), kind="late")
    made = grids(["bureau_pull", "dti_join"], [row("bureau_pull", "2026-03-09")], [late], keys_max=30)
    assert [[cell.state for cell in line.cells] for line in made.grids[0].lines] == [["published", "late"], ["unknown", "waits"]]


def test_a_ruling_is_newer_than_what_an_incident_remembers() -> None:
    """A partition that was late and then came would be late for as long as its incident is open."""
    late = incident(member("bureau_pull", "2026-03-09", "late"), kind="late")
    made = grids(["bureau_pull"], [row("bureau_pull", "2026-03-09")], [late], keys_max=30)
    assert made.grids[0].lines[0].cells[0].state == "published"


@pytest.mark.parametrize("unreadable", [{"ruling": HELD}, {"readable_revision": None}])
def test_a_join_waits_while_nothing_of_an_input_is_readable(unreadable: dict) -> None:
    """Once the incident is resolved, a join that never ran would look as if nobody expected it."""
    rows = [row("bureau_pull", "2026-03-09", **unreadable), row("application_intake", "2026-03-09")]
    made = grids(["dti_join"], rows, [], keys_max=30, inputs={"dti_join": ("application_intake", "bureau_pull")})
    (cell,) = made.grids[0].lines[0].cells
    assert (cell.state, cell.because) == ("waits", ("waits for bureau_pull 2026-03-09",))
    assert cell.title.splitlines()[-1] == "• waits for bureau_pull 2026-03-09"


def test_a_join_of_a_join_that_waits_waits_too() -> None:
    """The second join of a chain would be an empty cell beside the first."""
    made = grids(["b", "c"], [row("a", "2026-03-09", HELD)], [], keys_max=30, inputs={"c": ("b",), "b": ("a",)})
    assert [line.cells[0].because for line in made.grids[0].lines] == [("waits for a 2026-03-09",), ("waits for b 2026-03-09",)]


def test_a_join_does_not_wait_for_what_it_can_read_nor_after_its_own_ruling() -> None:
    """A join with a ruling, or with an earlier revision to read, would look as if it had to be waited for."""
    rows = [
        row("bureau_pull", "2026-03-08", HELD, revision=2, readable_revision=1),
        row("bureau_pull", "2026-03-09", HELD),
        row("dti_join", "2026-03-09"),
    ]
    made = grids(["dti_join"], rows, [], keys_max=30, inputs={"dti_join": ("bureau_pull",)})
    assert [cell.state for cell in made.grids[0].lines[0].cells] == ["unknown", "published"]


def test_what_has_ended_is_not_shown_as_wrong() -> None:
    """A failure of ours that was repaired would stay on the grid for as long as its incident has other members."""
    over = incident(member("bureau_pull", "2026-03-09", "failed", ended_at=NOW), kind="platform")
    assert grids(["bureau_pull"], [], [over], keys_max=30).empty


def test_daily_and_monthly_jobs_have_grids_of_their_own() -> None:
    """Months among days would be columns in which no daily job has anything."""
    made = grids(["a", "b"], [row("a", "2026-03-09"), row("b", "2026-02"), row("b", "2026-03")], [], keys_max=30)
    assert [[line.job for line in grid.lines] for grid in made.grids] == [["a"], ["b"]]
    assert [[(group.heading, group.keys) for group in grid.groups] for grid in made.grids] == [
        [("2026-03", ("2026-03-09",))],
        [("2026", ("2026-02", "2026-03"))],
    ]


def test_the_newest_keys_are_shown_oldest_first() -> None:
    """Cutting the wrong end would show last month and hide this morning."""
    made = grids(["a"], [row("a", f"2026-03-{day:02}") for day in range(1, 11)], [], keys_max=3)
    assert [cell.key for cell in made.grids[0].lines[0].cells] == ["2026-03-08", "2026-03-09", "2026-03-10"]


def test_a_title_says_why_and_what_stays_readable() -> None:
    """A reader who points at a held cell would have to look elsewhere for its reasons."""
    cell = (
        grids(
            ["a"],
            [
                row(
                    "a",
                    "2026-03-09",
                    HELD,
                    revision=2,
                    readable_revision=1,
                    because=("fico_low is gone",),
                    decided_at=NOW - timedelta(days=1),
                )
            ],
            [],
            keys_max=3,
        )
        .grids[0]
        .lines[0]
        .cells[0]
    )
    assert cell.title.splitlines() == [
        "a 2026-03-09: held in quarantine",
        "revision 2, 5,012 rows, judged 2026-03-11 06:30 UTC, revision 1 stays readable",
        "• fico_low is gone",
    ]


def test_a_title_says_how_many_rows_were_diverted() -> None:
    """Rows would be missing from what decisioning reads, and nobody who looks would know."""
    shown = replace(row("a", "2026-03-09", Ruling.PUBLISH_WITH_WARNINGS), diverted=12)
    [cell] = grids(["a"], [shown], [], keys_max=3).grids[0].lines[0].cells
    assert cell.title.splitlines()[1].endswith(", 12 rows diverted")


def test_the_legend_counts_what_is_shown() -> None:
    """A legend of states that do not occur would hide the ones that do."""
    made = grids(["a"], [row("a", "2026-03-09"), row("a", "2026-03-10", HELD, because=("x",))], [], keys_max=30)
    assert [(one.state, one.count) for one in made.legend] == [("published", 1), ("held", 1)]
    assert [cell.key for cell in made.noteworthy] == ["2026-03-10"]


def test_nothing_known_is_empty() -> None:
    """The page could not tell a new platform from a quiet one."""
    assert grids(["a"], [], [], keys_max=30).empty
