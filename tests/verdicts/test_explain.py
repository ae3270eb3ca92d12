from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from feature_health.checks.finding import Finding
from feature_health.contracts.severity import Policy, Severity
from feature_health.profiles.partition import RevisionId
from feature_health.verdicts.explain import explain_findings, explain_judgement, explain_ruling
from feature_health.verdicts.verdict import Verdict, decide, gravest_first
from tests.verdicts.test_verdict import CHECKS, REVISION, policies, several


@dataclass(frozen=True)
class Judged:
    """A judgement, as far as it is explained."""

    revision: RevisionId
    verdict: Verdict
    engine: str = "duckdb 2.0.0"


@dataclass(frozen=True)
class Delivered:
    """A delivery, as far as it is explained."""

    as_of: datetime = datetime(2026, 7, 1, 5, 30, tzinfo=UTC)


def violations(*reasons: str) -> list[Finding]:
    """A blocking violation for each reason."""
    return [Finding(check=f"c{n}", kind="violation", severity=Severity.BLOCK, because=reason) for n, reason in enumerate(reasons)]


def test_a_log_ends_with_what_was_decided_and_why() -> None:
    """Whoever opens a task's log would have to look for the ruling."""
    found = violations("35 % of score_raw are null, at most 1 % allowed")
    verdict = decide(found, promised=["c0"], ran=["c0"], policy=Policy(tier=1))
    told = explain_judgement(Judged(REVISION, verdict), Delivered(), checks=61)
    assert told.splitlines() == [
        "Judged bureau_pull 2026-06-30 (revision 1) as of 2026-07-01 05:30 UTC, measured by duckdb 2.0.0.",
        "  block  35 % of score_raw are null, at most 1 % allowed",
        f"HELD bureau_pull 2026-06-30 (revision 1): {found[0].because}. Decisioning keeps reading what it read before.",
    ]


def test_a_log_does_not_drown_in_findings() -> None:
    """A file of another vendor, with hundreds of faults, would fill the log."""
    verdict = decide(violations(*(str(n) for n in range(300))), promised=["c0"], ran=["c0"], policy=Policy(tier=1))
    told = explain_judgement(Judged(REVISION, verdict), Delivered()).splitlines()
    assert len(told) == 23
    assert "and 280 more, all of them in the ledger" in told[-2]


def test_lost_columns_are_all_named_up_to_eight() -> None:
    """The lender would learn that columns are gone, and not which."""
    gone = [
        Finding(check=f"schema.removed:c{n:02}", kind="violation", severity=Severity.BLOCK, because="gone", column=f"c{n:02}")
        for n in range(11)
    ]
    assert explain_findings(gone[:8]) == "breaking schema change: 8 columns gone: c00, c01, c02, c03, c04, c05, c06, c07"
    assert explain_findings(gone).endswith("c07, … (3 more)")


def test_lost_columns_name_whom_they_would_break() -> None:
    """Whoever is woken would not know whom to warn."""
    gone = [
        Finding(
            check=f"schema.removed:{column}",
            kind="violation",
            severity=Severity.BLOCK,
            because="gone",
            column=column,
            evidence={"would_break": breaks},
        )
        for column, breaks in (("a", ["pd_model"]), ("b", ["dti_join", "pd_model"]), ("c", []))
    ]
    told = "breaking schema change: 3 columns gone: a, b, c (would break: dti_join, pd_model)"
    assert explain_findings(gone) == told


def test_a_single_lost_column_keeps_its_own_sentence() -> None:
    """The promised type and what lacks it now would not be told."""
    one = Finding(check="schema.removed:x", kind="violation", severity=Severity.BLOCK, because="x (integer) is gone", column="x")
    assert explain_findings([one]) == "x (integer) is gone"


@given(several, st.randoms())
def test_reasons_do_not_depend_on_order(found: list[Finding], random: object) -> None:
    """The same fault would read differently every day, and look like a new one."""
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert explain_findings(shuffled, 9) == explain_findings(found, 9)
    severities = [one.severity for one in gravest_first(found) if one.kind != "note"]
    assert severities == sorted(severities, key=(Severity.BLOCK, Severity.WARN, Severity.NOTE).index)


@given(several, policies)
def test_a_ruling_is_one_line_with_a_reason(found: list[Finding], policy: Policy) -> None:
    """A held partition would be told without a why."""
    verdict = decide(found, promised=CHECKS, ran=CHECKS, policy=policy)
    told = explain_ruling(REVISION, verdict)
    assert "\n" not in told
    assert verdict.ruling.may_publish or any(one.because in told for one in verdict.findings)
