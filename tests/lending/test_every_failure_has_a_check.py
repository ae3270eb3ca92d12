"""The contracts of the simulated lender against the failure tables of lending: which check is for what, with nothing left out."""

import pytest

from feature_health.checks.load import FolderContracts
from feature_health.contracts.shared import PROJECT_CONTRACTS
from lending.drill.lender import JOBS
from lending.faults import CATALOGUE

CONTRACTS = FolderContracts(PROJECT_CONTRACTS)
FAILURES = {name for name in CATALOGUE if not name.startswith("decoy_")}


def is_for(job: str) -> list[tuple[str, frozenset[str]]]:
    """Each expectation of the job's contract with the failures that it is for."""
    return [(spec.type, frozenset(spec.failures)) for spec in CONTRACTS.current(job).expectations]


@pytest.mark.parametrize("job", JOBS)
def test_every_expectation_says_which_failures_it_is_for(job: str) -> None:
    """Nobody could tell whether a check that never fires is idle or useless."""
    for kind, failures in is_for(job):
        assert failures, f"{kind} is for nothing"
        assert failures <= FAILURES, f"{kind} is for {sorted(failures - FAILURES)}, which nobody knows"


def test_every_failure_has_a_check() -> None:
    """A row of the failure tables would be known to happen and looked for by nothing."""
    assert {name for job in JOBS for _, failures in is_for(job) for name in failures} == FAILURES


def test_every_failure_has_a_check_where_it_shows_first() -> None:
    """What is wrong with a feed would be found in a join downstream, when it has been readable for hours."""
    lacking = [name for name in sorted(FAILURES) if not any(name in failures for _, failures in is_for(CATALOGUE[name].job))]
    assert lacking == []
