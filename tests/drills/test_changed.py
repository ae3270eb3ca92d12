"""Judging only what differs from the clean twin comes to the same as judging everything."""

from datetime import timedelta
from pathlib import Path

import pytest

from feature_health.drills.changed import Changed, is_same
from feature_health.drills.detection import beyond, detected
from feature_health.drills.lender import Plant
from feature_health.drills.night import Night, clean_night, faulty_night, play
from feature_health.drills.result import Judged
from feature_health.drills.shadow import Shadow, fork
from tests.drills.bakery import DAY, Bakery, make

LENDER = Bakery()
Nights = list[tuple[Judged, ...]]


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shadow, list[Night], Nights]:
    """A shadow before the day, two clean nights, and what the gate said of them."""
    folder = tmp_path_factory.mktemp("twins")
    (folder / "nights").mkdir()
    base = make()(folder / "base")
    clean = [clean_night(LENDER, DAY + timedelta(days=number), folder / "nights") for number in range(2)]
    twin = fork(base, folder / "twin", make())
    return base, clean, [play(twin, LENDER, night, run="twin") for night in clean]


def _forked(base: Shadow, name: str) -> Shadow:
    return fork(base, base.folder.parent / name, make())


def _told(nights: Nights, twins: Nights) -> list[tuple[object, ...]]:
    """What is the fault's of each partition."""
    return [
        (one.job, one.key, one.held, one.diverted, one.waits, [fired.check for fired in beyond(one, twin)])
        for night, beside in zip(nights, twins, strict=True)
        for one, twin in zip(night, beside, strict=True)
    ]


@pytest.mark.parametrize("fault", ["OUT", "RAMP", "FEW", "ABSENT", "DOUBLE", "SORTED"])
def test_it_comes_to_the_same(fault: str, tmp_path: Path, twins: tuple[Shadow, list[Night], Nights]) -> None:
    """The figures of a matrix would be those of a gate that nobody runs."""
    base, clean, beside = twins
    plant = Plant(fault=fault, first_day=DAY)
    came: dict[bool, Nights] = {}
    for whole in (False, True):
        changed = Changed(_forked(base, f"{fault}-{whole}"), LENDER, whole=whole)
        came[whole] = []
        for number, (night, twin) in enumerate(zip(clean, beside, strict=True)):
            if number:
                changed.finish()
            faulty = faulty_night(LENDER, night, plant, tmp_path / f"{whole}-{number}")
            came[whole].append(changed.play(faulty, night, twin))
    assert _told(came[False], beside) == _told(came[True], beside)
    assert detected(came[False], beside) == detected(came[True], beside)


def test_what_is_the_twins_is_not_judged_again(twins: tuple[Shadow, list[Night], Nights]) -> None:
    """A matrix of two hundred cells would take hours."""
    base, (clean, _), (twin, _) = twins
    shadow = _forked(base, "twin-again")
    assert Changed(shadow, LENDER).play(clean, clean, twin) == twin
    assert shadow.platform.ledger.publications() == ()


def test_what_a_changed_join_reads_is_judged_first(tmp_path: Path, twins: tuple[Shadow, list[Night], Nights]) -> None:
    """The join would wait for an input that was only taken as the twin's, and every fault in a join would count as caught."""
    base, (clean, _), (twin, _) = twins
    shadow = _forked(base, "join")
    faulty = faulty_night(LENDER, clean, Plant(fault="DOUBLE", first_day=DAY), tmp_path / "faulty")
    assert is_same(faulty, clean, "scores")
    assert not is_same(faulty, clean, "offers")
    scores, offers = Changed(shadow, LENDER).play(faulty, clean, twin)
    assert (scores, offers.waits, offers.held) == (twin[0], False, False)
    assert [one.revision.job for one in shadow.platform.ledger.publications()] == ["offers", "scores"]
