import pathlib
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from feature_health.checks.bind import bind
from feature_health.checks.examine import GROUPS, across_partitions, measures_needed, promised, run_expectations, window_needed
from feature_health.checks.finding import CheckRun
from feature_health.checks.load import FolderContracts, contract_files, load_file
from feature_health.checks.schema_diff import judge_schema
from feature_health.checks.stated import stated
from feature_health.contracts.contract import Contract, ExpectationSpec
from feature_health.contracts.severity import Ruling, Severity
from feature_health.contracts.shared import PROJECT_CONTRACTS
from feature_health.profiles.history import History
from feature_health.profiles.measure import Coverage, Measure, Quantiles, ValueCounts, name_of
from feature_health.profiles.profile import Profile
from feature_health.verdicts.verdict import decide
from tests.checks.delivered import as_promised, good_contract, values_of

GOOD = good_contract()
AS_OF = datetime.fromisoformat("2026-03-03T01:30:00-05:00")
IN_RANGE = "expect_column_values_to_be_in_range_or_special_code:score_raw"


def plain_value(measure: Measure) -> Any:
    """What a good delivery gives for a measure that no promise needs."""
    match measure:
        case Coverage():
            return {"rows": 5000, "matched": 5000, "segments": []}
        case ValueCounts():
            return []
        case Quantiles():
            return [None] * len(measure.shares)
        case _:
            return 0


def delivery(contract: Contract = GOOD, *, lost: frozenset[str] = frozenset(), **case: Any) -> Profile:
    """A good delivery's profile but for what the case says; lost columns were not delivered and so not measured."""
    values = {name_of(measure): plain_value(measure) for measure in measures_needed(contract)} | values_of(contract, case)
    unmeasured = {name: "no such column" for name in values if any(f"'{column}'" in name for column in lost)}
    return Profile(
        engine="by hand",
        rows=case.get("rows", 5000),
        columns=tuple(column for column in as_promised(contract) if column.name not in lost),
        values={name: value for name, value in values.items() if name not in unmeasured},
        unmeasured=unmeasured,
    )


def ran(contract: Contract, seen: Profile, **options: Any) -> CheckRun:
    """The group of expectations on the day of these tests."""
    period = contract.partition.period("2026-03-02")
    return run_expectations(contract, seen, as_of=AS_OF, volume=(1.0, ""), period=period, **options)


def test_a_good_delivery_has_no_finding_and_every_expectation_met() -> None:
    """Good partitions would be held."""
    run = ran(GOOD, delivery())
    assert run.findings == ()
    assert [result.success for result in run.results] == [True] * 5


def test_everything_promised_has_run() -> None:
    """A verdict would call checks unrun that did run, or miss one that did not."""
    seen = delivery()
    runs = (judge_schema(GOOD, seen), ran(GOOD, seen))
    assert {run.group for run in runs} == set(GROUPS)
    assert {check for run in runs for check in run.ran} == promised(GOOD)


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_that_is_lost_blocks(group: str) -> None:
    """A partition would be published on half of its checks."""
    seen = delivery()
    kept = [run for run in (judge_schema(GOOD, seen), ran(GOOD, seen)) if run.group != group]
    verdict = decide(
        [finding for run in kept for finding in run.findings],
        promised=promised(GOOD),
        ran={check for run in kept for check in run.ran},
        policy=GOOD.policy,
    )
    assert not verdict.ruling.may_publish


def test_what_is_found_names_numbers_and_failures() -> None:
    """A person could not tell from the message what is wrong."""
    [bound] = [each for each in bind(GOOD)[0] if each.spec.failures == ("B3", "B4")]
    of, unexpected = bound.type.needs(bound.params)[-3:-1]
    seen = delivery()
    values = {
        **seen.values,
        name_of(of): 4950,
        name_of(unexpected): 51,
        name_of(bound.type.needs(bound.params)[-1]): [[9009, 51]],
    }
    [finding] = ran(GOOD, replace(seen, values=values)).findings
    assert (finding.check, finding.severity, finding.failures, finding.column) == (
        IN_RANGE,
        Severity.BLOCK,
        ("B3", "B4"),
        "score_raw",
    )
    assert "51 of 4,950 values of score_raw are neither 300 to 850 nor a known code" in finding.because


def test_a_lost_column_is_told_once_and_its_checks_are_unable() -> None:
    """A lost column's checks would pass, for there is nothing wrong in nothing."""
    seen = delivery(lost=frozenset({"score_raw"}))
    run = ran(GOOD, seen)
    assert {(finding.check, finding.kind, finding.column) for finding in run.findings} == {
        ("nulls:score_raw", "unable", "score_raw"),
        (IN_RANGE, "unable", "score_raw"),
    }
    assert all("column score_raw is not in the delivery (see schema diff)" in finding.because for finding in run.findings)
    assert [result.success for result in run.results] == [None, True, True, True, True]


def test_a_lost_key_column_leaves_its_checks_unable() -> None:
    """A delivery without its key would have no duplicate key."""
    run = ran(GOOD, delivery(lost=frozenset({"application_id"})))
    assert {"key.unique", "key.present"} <= {finding.check for finding in run.findings if finding.kind == "unable"}


def test_what_was_not_measured_is_unable_with_the_reason() -> None:
    """A check over a partition that is not there would pass."""
    seen = delivery()
    [coverage] = [name for name in seen.values if name.startswith("Coverage")]
    values = {name: value for name, value in seen.values.items() if name != coverage}
    run = ran(GOOD, replace(seen, values=values, unmeasured={coverage: "application_intake 2026-03-02 is not published"}))
    [finding] = run.findings
    assert (finding.check, finding.kind) == ("expect_join_coverage_to_be_at_least:application_id", "unable")
    assert finding.because.endswith("could not be checked: application_intake 2026-03-02 is not published")


