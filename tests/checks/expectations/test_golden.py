from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from feature_health.checks.catalog import CATALOG, by_name
from feature_health.checks.expectation import ExpectationType, Params
from feature_health.contracts.document import read
from feature_health.contracts.keys import PartitionScheme, Period
from feature_health.engines.duckdb import DuckDbEngine
from feature_health.profiles.history import History, Past, Seen
from feature_health.profiles.measure import Measure, name_of
from feature_health.profiles.partition import RevisionId
from feature_health.profiles.profile import NotMeasured, Profile
from feature_health.records import Relation
from tests.engines.promised import contract_of

FOLDER = Path(__file__).parents[2] / "golden/expectations"
FILES = sorted(FOLDER.glob("*.yaml"))
OF_HISTORY = sorted((FOLDER.parent / "history").glob("*.yaml"))
ENGINE = DuckDbEngine(threads=1)


def golden_of(path: Path) -> dict[str, Any]:
    """What the file says, read as contracts are: `on` is a word there and a date is text."""
    document = read(path)
    assert isinstance(document.tree, dict), document.faults
    return document.tree


def delivered(rows: str, types: dict[str, Any], to: Path) -> Path:
    """The rows, written as CSV, as the Parquet file that the gate makes of them."""
    to.with_suffix(".csv").write_text(rows)
    conversion = ENGINE.to_parquet(to.with_suffix(".csv"), contract_of(types), to)
    assert conversion.unreadable is None, conversion.unreadable
    return to


def period_of(golden: dict[str, Any]) -> Period | None:
    """The period of the day that the file's `key` names, if it names one."""
    scheme = PartitionScheme(by="day", timezone=golden.get("timezone", "UTC"), ready_by=time())
    return scheme.period(golden["key"]) if "key" in golden else None


def said(case: dict[str, Any], candidate: Path, others: dict[str, Any], period: Period | None) -> dict[str, Any]:
    """What comes of the case's expectation, under the same names as in the file."""
    ((name, kwargs),) = case["expectation"].items()
    type_ = by_name(name)
    assert type_ is not None, f"there is no expectation type {name}"
    params = type_.params(**kwargs)
    seen = Seen(profile=ENGINE.profile(candidate, type_.needs(params), others), period=period)
    return judged(type_, params, seen)


def judged(type_: ExpectationType[Any], params: Params, seen: Seen) -> dict[str, Any]:
    """What comes of it, under the same names as in the file."""
    try:
        outcome = type_.judge(params, seen)
    except NotMeasured as why:
        return {"success": "unable", "because": str(why)}
    return {"success": outcome.success, "observed": outcome.observed, "because": outcome.because}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_golden_case(path: Path, tmp_path: Path) -> None:
    """An expectation would come to something else than its golden case says."""
    golden = golden_of(path)
    candidate = delivered(golden["rows"], golden.get("types", {}), tmp_path / "candidate.parquet")
    others: dict[str, Any] = {
        name: Relation(path=delivered(rows, golden.get("types", {}), tmp_path / f"{name}.parquet"), sha256=name) if rows else None
        for name, rows in golden.get("others", {}).items()
    }
    for case in golden["cases"]:
        stated = {name: value for name, value in case.items() if name != "expectation"}
        assert _of_what_is_stated(said(case, candidate, others, period_of(golden)), stated) == stated, case["expectation"]


def _of_what_is_stated(found: Any, stated: Any) -> Any:
    """The part of what came out that a case speaks of: it need not repeat every count."""
    if not (isinstance(found, dict) and isinstance(stated, dict)):
        return found
    return {name: _of_what_is_stated(found.get(name), value) for name, value in stated.items()}


def past_of(case: dict[str, Any], key: str, measures: tuple[Measure, ...]) -> History:
    """The case's accepted partitions, the last of them of the day before, each with its values in the order of the measures."""
    if isinstance(case.get("history", []), str):
        return History(unread=case["history"])
    volumes = case.get("volumes", [1.0] * len(case.get("history", [])))
    days = [date.fromisoformat(key) - timedelta(days=ago + 1) for ago in range(len(case.get("history", [])))]
    return History.of(
        Past(
            revision=RevisionId(job="job", key=day.isoformat(), number=1),
            sha256=f"file of {day}",
            first_day=day,
            profile=measured(values, measures),
            volume=volume,
        )
        for day, values, volume in zip(reversed(days), case.get("history", []), volumes, strict=True)
    )


def measured(values: list[Any], measures: tuple[Measure, ...]) -> Profile:
    """A profile with these values of the measures."""
    return Profile(engine="by hand", values=dict(zip(map(name_of, measures), values, strict=True)))


@pytest.mark.parametrize("path", OF_HISTORY, ids=lambda path: path.stem)
def test_golden_case_of_history(path: Path) -> None:
    """An expectation that looks back would come to something else than its golden case says."""
    golden = golden_of(path)
    for case in golden["cases"]:
        ((name, kwargs),) = case["expectation"].items()
        type_ = by_name(name)
        assert type_ is not None, f"there is no expectation type {name}"
        params = type_.params(**kwargs)
        measures = type_.needs(params)
        seen = Seen(
            profile=measured(case["measured"], measures),
            history=past_of(case, golden["key"], measures),
            period=period_of(golden),
            volume=case.get("volume", 1.0),
            sha256=case.get("file"),
        )
        result = judged(type_, params, seen)
        names = {"success", "observed", "because"} & case.keys()
        assert {name: result.get(name) for name in names} == {name: case[name] for name in names}, case


def test_no_type_judges_what_could_not_be_read() -> None:
    """An expectation would be met by a file that nobody could open, at least while its history is short."""
    unreadable = Profile(engine="by hand", unreadable="zero bytes")
    for case in (case for path in (*FILES, *OF_HISTORY) for case in golden_of(path)["cases"]):
        ((name, kwargs),) = case["expectation"].items()
        type_ = by_name(name)
        assert type_ is not None
        seen = Seen(profile=unreadable, history=History(), period=period_of({"key": "2026-06-27"}), sha256="a file")
        assert judged(type_, type_.params(**kwargs), seen)["success"] == "unable", case["expectation"]


def test_every_type_has_a_golden_case_of_success_and_one_of_failure() -> None:
    """An analyst who looks for an example of a type would find none."""
    cases = [case for path in (*FILES, *OF_HISTORY) for case in golden_of(path)["cases"]]
    shown = {(name, case["success"]) for case in cases for name in case["expectation"]}
    assert not {(type_.name, success) for type_ in CATALOG for success in (True, False)} - shown
