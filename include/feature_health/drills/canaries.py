"""The canaries, each a way in which gates have been known to open. Adding one is a function here and a line in the tuple.

A `push` sends its canary through the gate's own steps and returns why it was ruled as it was; what became readable is asked of
the ledger, never of the step.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from feature_health.contracts.contract import Column, Contract, ExpectationSpec, RowLimits
from feature_health.contracts.keys import PartitionScheme
from feature_health.contracts.severity import Policy
from feature_health.errors import JobUnknown, StoreFailed
from feature_health.ports import Engine, Platform
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.steps import check, judge, profile, publish, stage, watch
from feature_health.verdicts.explain import explain_findings
from feature_health.verdicts.plan import Publish, plan

JOB, DAY, NEXT_DAY = "canary", "2026-06-02", "2026-06-03"
ROWS = 60
_IN_RANGE = ExpectationSpec(
    type="expect_column_values_to_be_between", kwargs={"column": "score", "min_value": 300, "max_value": 850}
)
_NEW_YORK = "America/New_York"
CONTRACT = Contract(
    job=JOB,
    about="What the gate's self-test promises and breaks.",
    owner="feature-health",
    partition=PartitionScheme(by="day", timezone=_NEW_YORK, ready_by=time(5), column="business_date"),
    key=("id",),
    columns=(
        Column(name="id", type="string", null_ratio_max=0),
        Column(name="business_date", type="date", null_ratio_max=0),
        Column(name="score", type="integer", null_ratio_max=0),
    ),
    policy=Policy(tier=1),
    on_change={},
    rows=RowLimits(row_count_min=10, row_count_max=1000),
    freshness=None,
    expectations=(_IN_RANGE,),
)


class CanaryContracts:
    """The one contract in force in a yard; a canary may put another in its place."""

    def __init__(self) -> None:
        self.contract = CONTRACT

    def jobs(self) -> tuple[str, ...]:
        """The canary's job alone."""
        return (JOB,)

    def current(self, job: str) -> Contract:
        """Raises JobUnknown."""
        if job != JOB:
            raise JobUnknown(f"There is only {JOB} in the self-test, not {job}.")
        return self.contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Yard:
    """A shadow of the platform for one canary: ports of its own, a folder for deliveries, and an engine that has no time."""

    platform: Platform
    contracts: CanaryContracts
    folder: Path
    hurried: Engine
    partition: PartitionId = field(default_factory=lambda: PartitionId(job=JOB, key=DAY))


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One: what it is, in words that end a sentence, what must come of it, and how it is sent."""

    name: str
    about: str
    must: Literal["published", "held", "noticed"]
    push: Callable[[Yard], str]


def _delivery(yard: Yard, *, rows: int = ROWS, day: str = DAY, score: int = 700, name: str = "delivery.csv") -> str:
    lines = ["id,business_date,score", *(f"C-{n:04},{day},{score}" for n in range(rows))]
    file = yard.folder / name
    file.write_text("\n".join(lines) + "\n")
    return str(file)


def _through(yard: Yard, candidate: str, *, run: str = "self-test", skip: Sequence[str] = ()) -> str:
    """The way of a candidate through the gate, but for the steps to skip; why it was ruled as it was."""
    on = yard.platform
    revision = stage.stage(on, job=JOB, key=DAY, candidate=candidate, as_of=None, run=run).id
    profile.profile(on, revision)
    for group, step in (("schema_diff", check.schema_diff), ("expectations", check.expectations)):
        if group not in skip:
            step(on, revision)
    return _ruled(on, revision)


def _ruled(on: Platform, revision: RevisionId) -> str:
    verdict = judge.judge(on, revision).verdict
    if isinstance(plan(revision, verdict), Publish):
        publish.publish(on, revision)
    return explain_findings(verdict.findings) or "nothing objects"


def _good(yard: Yard) -> str:
    return _through(yard, _delivery(yard))


def _bad_values(yard: Yard) -> str:
    return _through(yard, _delivery(yard, score=9000))


def _no_rows(yard: Yard) -> str:
    return _through(yard, _delivery(yard, rows=0))


def _no_bytes(yard: Yard) -> str:
    file = yard.folder / "delivery.csv"
    file.touch()
    return _through(yard, str(file))


def _no_file(yard: Yard) -> str:
    try:
        return _through(yard, str(yard.folder / "never_written.csv"))
    except StoreFailed as error:
        return str(error)


def _never_came(yard: Yard) -> str:
    deadline = datetime.fromisoformat(f"{NEXT_DAY}T05:00").replace(tzinfo=ZoneInfo(_NEW_YORK))
    found = watch.watch(yard.platform, as_of=deadline + timedelta(minutes=1), since=deadline - timedelta(hours=1))
    return "; ".join(incident.title for incident in found)


def _not_run(yard: Yard) -> str:
    return _through(yard, _delivery(yard), skip=("expectations",))


def _errored(yard: Yard) -> str:
    broken = ExpectationSpec(type="expect_share_to_be_between", kwargs={"condition": "no_such(score)", "max_value": 1})
    yard.contracts.contract = dataclasses.replace(CONTRACT, expectations=(_IN_RANGE, broken))
    return _good(yard)


def _out_of_time(yard: Yard) -> str:
    """A query that would take days."""
    query = "SELECT * FROM {batch} WHERE score + (SELECT max(a.range) FROM range(10000000) a, range(10000000) b) < 0"
    endless = ExpectationSpec(type="unexpected_rows_expectation", kwargs={"unexpected_rows_query": query})
    yard.contracts.contract = dataclasses.replace(CONTRACT, expectations=(_IN_RANGE, endless))
    on = dataclasses.replace(yard.platform, engine=yard.hurried)
    revision = stage.stage(yard.platform, job=JOB, key=DAY, candidate=_delivery(yard), as_of=None, run="self-test").id
    profile.profile(on, revision)
    check.schema_diff(on, revision)
    check.expectations(on, revision)
    return _ruled(on, revision)


def _stale_results(yard: Yard) -> str:
    """The good results of an earlier delivery, found where those of a bad one belong."""
    on = yard.platform
    good = stage.stage(on, job=JOB, key=DAY, candidate=_delivery(yard), as_of=None, run="first").id
    profile.profile(on, good)
    runs = (check.schema_diff(on, good), check.expectations(on, good))
    bad = _delivery(yard, score=9000, name="later.csv")
    revision = stage.stage(on, job=JOB, key=DAY, candidate=bad, as_of=None, run="second").id
    profile.profile(on, revision)
    with on.ledger.transaction() as ledger:
        for run in runs:
            ledger.save_check_run(revision, run, on.clock.now())
    return _ruled(on, revision)


def _another_day(yard: Yard) -> str:
    return _through(yard, _delivery(yard, day=NEXT_DAY))


def _nothing_compared(yard: Yard) -> str:
    of_none = dataclasses.replace(_IN_RANGE, kwargs={**_IN_RANGE.kwargs, "row_condition": "score > 5000"})
    yard.contracts.contract = dataclasses.replace(CONTRACT, expectations=(of_none,))
    return _good(yard)


def _nothing_promised(yard: Yard) -> str:
    yard.contracts.contract = dataclasses.replace(CONTRACT, expectations=())
    return _good(yard)


def _dropped_on_load(yard: Yard) -> str:
    unknown = ExpectationSpec(type="expect_column_values_to_be_something_new", kwargs={"column": "score"})
    yard.contracts.contract = dataclasses.replace(CONTRACT, expectations=(_IN_RANGE, unknown))
    return _good(yard)


CANARIES: tuple[Canary, ...] = (
    Canary(name="good", about="a good delivery", must="published", push=_good),
    Canary(name="bad_values", about="a delivery with impossible values", must="held", push=_bad_values),
    Canary(name="empty", about="a delivery without rows", must="held", push=_no_rows),
    Canary(name="no_bytes", about="a file without a byte", must="held", push=_no_bytes),
    Canary(name="missing", about="a file that is not there", must="held", push=_no_file),
    Canary(name="late", about="a partition that never came", must="noticed", push=_never_came),
    Canary(name="wrong_partition", about="another day's delivery", must="held", push=_another_day),
    Canary(name="not_run", about="a delivery whose expectations did not run", must="held", push=_not_run),
    Canary(name="errored", about="a delivery with a check that errs", must="held", push=_errored),
    Canary(name="timed_out", about="a delivery that could not be measured in time", must="held", push=_out_of_time),
    Canary(name="stale_result", about="a bad delivery beside the results of a good one", must="held", push=_stale_results),
    Canary(name="nothing_compared", about="a delivery that no check looked at", must="held", push=_nothing_compared),
    Canary(name="nothing_promised", about="a delivery of which nothing is expected", must="held", push=_nothing_promised),
    Canary(name="dropped", about="a delivery with an expectation that nobody knows", must="held", push=_dropped_on_load),
)
