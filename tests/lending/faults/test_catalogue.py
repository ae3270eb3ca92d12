from datetime import date, timedelta

import pytest

from lending.errors import UnknownFault
from lending.faults import CATALOGUE, Fault, find
from lending.world.conditions import ORDINARY

FAMILIES = {"B": 15, "I": 15, "D": 12, "J": 10, "L": 10}
"""Rows of the failure tables in the domain notes, section 1."""


def test_every_row_of_the_failure_tables_is_a_fault_and_every_fault_a_row() -> None:
    """Something that really happens would never have been tried, or something invented."""
    rows = {f"{letter}{number}" for letter, count in FAMILIES.items() for number in range(1, count + 1)}
    assert {name for name in CATALOGUE if not name.startswith("decoy_")} == rows


@pytest.mark.parametrize("fault", CATALOGUE.values(), ids=lambda fault: fault.name)
def test_a_fault_is_told_in_sentences(fault: Fault) -> None:
    """`drill list` would explain nothing."""
    story, says = fault.story, [strength.says for strength in fault.strengths]
    assert len(story.split(". ")) == 2 or story.count(".") == 2, story
    assert all(text.endswith(".") for text in (story, *says))
    assert len(set(says)) == 3


def test_two_at_once() -> None:
    """A combination would be one fault, or none."""
    assert [fault.name for fault in find("B1+b3")] == ["B1", "B3"]


def test_an_unknown_fault_is_told_what_there_is() -> None:
    """Somebody who mistypes would have to read the source."""
    with pytest.raises(UnknownFault) as error:
        find("B15+B99")
    assert str(error.value).splitlines()[0] == "There is no fault B99; did you mean B9?"
    assert "Faults: B1, B2, B3" in str(error.value)


@pytest.mark.parametrize("name", ["B1+B1", "B1+B2+B3", ""])
def test_what_is_no_pair_is_refused(name: str) -> None:
    """The same fault twice would count as two."""
    with pytest.raises(UnknownFault):
        find(name)


DECOYS = (
    "campaign", "freeze_surge", "rate_cut", "tax_season", "new_state", "announced_version", "row_order", "additive_column",
    "dst_day", "holiday_double", "month_end", "macro_drift",
)  # fmt: skip


def test_there_are_twelve_decoys_and_the_freeze_of_the_failure_table() -> None:
    """A gate that stops everything would look perfect."""
    decoys = {fault.name for fault in CATALOGUE.values() if fault.decoy}
    assert decoys == {"B15", *(f"decoy_{name}" for name in DECOYS)}


@pytest.mark.parametrize("fault", [fault for fault in CATALOGUE.values() if fault.turns], ids=lambda fault: fault.name)
def test_a_decoy_turns_the_world_from_its_first_day_on(fault: Fault) -> None:
    """The decoy would be a clean day, or the clean days before it decoys."""
    day = date(2026, 3, 4)
    turned = [fault.turned(ORDINARY, strength=strength, first_day=day, day=day) for strength in (1, 2, 3)]
    assert len({repr(one) for one in [ORDINARY, *turned]}) == 4
    assert fault.turned(ORDINARY, strength=3, first_day=day, day=day - timedelta(days=1)) is ORDINARY


@pytest.mark.parametrize("fault", [fault for fault in CATALOGUE.values() if fault.change is None], ids=lambda fault: fault.name)
def test_what_changes_no_rows_is_the_world_or_a_day(fault: Fault) -> None:
    """It would be a decoy of nothing."""
    assert fault.decoy
    assert fault.at == "world"
    assert fault.turns or fault.days
