"""Findings as lines for people: few, and none of the causes lost."""

from feature_health.checks.finding import Finding
from feature_health.cli.findings import every_line, short_lines
from feature_health.contracts.severity import Severity


def nulls(column: str) -> Finding:
    return Finding(check=f"nulls:{column}", kind="violation", severity=Severity.BLOCK, because=f"{column} is null", column=column)


def gone(column: str) -> Finding:
    return Finding(
        check=f"schema.removed:{column}", kind="violation", severity=Severity.BLOCK, because=f"{column} is gone", column=column
    )


def unable(check: str, why: str, column: str | None = None) -> Finding:
    because = f"{check} could not be checked: {why}"
    return Finding(check=check, kind="unable", severity=Severity.BLOCK, because=because, column=column)


def texts(*findings: Finding) -> list[str]:
    return [line.text for line in short_lines(findings)]


def test_few_findings_are_told_each() -> None:
    """A finding would be hidden behind a count."""
    assert texts(nulls("a"), nulls("b"), nulls("c"), nulls("d")) == ["a is null", "b is null", "c is null", "d is null"]


def test_many_of_a_kind_are_named_after_the_first() -> None:
    """A missing vendor block would fill the screen with one fact, and push the others off it."""
    assert texts(*(nulls(f"c{n:02}") for n in range(34)), gone("x")) == [
        "c00 is null",
        "c01 is null",
        "c02 is null",
        "and 31 more of this kind: c03, c04, c05, c06, c07, c08, c09, c10, … (23 more)",
        "x is gone",
    ]


def test_what_follows_from_lost_columns_is_counted() -> None:
    """Twenty lines about one lost column would hide that one more is gone."""
    sql = unable("expect_share_to_be_between", 'Binder Error: Referenced column "b" not found')
    assert texts(gone("a"), gone("b"), unable("nulls:a", "column a is not there", "a"), sql) == [
        "2 columns are gone: a, b (so 2 checks could not run)"
    ]
    assert texts(gone("a"), unable("nulls:a", "column a is not there", "a")) == ["a is gone (so 1 check could not run)"]


def test_checks_that_could_not_run_for_one_reason_are_one_line() -> None:
    """The one reason would be told once for each check."""
    assert texts(unable("coverage:id", "no home was given"), unable("overlap:id", "no home was given")) == [
        "2 checks could not run: no home was given: coverage:id, overlap:id"
    ]
    other = unable("nulls:z", "column z is not there", "z")
    assert texts(gone("a"), other) == ["a is gone", "nulls:z could not be checked: column z is not there"]


def test_severities_are_not_mixed() -> None:
    """A warning would hide among what blocks."""
    warning = Finding(check="nulls:w", kind="violation", severity=Severity.WARN, because="w is null", column="w")
    lines = short_lines([*(nulls(f"c{n}") for n in range(9)), warning])
    assert [(line.severity, line.text) for line in lines][-1] == ("warn", "w is null")


def test_all_of_them_can_be_seen() -> None:
    """What is counted could be seen nowhere."""
    findings = [gone("a"), *(nulls(f"c{n}") for n in range(34)), unable("x:a", "no a", "a")]
    assert [line.text for line in every_line(findings)] == [finding.because for finding in findings]
