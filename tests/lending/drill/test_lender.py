"""The simulated lender as a drill's lender: its nights are the jobs' own, and a plant changes what it must and nothing else."""

import hashlib
import pickle
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from feature_health.checks.load import load_file
from feature_health.drills.lender import Plant
from feature_health.errors import CallerError
from lending.drill.lender import JOBS, ShadowLender, build, refuse_impossible, settings_in
from lending.world import deliver
from tests.lending.conftest import look
from tests.lending.drill.conftest import DAY


def digests(night: Mapping[str, str]) -> dict[str, str]:
    """Job -> sha256 of its candidate."""
    return {job: hashlib.sha256(Path(path).read_bytes()).hexdigest() for job, path in night.items()}


def planted(fault: str, **more: object) -> Plant:
    """The fault from the Wednesday on."""
    return replace(Plant(fault=fault, first_day=DAY), **more)  # type: ignore[arg-type]


def changed(clean: Mapping[str, str], faulty: Mapping[str, str]) -> set[str]:
    """The jobs whose candidates differ."""
    before, after = digests(clean), digests(faulty)
    return {job for job in before if before[job] != after.get(job)}


def test_inputs_are_those_of_the_contracts(project: Path) -> None:
    """A night would be built from other partitions than the gate waits for."""
    promised = {job: load_file(project / "expectations" / f"{job}.yaml").inputs for job in JOBS}
    assert {job: tuple(inputs) for job, inputs in JOBS.items()} == promised


def test_a_night_is_the_jobs_run_by_hand(lender: ShadowLender, clean: Mapping[str, str], tmp_path: Path) -> None:
    """A drill would try another lender than the one in production."""
    deliver(lender.world, DAY, tmp_path / "landing")
    settings, made = settings_in(tmp_path, sql=None), dict[str, str]()
    for job, inputs in JOBS.items():
        made[job] = build(job, DAY, inputs={name: made[name] for name in inputs}, settings=settings)
    assert digests(clean) == digests(made)


def test_a_delivery_fault_changes_its_feed_and_what_is_built_from_it(
    lender: ShadowLender, clean: Mapping[str, str], tmp_path: Path
) -> None:
    """What decisioning would have read would be blamed on the wrong rows."""
    faulty = lender.night(DAY, plant=planted("B1", strength=3, scope={"bureau": "TUC"}), folder=tmp_path)
    assert changed(clean, faulty) == {"bureau_pull", "dti_join", "feature_vector"}
    [(bureaus,)] = look(
        "SELECT list(DISTINCT bureau) FROM (SELECT bureau, hit_status FROM f EXCEPT SELECT bureau, hit_status FROM c)",
        f=faulty["bureau_pull"],
        c=clean["bureau_pull"],
    )
    assert bureaus == ["TUC"]


@pytest.mark.parametrize("fault", ["B1", "B3", "I2"])
def test_what_the_plant_cannot_touch_is_taken_from_the_clean_twin(
    lender: ShadowLender, clean: Mapping[str, str], tmp_path: Path, fault: str
) -> None:
    """Reusing the clean twin would hide what a fault does elsewhere, or a matrix would take a day."""
    plant = planted(fault)
    alone = lender.night(DAY, plant=plant, folder=tmp_path / "alone")
    beside = lender.night(DAY, plant=plant, folder=tmp_path / "beside", clean=clean)
    assert digests(alone) == digests(beside)
    assert beside["application_intake"] == clean["application_intake"]
    assert changed(clean, beside)


def test_a_bug_in_a_job_leaves_its_inputs_alone(lender: ShadowLender, clean: Mapping[str, str], tmp_path: Path) -> None:
    """The vendor would get the blame for our own bug."""
    faulty = lender.night(DAY, plant=planted("D2"), folder=tmp_path, clean=clean)
    assert changed(clean, faulty) == {"dti_join", "feature_vector"}


