import pytest

from lending.errors import UnknownFault
from lending.faults import CATALOGUE, Fault, find

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
