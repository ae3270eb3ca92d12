"""What each check of the contracts in force is: what it is for and what it costs. Pure; says nothing of what it found."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from feature_health.checks.promises import promises
from feature_health.checks.schema_diff import SCHEMA_CHECKS
from feature_health.checks.stated import stated
from feature_health.contracts.contract import Contract, ExpectationSpec
from feature_health.ports import Contracts
from feature_health.profiles.measure import Measure, name_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCard:
    """One check of one job's contract. `failures` are those that it is for; `stated` is false for what the schema part promises.

    `says` is its condition in SQL, where it has one, by which it is told from others of its type. It needs `measures`, of which
    no other check of the job needs `own_measures`: so many would be saved without it.
    """

    job: str
    check: str
    severity: str
    failures: tuple[str, ...] = ()
    stated: bool = False
    measures: int = 0
    own_measures: int = 0
    says: str = ""


def check_cards(contracts: Contracts, jobs: Iterable[str]) -> tuple[CheckCard, ...]:
    """Every check of these jobs' contracts, in their order."""
    return tuple(card for job in jobs for card in _of(contracts.current(job)))


def _of(contract: Contract) -> Iterator[CheckCard]:
    needed = dict(_needs(contract))
    users = Counter(measure for measures in needed.values() for measure in measures)
    specs = {each.check: each.spec for each in stated(contract)}
    for check in (*SCHEMA_CHECKS, *needed):
        measures = needed.get(check, frozenset())
        spec = specs.get(check)
        yield CheckCard(
            job=contract.job,
            check=check,
            severity=str(spec.severity) if spec else "block",
            failures=spec.failures if spec else (),
            stated=spec is not None,
            measures=len(measures),
            own_measures=sum(users[measure] == 1 for measure in measures),
            says=_condition(spec) if spec else "",
        )


def _needs(contract: Contract) -> Iterator[tuple[str, frozenset[str]]]:
    for promise in promises(contract):
        yield promise.check, _names(promise.needs)
    for each in stated(contract):
        yield each.check, _names(each.bound.type.needs(each.bound.params) if each.bound else ())


def _condition(spec: ExpectationSpec) -> str:
    """The condition of a share, and of which rows."""
    condition, of = spec.kwargs.get("condition"), spec.kwargs.get("row_condition")
    return " where ".join(str(part) for part in (condition, of) if part) if condition else ""


def _names(measures: Iterable[Measure]) -> frozenset[str]:
    return frozenset(map(name_of, measures))
