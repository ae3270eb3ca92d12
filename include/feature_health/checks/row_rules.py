"""Which checks of a contract can be told row by row, each with the measure that counts its failing rows. Pure."""

from collections.abc import Collection, Iterator

from feature_health.checks.finding import Finding
from feature_health.checks.promises import promises
from feature_health.checks.schema_diff import rules_of_values
from feature_health.checks.stated import stated
from feature_health.contracts.contract import Contract
from feature_health.contracts.keys import Period
from feature_health.profiles.row_rule import RowRule


def row_rules(contract: Contract, period: Period | None) -> tuple[RowRule, ...]:
    """Every row-level check of the contract in its order; `period` is the partition's, None when nobody said which it is."""
    return (*_of_promises(contract, period), *rules_of_values(contract), *_of_expectations(contract))


def broken(rules: Collection[RowRule], findings: Collection[Finding]) -> tuple[RowRule, ...]:
    """The rules that the findings say are violated; notes ask for nothing and are left out."""
    violated = {finding.check for finding in findings if finding.kind == "violation"}
    return tuple(rule for rule in rules if rule.check in violated)


def _of_promises(contract: Contract, period: Period | None) -> Iterator[RowRule]:
    for promise in promises(contract):
        failing = promise.failing(period)
        if failing is not None:
            yield RowRule(check=promise.check, failing=failing, columns=promise.columns)


def _of_expectations(contract: Contract) -> Iterator[RowRule]:
    for each in stated(contract):
        failing = each.bound.type.failing(each.bound.params) if each.bound else None
        if each.bound and failing is not None:
            yield RowRule(check=each.check, failing=failing, columns=tuple(dict.fromkeys(each.bound.columns)))
