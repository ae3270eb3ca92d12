"""Which rows may be held back by themselves, and what stands against it."""

from dataclasses import replace
from typing import Any

import pytest

from feature_health.checks.diversion import Diversion
from feature_health.checks.divert import ROW_SHARE, SEGMENTS, diversion, divert_promises, divertible
from feature_health.checks.examine import measures_needed, promised
from feature_health.checks.finding import Finding
from feature_health.checks.promises import Setting
from feature_health.contracts.contract import Contract, DivertLimits, ExpectationSpec
from feature_health.contracts.severity import Severity
from feature_health.profiles.measure import CountBy, name_of
from feature_health.profiles.profile import Profile
from tests.checks.delivered import good_contract

LIMITS = DivertLimits(row_share_max=0.005, segments=("bureau",), segment_share_max=0.02, significance=0.01)
SCORE = ExpectationSpec(
    type="expect_column_values_to_be_between", kwargs={"column": "score_raw", "min_value": 300, "max_value": 9003}
)
CHECK = "expect_column_values_to_be_between:score_raw"


def contract(*expectations: ExpectationSpec, limits: DivertLimits | None = LIMITS) -> Contract:
    """The good contract with these expectations and limits."""
    return replace(good_contract(), expectations=expectations or (SCORE,), divert=limits)


def profile(rows: int, failing: int, *segments: tuple[Any, int, int]) -> Profile:
    """A profile of so many rows, with bureaus of (name, rows, failing)."""
    [counts] = [one for one in measures_needed(contract()) if isinstance(one, CountBy)]
    told = [["bureau", *segment] for segment in segments]
    return Profile(engine="by hand", rows=rows, values={name_of(counts): {"rows": rows, "counted": failing, "segments": told}})


def findings(seen: Profile) -> dict[str, Finding]:
    """What stands against diverting, by check."""
    setting = Setting(as_of=None, volume=(1.0, ""), period=None)  # type: ignore[arg-type]  # neither is looked at
    said = (promise.judge(seen, setting) for promise in divert_promises(contract()))
    return {finding.check: finding for finding in said if finding}


@pytest.mark.parametrize(
    ("spec", "may"),
    [
        (SCORE, True),
        (replace(SCORE, divert=False), False),
        (replace(SCORE, severity=Severity.WARN), False),
        (replace(SCORE, kwargs={**SCORE.kwargs, "mostly": 0.99}), False),
        (ExpectationSpec(type="expect_column_values_to_be_unique", kwargs={"column": "bureau"}), False),
        (ExpectationSpec(type="expect_column_mean_to_be_between", kwargs={"column": "score_raw", "min_value": 1}), False),
        (ExpectationSpec(type="expect_share_to_be_between", kwargs={"condition": "bureau = ''", "max_value": 0}), True),
        (ExpectationSpec(type="expect_share_to_be_between", kwargs={"condition": "bureau = ''", "max_value": 0.1}), False),
        (ExpectationSpec(type="expect_table_row_count_to_be_between", kwargs={"min_value": 1}), False),
    ],
)
def test_only_what_makes_a_single_row_wrong_is_diverted(spec: ExpectationSpec, may: bool) -> None:
    """One of two equal keys would be dropped as the wrong one, or a share that may be exceeded a little be hidden."""
    assert bool(divertible(contract(spec))) is may


def test_a_contract_that_does_not_divert_asks_for_nothing() -> None:
    """Every partition would pay for a question that nobody asked, or wait for its answer."""
    silent = contract(limits=None)
    assert divert_promises(silent) == ()
    assert not {ROW_SHARE, SEGMENTS} & promised(silent)
    assert not any(isinstance(measure, CountBy) for measure in measures_needed(silent))
    assert diversion(silent, profile(5000, 3)) is None


def test_what_stands_against_diverting_is_promised() -> None:
    """A gate that lost the check would divert what gathers in one state."""
    assert {ROW_SHARE, SEGMENTS} <= promised(contract())


def test_few_rows_that_are_spread_are_diverted() -> None:
    """One wrong score would hold five thousand applicants."""
    seen = profile(5000, 6, ("EFX", 2250, 3), ("EXP", 1750, 2), ("TUC", 1000, 1))
    assert findings(seen) == {}
    assert diversion(contract(), seen) == Diversion(checks=(CHECK,), rows=6, of=5000)


def test_too_many_rows_are_not() -> None:
    """A feed that is half wrong would be published as the other half."""
    [finding] = findings(profile(5000, 26, ("EFX", 5000, 26))).values()
    assert (finding.check, finding.kind) == (ROW_SHARE, "note")
    assert finding.because == "not diverted: 26 of 5,000 rows (0.52 %) would have to be diverted, promised: at most 0.5 %"
    assert findings(profile(5000, 25, ("EFX", 5000, 25))) == {}


def test_rows_that_gather_are_not() -> None:
    """One bureau's outage would be published as if its applicants had never applied."""
    [finding] = findings(profile(5000, 9, ("EFX", 2250, 0), ("EXP", 1750, 0), ("TUC", 1000, 9))).values()
    assert finding.check == SEGMENTS
    assert finding.because == (
        "not diverted: 9 of the 9 rows that fail are of bureau TUC (0.9 % of its rows, 0 % elsewhere), which is no chance"
    )


def test_a_segment_that_would_be_emptied_is_not() -> None:
    """A small state would lose most of its applicants, within what the whole may lose."""
    seen = profile(5000, 9, ("EFX", 4900, 6), (None, 100, 3))
    assert "3 of 100 rows of bureau None would be missing, promised: at most 2 %" in findings(seen)[SEGMENTS].because


def test_what_was_not_counted_is_not_diverted() -> None:
    """Rows would be held back that nobody has counted."""
    [counts] = [one for one in measures_needed(contract()) if isinstance(one, CountBy)]
    lost = Profile(engine="by hand", rows=5000, unmeasured={name_of(counts): "there is no column 'bureau'"})
    assert diversion(contract(), lost) is None
    assert diversion(contract(), profile(5000, 0)) is None
