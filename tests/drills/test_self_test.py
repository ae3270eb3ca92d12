"""The self-test on real adapters: every canary comes to what it must, and a gate that was opened on purpose is found out."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from feature_health import wiring
from feature_health.checks import examine
from feature_health.checks.finding import Finding
from feature_health.contracts.severity import Ruling
from feature_health.drills import self_test as drill
from feature_health.drills.canaries import CANARIES
from feature_health.drills.heartbeat import HEARTBEAT
from feature_health.drills.self_test import report, self_test
from feature_health.settings import Settings
from feature_health.steps import judge, watch
from feature_health.verdicts import verdict as verdicts
from tests.cli.command import call

BY_NAME = {canary.name: canary for canary in CANARIES}


def _sent(*names: str) -> dict[str, str]:
    return {one.canary.name: one.came for one in self_test(wiring.yard, [BY_NAME[name] for name in names])}


def _nothing_is_unable(monkeypatch: pytest.MonkeyPatch) -> None:
    ruling = verdicts.ruling_for
    monkeypatch.setattr(
        verdicts, "ruling_for", lambda finding, policy: Ruling.PUBLISH if finding.kind == "unable" else ruling(finding, policy)
    )


def _any_result_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    def trusting(contract: Any, _seen: Any, runs: Any, **_: Any) -> verdicts.Verdict:
        runs = tuple(runs)
        found: tuple[Finding, ...] = tuple(finding for run in runs for finding in run.findings)
        ran = frozenset(check for run in runs for check in run.ran)
        return verdicts.decide(found, promised=examine.promised(contract), ran=ran, policy=contract.policy)

    monkeypatch.setattr(judge, "verdict_of", trusting)


def _every_comparison_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examine, "_nothing_compared", lambda *_: None)


def _nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_late", lambda *_: ())


def _everything_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "decide", lambda *_, **__: verdicts.Verdict(ruling=Ruling.QUARANTINE, findings=()))


def test_every_canary_comes_to_what_it_must(tmp_path: Path) -> None:
    """One of the ways in which gates have been known to open would be open in ours."""
    answer = call("self-test", "--json")
    assert [one for one in answer.json if not one["good"]] == []
    assert {one["must"] for one in answer.json} == {"published", "held", "noticed"}
    assert len(answer.json) == len(CANARIES)
    assert (answer.code, list(tmp_path.iterdir())) == (0, [])


@pytest.mark.parametrize(
    ("opened", "through"),
    [
        (_nothing_is_unable, ("not_run", "errored", "timed_out", "dropped", "nothing_compared")),
        (_any_result_is_fresh, ("stale_result",)),
        (_every_comparison_counts, ("nothing_compared", "nothing_promised")),
        (_nobody_watches, ("late",)),
        (_everything_is_held, ("good",)),
    ],
)
def test_a_gate_that_was_opened_is_found_out(
    monkeypatch: pytest.MonkeyPatch, opened: Callable[[pytest.MonkeyPatch], None], through: tuple[str, ...]
) -> None:
    """The self-test would go on saying that all is well."""
    opened(monkeypatch)
    wrong = {"good": "held", "late": "unnoticed"}
    assert _sent(*through) == {name: wrong.get(name, "published") for name in through}


def test_a_canary_that_got_through_is_one_incident_until_the_next_good_test(tmp_path: Path) -> None:
    """Nobody would hear of an open gate, or everybody every day anew."""
    on = wiring.platform(Settings.of({"home": str(tmp_path)}))
    bad = (drill.Tested(canary=BY_NAME["empty"], came="published", because="nothing objects"),)
    good = (drill.Tested(canary=BY_NAME["empty"], came="held", because="no rows"),)
    [opened] = report(on, bad)
    assert (opened.level, opened.kind, opened.state) == ("S1", "platform", "open")
    assert "a delivery without rows was published" in opened.title
    assert on.ledger.undelivered() == 1
    assert on.ledger.heartbeat(HEARTBEAT) is None
    report(on, bad)
    assert len(on.ledger.open_incidents()) == 1
    report(on, good)
    assert on.ledger.open_incidents() == ()
    beat = on.ledger.heartbeat(HEARTBEAT)
    assert beat is not None
    assert (datetime.now(UTC) - beat).total_seconds() < 60


def test_what_could_not_be_measured_in_time_says_so() -> None:
    """One slow query of a contract would run all night, or be taken for a failure of ours and tried again."""
    [one] = self_test(wiring.yard, [BY_NAME["timed_out"]])
    assert "unexpected_rows_expectation could not be checked: measuring took longer" in one.because
    assert "file.readable" not in one.because


@pytest.mark.parametrize("wrong", ["0", "-1", "soon", "1.5"])
def test_a_time_limit_is_a_number_of_seconds(tmp_path: Path, wrong: str) -> None:
    """A misspelt limit would be none."""
    from feature_health.errors import SettingsInvalid

    with pytest.raises(SettingsInvalid, match="engine_time_limit_seconds"):
        Settings.of({"home": str(tmp_path), "engine_time_limit_seconds": wrong})