def test_an_unreadable_delivery_is_one_finding_in_the_same_words() -> None:
    """Thirty findings would say what one does, and the incident would have thirty causes."""
    seen = Profile(engine="by hand", unreadable="zero bytes")
    schema, expectations = judge_schema(GOOD, seen), ran(GOOD, seen)
    assert schema.findings == expectations.findings
    assert len(schema.findings) == 1
    assert {result.success for result in expectations.results} == {None}
    assert {*schema.ran, *expectations.ran} == promised(GOOD)


def test_checks_left_out_do_not_run() -> None:
    """`check --alone` would fail for want of a home, or claim to have checked."""
    left_out = across_partitions(GOOD)
    assert left_out == {"expect_join_coverage_to_be_at_least:application_id"}
    run = ran(GOOD, delivery(), leave_out=left_out)
    assert not left_out & set(run.ran)
    assert len(run.results) == 4


def test_measures_are_taken_once_each() -> None:
    """Every scan would be paid for twice."""
    measures = measures_needed(GOOD)
    assert len(set(measures)) == len(measures)


def test_two_expectations_of_a_kind_have_names_of_their_own() -> None:
    """One of them would stand for both, and an unrun one be taken for run."""
    names = [each.check for each in stated(GOOD)]
    assert len(set(names)) == len(names)
    alike = [name for name in names if name.startswith("expect_column_values_to_be_between:utilization#")]
    assert len(alike) == 2
    turned = replace(GOOD, expectations=GOOD.expectations[::-1])
    assert {each.check for each in stated(turned)} == set(names)


def test_an_expectation_that_no_type_takes_blocks() -> None:
    """A contract kept in the ledger from a later version would be judged without what today's code does not know."""
    strange = ExpectationSpec(type="expect_the_moon", kwargs={"column": "bureau"}, severity=Severity.WARN)
    contract = replace(GOOD, expectations=(strange,))
    run = ran(contract, delivery(contract))
    [finding] = run.findings
    assert (finding.check, finding.kind) == ("expect_the_moon:bureau", "unable")
    assert "expect_the_moon" in finding.because
    assert run.results[0].success is None
    assert not decide(run.findings, promised=(), ran=(), policy=contract.policy).ruling.may_publish


def test_a_note_is_only_a_note() -> None:
    """What an owner wants to be told of would hold the partition."""
    [note] = [each for each in bind(GOOD)[0] if each.spec.severity is Severity.NOTE]
    seen = delivery()
    measures = note.type.needs(note.params)
    values = {**seen.values, name_of(measures[0]): 5000, name_of(measures[1]): 5000, name_of(measures[2]): 7}
    noted = [finding for finding in ran(GOOD, replace(seen, values=values)).findings if finding.kind == "note"]
    assert [finding.severity for finding in noted] == [Severity.NOTE]


def test_what_is_too_early_to_judge_is_met_and_says_so() -> None:
    """A job's first days would be held for want of a history, or pass as if they had been judged."""
    spec = ExpectationSpec(type="expect_table_row_count_to_match_history", kwargs={}, about="half is a lost file")
    contract = replace(GOOD, expectations=(spec,))
    run = ran(contract, delivery(contract), history=History())
    [note] = run.findings
    assert (note.kind, note.severity, run.results[0].success) == ("note", Severity.NOTE, True)
    assert note.because == (
        "expect_table_row_count_to_match_history was not judged yet: "
        "0 of 14 accepted partitions to compare with are there, too few to judge by"
    )
    assert decide(run.findings, promised=(note.check,), ran=run.ran, policy=contract.policy).ruling is Ruling.PUBLISH


def test_a_history_that_nobody_read_blocks() -> None:
    """A check that looks back would pass because nobody looked."""
    contract = replace(GOOD, expectations=(ExpectationSpec(type="expect_table_row_count_to_match_history", kwargs={}),))
    run = ran(contract, delivery(contract))
    assert [finding.kind for finding in run.findings] == ["unable"]
    assert not decide(run.findings, promised=(), ran=(), policy=contract.policy).ruling.may_publish


def test_checks_that_look_back_are_left_out_with_those_over_other_partitions() -> None:
    """`check --alone` would be held for a ledger that it was told not to read."""
    contract = replace(GOOD, expectations=(ExpectationSpec(type="expect_delivery_not_seen_before", kwargs={"window": 9}),))
    assert across_partitions(contract) == {"expect_delivery_not_seen_before"}
    assert (window_needed(contract), window_needed(GOOD)) == (9, 0)


def test_a_run_survives_the_ledger() -> None:
    """A past verdict could not be recomputed."""
    run = ran(GOOD, delivery(lost=frozenset({"score_raw"})))
    assert CheckRun.from_json(run.to_json()) == run


def test_judging_twice_gives_the_same() -> None:
    """A replayed ledger would give another verdict."""
    seen = delivery(lost=frozenset({"file_date"}), nulls={"utilization": 4000})
    assert ran(GOOD, seen) == ran(GOOD, Profile.from_json(seen.to_json()))


CONTRACTS = sorted(contract_files(PROJECT_CONTRACTS))


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: str(path.relative_to(PROJECT_CONTRACTS)))
def test_the_projects_contracts_promise_distinct_checks(path: pathlib.Path) -> None:
    """A job's expectation would be judged in another one's name."""
    contract = FolderContracts(path.parent).current(path.stem)
    assert contract == load_file(path)
    checks = [each.check for each in stated(contract)]
    assert len(set(checks)) == len(checks) >= 15
    assert measures_needed(contract)
