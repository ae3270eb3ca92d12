"""Ledgers on both databases, and the smallest values that can be kept in one. Knows nothing of what is tested."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from feature_health.checks.finding import CheckRun, ExpectationResult, Finding
from feature_health.contracts.contract import Column, Contract, ExpectationSpec, RowLimits
from feature_health.contracts.keys import PartitionScheme
from feature_health.contracts.severity import Policy, Ruling, Severity
from feature_health.incidents.incident import Incident, Member
from feature_health.ledger.migrate import migrate
from feature_health.ledger.sql import SqlLedger, SqlWriter
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.profiles.profile import ObservedColumn, Profile
from feature_health.records import Revision, Staged
from feature_health.verdicts.verdict import Verdict

DATABASES = ("sqlite", "postgres")
JOB = "bureau_pull"
DAY = PartitionId(job=JOB, key="2026-06-02")
START = datetime(2026, 6, 3, 6, 0, tzinfo=UTC)


@pytest.fixture(params=DATABASES)
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh, migrated ledger, once for each database."""
    return fresh(request, tmp_path)


@pytest.fixture
def ledger(ledger_url: str) -> SqlLedger:
    """A fresh ledger, once for each database."""
    return SqlLedger(ledger_url)


def empty(request: pytest.FixtureRequest, folder: Path) -> str:
    """The URL of a database without any table; the parameter says which."""
    if request.param == "sqlite":
        return f"sqlite:///{folder}/ledger.db"
    create: Callable[[], str] = request.getfixturevalue("postgres_database")
    return create()


def fresh(request: pytest.FixtureRequest, folder: Path) -> str:
    """The URL of a migrated ledger in which nothing has happened."""
    url = empty(request, folder)
    migrate(url)
    return url


def at(minutes: float) -> datetime:
    """An instant so many minutes after the start."""
    return START + timedelta(minutes=minutes)


def contract(job: str = JOB, about: str = "") -> Contract:
    """A contract with a little of everything; another `about` makes another digest."""
    return Contract(
        job=job,
        about=about,
        owner="risk",
        partition=PartitionScheme(by="day", timezone="America/New_York", ready_by=time(6, 30)),
        key=("application_id",),
        columns=(Column(name="application_id", type="string", null_ratio_max=0.0),),
        policy=Policy(tier=1),
        on_change={"removed": Severity.BLOCK},
        rows=RowLimits(row_count_min=1, row_count_max=10),
        freshness=None,
        expectations=(ExpectationSpec(type="expect_column_values_to_be_between", kwargs={"column": "fico", "min_value": 300}),),
    )


def delivery(content: str) -> Staged:
    """A file of that content, as a store would have kept it."""
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    return Staged(path=f"{JOB}/2026-06-02/{sha256}.parquet", sha256=sha256, bytes=len(content))


def profile(rows: int = 5, engine: str = "duckdb 2.0.0") -> Profile:
    """A profile of that many rows."""
    return Profile(
        engine=engine,
        rows=rows,
        columns=(ObservedColumn(name="fico", type="integer", native="INTEGER"),),
        values={"Count(where=None)": rows, "mean": 0.1},
        unmeasured={"Overlap(column='ssn')": "no earlier partition"},
        read={"previous": "ab" * 32},
    )


def check_run(group: str = "expectations", findings: tuple[Finding, ...] = ()) -> CheckRun:
    """A group of checks that ran."""
    result = ExpectationResult(
        type="expect_table_row_count_to_be_between", kwargs={}, success=True, observed=5, severity=Severity.BLOCK
    )
    return CheckRun(
        group=group,
        contract_digest=contract().digest,
        profile_digest=profile().digest,
        ran=("a", "b"),
        findings=findings,
        results=(result,),
    )


def finding(because: str = "fico is gone", severity: Severity = Severity.BLOCK) -> Finding:
    """A violation."""
    return Finding(check="schema.removed:fico", kind="violation", severity=severity, because=because, evidence={"rows": 5})


def accepting() -> Verdict:
    """A verdict that lets the revision be published."""
    return Verdict(ruling=Ruling.PUBLISH, findings=())


def holding(*findings: Finding) -> Verdict:
    """A verdict that quarantines."""
    return Verdict(ruling=Ruling.QUARANTINE, findings=findings or (finding(),))


def incident(job: str = JOB, members: tuple[Member, ...] | None = None) -> Incident:
    """A new incident with one held partition."""
    member = Member(job=job, key=DAY.key, revision=1, role="held", because="fico is gone", at=at(1))
    return Incident(
        id=0,
        kind="data",
        job=job,
        level="S1",
        title="fico is gone",
        causes=frozenset({"schema.removed:fico", "b"}),
        members=(member,) if members is None else members,
        state="open",
        opened_at=at(1),
        updated_at=at(1),
    )


def stage(writer: SqlWriter, content: str, partition: PartitionId = DAY, *, run: str = "run-1", about: str = "") -> Revision:
    """Stage a delivery that was Parquet already."""
    staged = delivery(content)
    return writer.stage(
        partition=partition,
        staged=staged,
        parquet=staged,
        unparsed={},
        unreadable=None,
        contract=contract(partition.job, about),
        as_of=at(-30),
        run=run,
        at=at(0),
    )


def judged(ledger: SqlLedger, content: str, verdict: Verdict, partition: PartitionId = DAY, *, run: str = "run-1") -> RevisionId:
    """Stage a delivery and rule on it, in one transaction."""
    with ledger.transaction() as writer:
        id = stage(writer, content, partition, run=run).id
        writer.save_verdict(id, verdict, profile=profile(), at=at(2))
    return id


def published(ledger: SqlLedger, content: str, partition: PartitionId = DAY, minutes: float = 3) -> RevisionId:
    """Stage, accept and publish a delivery."""
    id = judged(ledger, content, accepting(), partition)
    with ledger.transaction() as writer:
        writer.publish(id, rows=5, at=at(minutes))
    return id
