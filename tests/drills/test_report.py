"""A drill's report in words, for machines and as a picture, of results that were made up."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from feature_health.contracts.severity import Ruling
from feature_health.drills.lender import Plant, Truth
from feature_health.drills.report import as_markdown, as_record, outcome, write_report
from feature_health.drills.result import Detection, Drilled, Fired, Judged, Moment, Timings, Told, Watched
from feature_health.drills.timeline import timeline
from tests.drills.bakery import DAY, BakeryFaults

KEY = "2026-03-04"
GOLDEN = Path(__file__).parent / "golden/drill.md"
RANGE = "60 of 100 values of score are outside 300 to 850"
FIRED = Fired(check="between:score", kind="violation", severity="block", holds=True, failures=("OUT",), because=RANGE)
CAUGHT = Drilled(
    card=BakeryFaults().card("OUT"),
    plant=Plant(fault="OUT", first_day=DAY, scope={"state": "CA"}),
    day=DAY,
    truth=Truth(rows={"scores": 60, "offers": 60}, decisions=100, flipped=60, at_stake_usd=182_300, impact="S1"),
    caught=True,
    detection=Detection(partition=1, key=KEY, job="scores", how="held", checks=("between:score",), because=RANGE),
    timings=Timings(detect=0.24, quarantine=0.31, message=0.34, release=0.05, repair=0.28),
    corrupted_rows_published=0,
    watched=Watched(looks=155, files=2, corrupted_rows={}),
    nights=(
        (
            Judged(job="scores", key=KEY, revision=1, ruling=Ruling.QUARANTINE, rows=100, fired=(FIRED,), seconds=0.3),
            Judged(job="offers", key=KEY, revision=None, ruling=None, waits=True),
        ),
    ),
    moments=(
        Moment(seconds=0.0, what="arrived", job="scores", key=KEY),
        Moment(seconds=0.31, what="held", job="scores", key=KEY, detail=RANGE),
        Moment(seconds=0.34, what="told", job="scores", key=KEY, detail="[S1] HELD"),
        Moment(seconds=0.35, what="waits", job="offers", key=KEY),
        Moment(seconds=0.5, what="repaired", job="scores", key=KEY),
        Moment(seconds=0.6, what="resolved", job="offers", key=KEY),
    ),
    messages=(Told(channel="#drill", title="[S1] HELD", text="[S1] HELD · scores"),),
    repaired=True,
    resolved=True,
    warm_days=16,
)
MISSED = replace(
    CAUGHT,
    caught=False,
    detection=None,
    corrupted_rows_published=1_200,
    watched=Watched(looks=10, files=2, corrupted_rows={f"scores {KEY}": 1_200}, unjudged=("scores@x#1",)),
    moments=(
        Moment(seconds=-0.2, what="arrived", job="scores", key=KEY),
        Moment(seconds=0.1, what="published", job="scores", key=KEY),
        Moment(seconds=0.4, what="arrived", job="scores", key=KEY),
        Moment(seconds=0.8, what="repaired", job="scores", key=KEY),
    ),
    messages=(),
    timings=Timings(),
    resolved=False,
)
DECOY = replace(CAUGHT, card=BakeryFaults().card("SORTED"))


def _drawn(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314 - our own picture


def test_the_page_says_everything_in_its_order() -> None:
    """Whoever reads a report in a year has nothing but the page (rewrite tests/drills/golden/drill.md by hand)."""
    assert as_markdown(CAUGHT, picture="timeline.svg") == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("done", "says"),
    [
        (CAUGHT, f"Caught: scores {KEY} was held on the same day ({RANGE}); no corrupted row was readable."),
        (MISSED, "Missed: nothing was stopped, and 1,200 corrupted rows were readable."),
        (
            replace(CAUGHT, caught=False, corrupted_rows_published=1),
            f"Caught too late: scores {KEY} was held on the same day ({RANGE}); 1 corrupted row was readable.",
        ),
        (DECOY, f"Wrongly stopped: scores {KEY} was held on the same day ({RANGE})."),
        (replace(DECOY, detection=None), "Rightly let through: nothing was stopped."),
    ],
    ids=["caught", "missed", "late", "decoy stopped", "decoy"],
)
def test_the_outcome_is_told_first_and_as_it_was(done: Drilled, says: str) -> None:
    """A miss in the words of a catch would be believed."""
    assert outcome(done) == says
    assert f"**{says}**" in as_markdown(done)


def test_a_miss_names_what_was_readable_and_what_is_left() -> None:
    """The page would not say how bad it was."""
    page = as_markdown(MISSED)
    assert f"- scores {KEY}: 1,200 corrupted rows" in page
    assert "- scores@x#1 was readable without a verdict" in page
    assert "Afterwards an incident is open." in page
    assert "| detected | - |" in page


@pytest.mark.parametrize("done", [CAUGHT, MISSED, DECOY], ids=["caught", "missed", "decoy"])
def test_the_picture_is_well_formed_and_holds_what_happened(done: Drilled) -> None:
    """A picture that no browser shows is none."""
    drawn = _drawn(timeline(done, "a < b & 'c'"))
    texts = ["".join(text.itertext()) for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"a < b & 'c'", f"scores {KEY}", "people are told", "$182.3k"} <= set(texts)
    assert ("readable and corrupted" in texts) is (done is MISSED)
    width = float(drawn.attrib["width"])
    for box in drawn.iter("{http://www.w3.org/2000/svg}rect"):
        assert float(box.attrib.get("x", 0)) + float(box.attrib["width"]) <= width
        assert float(box.attrib["width"]) > 0


def test_what_was_wrong_stays_so_until_the_correction_is_judged() -> None:
    """While a correction is judged the corrupted one is still what decisioning reads."""
    titles = [title.text for title in _drawn(timeline(MISSED, "")).iter("{http://www.w3.org/2000/svg}title")]
    assert f"scores {KEY}: readable and corrupted, 0.10 to 0.80 s" in titles


def test_the_report_is_three_files_of_which_one_is_json(tmp_path: Path) -> None:
    """Machines and people would have to read the terminal."""
    page, record, picture = write_report(CAUGHT, tmp_path / "new" / "folder")
    kept = json.loads(record.read_text())
    assert (kept["outcome"], kept["plant"]["first_day"]) == (outcome(CAUGHT), KEY)
    assert kept == as_record(CAUGHT)
    assert f"({picture.name})" in page.read_text()
