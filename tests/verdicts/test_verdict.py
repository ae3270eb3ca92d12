from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from feature_health.checks.diversion import Diversion
from feature_health.checks.finding import Finding
from feature_health.contracts.severity import Policy, Ruling, Severity
from feature_health.profiles.partition import RevisionId
from feature_health.verdicts.explain import explain_ruling
from feature_health.verdicts.plan import Divert, Publish, Quarantine, plan
from feature_health.verdicts.verdict import Verdict, decide, gravest_first

CASES = sorted((Path(__file__).parents[1] / "golden" / "verdicts").glob("*.yaml"))
REVISION = RevisionId(job="bureau_pull", key="2026-06-30", number=1)
CHECKS = ("a", "b", "c", "divert.row_share")

findings = st.builds(
    Finding,
    check=st.sampled_from(CHECKS),
    kind=st.sampled_from(["violation", "unable", "note"]),
    severity=st.sampled_from(Severity),
    because=st.sampled_from(["one", "two"]),
    evidence=st.dictionaries(st.sampled_from(["n", "share"]), st.integers(0, 3), max_size=2),
)
rulings = st.sampled_from(Ruling)
policies = st.builds(Policy, tier=st.integers(1, 3), block=rulings, warn=rulings, note=rulings, unable=rulings)
several = st.lists(findings, max_size=6)
diversions = st.none() | st.builds(
    Diversion, checks=st.sets(st.sampled_from("abc")).map(sorted).map(tuple), rows=st.just(3), of=st.just(900)
)


def policy_of(case: dict[str, Any]) -> Policy:
    """The case's policy; the default one of tier 1 when it names none."""
    given = dict(case.get("policy", {"tier": 1}))
    return Policy(tier=given.pop("tier"), **{name: Ruling(value) for name, value in given.items()})


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden_verdicts(path: Path) -> None:
    """A partition would be ruled, or the ruling explained, otherwise than its golden case says in its first line."""
    case = yaml.safe_load(path.read_text())
    found = [Finding(**{**one, "severity": Severity(one["severity"])}) for one in case["findings"]]
    divertible = Diversion.from_record(case["divertible"]) if "divertible" in case else None
    verdict = decide(found, promised=case["promised"], ran=case["ran"], policy=policy_of(case), divertible=divertible)
    assert verdict.ruling == case["ruling"]
    assert explain_ruling(REVISION, verdict, checks=len(case["ran"])) == case["explain"]


@given(several, policies, st.randoms())
def test_order_and_repetition_do_not_matter(found: list[Finding], policy: Policy, random: Any) -> None:
    """The same evidence would be ruled differently on the day when checks finish in another order."""
    shuffled = [*found, *found]
    random.shuffle(shuffled)
    assert decide(shuffled, promised=CHECKS, ran=CHECKS, policy=policy) == decide(
        found, promised=CHECKS, ran=CHECKS, policy=policy
    )


@given(several, findings, policies, diversions)
def test_a_further_finding_is_never_milder(
    found: list[Finding], further: Finding, policy: Policy, divertible: Diversion | None
) -> None:
    """One more fault would let a held partition through."""
    before = decide(found, promised=CHECKS, ran=CHECKS, policy=policy, divertible=divertible).ruling
    after = decide([*found, further], promised=CHECKS, ran=CHECKS, policy=policy, divertible=divertible).ruling
    assert after.harshness >= before.harshness


@given(several, policies, diversions)
def test_diverting_excuses_violations_of_its_checks_alone(
    found: list[Finding], policy: Policy, divertible: Diversion | None
) -> None:
    """Rows held back would excuse a missing column, a check that could not run, or a whole share of rows."""
    whole = decide(found, promised=CHECKS, ran=CHECKS, policy=policy)
    verdict = decide(found, promised=CHECKS, ran=CHECKS, policy=policy, divertible=divertible)
    if verdict.diverted is None:
        assert verdict == whole
        return
    assert divertible is not None
    assert verdict.ruling is Ruling.PUBLISH_WITH_WARNINGS
    assert not any(one.check.startswith("divert.") for one in found)
    held = {one.check for one in whole.blocking(policy)}
    assert held <= set(verdict.diverted.checks) <= set(divertible.checks)
    assert all(one.kind == "violation" for one in whole.blocking(policy))
    assert [(one.check, one.severity, one.because) for one in gravest_first(verdict.findings)] == [
        (one.check, one.severity, one.because) for one in gravest_first(whole.findings)
    ]


@given(several, st.builds(Policy, tier=st.integers(1, 3), block=rulings, warn=rulings, note=rulings), st.sampled_from(Severity))
def test_what_could_not_run_holds(found: list[Finding], policy: Policy, severity: Severity) -> None:
    """A check that crashed would count as passed."""
    unable = Finding(check="a", kind="unable", severity=severity, because="it could not run")
    assert decide([*found, unable], promised=CHECKS, ran=CHECKS, policy=policy).ruling is Ruling.QUARANTINE


@given(several, st.sets(st.sampled_from(CHECKS)))
def test_what_was_promised_and_did_not_run_holds(found: list[Finding], ran: set[str]) -> None:
    """A gate whose task was skipped would publish."""
    verdict = decide(found, promised=CHECKS, ran=ran, policy=Policy(tier=1))
    missing = {one.check for one in verdict.findings if one.kind == "unable" and "no result of it" in one.because}
    assert missing == set(CHECKS) - ran
    assert not missing or verdict.ruling is Ruling.QUARANTINE


@given(several, st.sets(st.sampled_from(CHECKS)))
def test_an_empty_promise_holds(found: list[Finding], ran: set[str]) -> None:
    """A contract that lost its expectations in a merge would publish everything."""
    assert decide(found, promised=(), ran=ran, policy=Policy(tier=1)).ruling is Ruling.QUARANTINE


@given(several, policies, diversions)
def test_a_verdict_survives_the_ledger(found: list[Finding], policy: Policy, divertible: Diversion | None) -> None:
    """A past verdict read back would differ from the one that was given."""
    verdict = decide(found, promised=CHECKS, ran=CHECKS, policy=policy, divertible=divertible)
    assert Verdict.from_json(verdict.to_json()) == verdict


@given(several, policies, diversions)
def test_only_what_may_publish_is_published(found: list[Finding], policy: Policy, divertible: Diversion | None) -> None:
    """A held partition would be made readable, a good one wait, or rows that fail be read with the rest."""
    verdict = decide(found, promised=CHECKS, ran=CHECKS, policy=policy, divertible=divertible)
    action = plan(REVISION, verdict)
    if verdict.blocking(policy):
        assert action == Quarantine(revision=REVISION)
        return
    diverted = verdict.diverted
    divert = Divert(revision=REVISION, checks=diverted.checks, rows=diverted.rows, of=diverted.of) if diverted else None
    assert action == Publish(revision=REVISION, divert=divert)


def test_what_is_plainly_wrong_is_said_before_what_is_only_unlike() -> None:
    """An incident would be headed by a correlation, and whoever is woken would not see that scores of 9002 stand in a column."""
    names = ("expect_column_pair_correlation_to_match_history:score,util", "expect_column_values_to_be_between:score")
    found = [Finding(check=name, kind="violation", severity=Severity.BLOCK, because="it is") for name in names]
    assert [one.check for one in gravest_first(found)] == list(reversed(names))