def test_a_join_is_rebuilt_with_the_bug_that_is_in_it(lender: ShadowLender, clean: Mapping[str, str], tmp_path: Path) -> None:
    """A join over what was published would be a clean one, and the drill would report a repair that never was."""
    plant = planted("D2")
    night = lender.night(DAY, plant=plant, folder=tmp_path / "night")
    inputs = {name: clean[name] for name in JOBS["dti_join"]}
    again = lender.rebuild("dti_join", DAY, inputs=inputs, plant=plant, folder=tmp_path / "again")
    assert again is not None
    assert digests({"dti_join": again})["dti_join"] == digests(night)["dti_join"]


def test_a_join_that_cannot_be_built_is_not_delivered(lender: ShadowLender, tmp_path: Path) -> None:
    """The drill would end in the lender's own error instead of in a partition that never came."""
    inputs = dict.fromkeys(JOBS["dti_join"], str(tmp_path / "absent.parquet"))
    assert lender.rebuild("dti_join", DAY, inputs=inputs, plant=None, folder=tmp_path) is None


def test_before_its_first_day_there_is_no_fault(lender: ShadowLender, clean: Mapping[str, str], tmp_path: Path) -> None:
    """The history of the gate would be broken as well."""
    later = planted("B1+D2", first_day=DAY + timedelta(days=1))
    assert lender.night(DAY, plant=later, folder=tmp_path, clean=clean) == clean
    assert digests(lender.night(DAY, plant=later, folder=tmp_path)) == digests(clean)


def test_two_faults_at_once_are_both_there(lender: ShadowLender, clean: Mapping[str, str], tmp_path: Path) -> None:
    """Of a combination only one fault would be tried; a scope goes to the one that can have it."""
    both = planted("B1+I2", scope={"bureau": "EXP"})
    refuse_impossible(both)
    faulty = lender.night(DAY, plant=both, folder=tmp_path, clean=clean)
    assert {"bureau_pull", "income_verification"} <= changed(clean, faulty)


@pytest.mark.parametrize(
    ("plant", "told"),
    [
        (planted("B99"), "There is no fault B99"),
        (planted("B1", scope={"bureau": "XYZ"}), "there is no bureau XYZ"),
        (planted("I2", scope={"bureau": "EXP"}), "I2 cannot be confined so"),
        (planted("I2+D2", scope={"moon": "full"}), "moon=full: it has no such scope"),
    ],
)
def test_what_cannot_be_planted_is_refused_before_anything_is_built(plant: Plant, told: str) -> None:
    """Somebody would wait a minute for the answer that they mistyped."""
    with pytest.raises(CallerError, match=told):
        refuse_impossible(plant)


def test_a_day_outside_the_world_is_refused(lender: ShadowLender, tmp_path: Path) -> None:
    """A drill would end in a traceback."""
    first, last = lender.days()
    with pytest.raises(CallerError, match=f"{first} to {last}"):
        lender.night(date(2031, 1, 1), plant=None, folder=tmp_path)


def test_a_planned_campaign_is_known_to_the_calendar(lender: ShadowLender, clean: Mapping[str, str], tmp_path: Path) -> None:
    """A campaign that the lender has planned would be held as a surprise."""
    plant = planted("decoy_campaign", strength=3)
    more = lender.night(DAY, plant=plant, folder=tmp_path, clean=clean)
    [(rows, before)] = look(
        "SELECT (SELECT count(*) FROM m), (SELECT count(*) FROM c)", m=more["application_intake"], c=clean["application_intake"]
    )
    expected, plain = lender.calendars(plant)["us_lender"], lender.calendars()["us_lender"]
    assert rows > before
    assert expected(DAY)[0] / plain(DAY)[0] == pytest.approx(rows / before, rel=0.1)
    assert expected(DAY - timedelta(days=1)) == plain(DAY - timedelta(days=1))


def test_a_lender_goes_to_other_processes(lender: ShadowLender) -> None:
    """A matrix could use one core alone."""
    copy = pickle.loads(pickle.dumps(lender))  # noqa: S301 - our own
    assert copy == lender
    assert copy.calendars()["us_lender"](DAY) == lender.calendars()["us_lender"](DAY)
