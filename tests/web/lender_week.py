"""Twelve days of four jobs, written into a real ledger as the steps would: good, warned, held, released, late and failed ones."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from feature_health.checks.finding import Finding
from feature_health.contracts.contract import Contract, RowLimits
from feature_health.contracts.keys import PartitionScheme
from feature_health.contracts.severity import Policy, Ruling, Severity
from feature_health.incidents.incident import Incident, Kind, Level, Member, Role
from feature_health.ledger.sql import SqlLedger, SqlWriter
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.profiles.profile import Profile
from feature_health.records import Staged
from feature_health.steps.watch import HEARTBEAT
from feature_health.verdicts.verdict import Verdict

JOBS = ("application_intake", "bureau_pull", "dti_join", "income_verification")
SEVERITIES = {Ruling.PUBLISH: Severity.NOTE, Ruling.PUBLISH_WITH_WARNINGS: Severity.WARN, Ruling.QUARANTINE: Severity.BLOCK}
LOST = "fico_low and fico_high were promised and did not come: 2 columns of the bureau block are missing in all 5,012 rows"
MIXED = "the median of annual_income is 5,733 USD, promised are 30,000 to 120,000: some employers sent months for years"
TWICE = "application_id occurs twice in 88 of 5,040 rows; every row must have its own"
SPAN = "utilization is above 150 percent in 31 of 5,008 rows (0.6 %), usual are up to 0.4 %"


class LenderWeek:
    """Writes one day after the other; `newest` is the last day's key."""

    def __init__(self, url: str, now: datetime) -> None:
        self._ledger = SqlLedger(url)
        self._now = now
        self._days = [(now - timedelta(days=back)).date().isoformat() for back in range(12, 0, -1)]

    def write(self) -> None:
        """All of it, in one transaction."""
        with self._ledger.transaction() as ledger:
            for day in self._days[:-1]:
                for job in JOBS:
                    self._judged(ledger, job, day, *self._story(job, day))
            self._corrected(ledger)
            self._incidents(ledger)
            ledger.beat(HEARTBEAT, self._now - timedelta(minutes=4))

    @property
    def newest_held(self) -> str:
        """The key of the bureau partition that lost its block."""
        return self._days[8]

    def _story(self, job: str, day: str) -> tuple[Ruling, str]:
        stories = {
            ("bureau_pull", self._days[3]): (Ruling.PUBLISH_WITH_WARNINGS, SPAN),
            ("dti_join", self._days[3]): (
                Ruling.PUBLISH_WITH_WARNINGS,
                "debts are unknown for 2.1 % of applications, usual are 1.4 %",
            ),
            ("income_verification", self._days[5]): (Ruling.QUARANTINE, "row count is 3,104, promised are 4,100 to 6,300"),
            ("bureau_pull", self._days[8]): (Ruling.QUARANTINE, LOST),
            ("income_verification", self._days[10]): (Ruling.QUARANTINE, MIXED),
        }
        return stories.get((job, day), (Ruling.PUBLISH, ""))

    def _judged(self, ledger: SqlWriter, job: str, day: str, ruling: Ruling, because: str, number: int = 1) -> None:
        if job == "dti_join" and day in (self._days[8], self._days[10]):
            return  # waits for an input
        at = datetime.combine(datetime.fromisoformat(day), time(6, 31 + number), UTC) + timedelta(days=1)
        at = min(at, self._now - timedelta(minutes=9))
        sha256 = f"{job}{day}{number}".encode().hex()[:64].ljust(64, "0")
        staged = Staged(path=f"{job}/{day}/{number}.parquet", sha256=sha256, bytes=181_000)
        id = ledger.stage(
            partition=PartitionId(job=job, key=day),
            staged=staged,
            parquet=staged,
            unparsed={},
            unreadable=None,
            contract=contract(job),
            as_of=at,
            run=f"{job}/{day}/{number}",
            at=at,
        ).id
        profile = Profile(engine="duckdb 2.0.0", rows=4_950 + sum(map(ord, job + day)) % 130)
        ledger.save_profile(id, profile, at)
        found = Finding(check=f"{job}.seeded", kind="violation", severity=SEVERITIES[ruling], because=because)
        ledger.save_verdict(id, Verdict(ruling=ruling, findings=(found,) if because else ()), profile=profile, at=at)
        if ruling.may_publish:
            ledger.publish(id, rows=profile.rows, at=at)

    def _corrected(self, ledger: SqlWriter) -> None:
        """A held partition that a person released, and a second delivery that is worse than the first."""
        short = RevisionId(job="income_verification", key=self._days[5], number=1)
        ledger.publish(short, rows=3_104, at=self._now - timedelta(days=5), released_by="analyst")
        self._judged(ledger, "application_intake", self._days[9], Ruling.QUARANTINE, TWICE, number=2)

    def _incidents(self, ledger: SqlWriter) -> None:
        bureau, income, today = self._days[8], self._days[10], self._days[11]
        for incident in (
            self._incident(
                "data",
                "S1",
                f"bureau_pull {bureau}: fico_low, fico_high are gone",
                self._member("bureau_pull", bureau, "held", LOST),
                self._member("dti_join", bureau, "waits", f"bureau_pull {bureau} is held"),
            ),
            self._incident(
                "data",
                "S1",
                f"income_verification {income}: annual_income out of range",
                self._member("income_verification", income, "held", MIXED),
                self._member("dti_join", income, "waits", f"income_verification {income} is held"),
            ),
            self._incident(
                "data",
                "S2",
                f"application_intake {self._days[9]}: application_id is not unique",
                self._member("application_intake", self._days[9], "held", TWICE, revision=2),
            ),
            self._incident(
                "late",
                "S2",
                f"bureau_pull {today} has not come",
                self._member("bureau_pull", today, "late", "it was due at 05:30 UTC"),
                self._member("dti_join", today, "waits", f"bureau_pull {today} is late"),
            ),
            self._incident(
                "platform",
                "S2",
                f"application_intake {today}: task profile failed",
                self._member(
                    "application_intake", today, "failed", "EngineFailed: no room left on the device that holds the store"
                ),
            ),
        ):
            ledger.save_incident(incident)

    def _incident(self, kind: Kind, level: Level, title: str, *members: Member) -> Incident:
        return Incident(
            id=0,
            kind=kind,
            job=members[0].job,
            level=level,
            title=title,
            causes=frozenset({f"{members[0].job}.{kind}.{title}"}),
            members=members,
            state="open",
            opened_at=members[0].at,
            updated_at=self._now,
        )

    def _member(self, job: str, key: str, role: Role, because: str, revision: int = 1) -> Member:
        at = datetime.combine(datetime.fromisoformat(key), time(6, 32), UTC) + timedelta(days=1)
        at = min(at, self._now - timedelta(minutes=20))
        return Member(job=job, key=key, revision=revision if role == "held" else None, role=role, because=because, at=at)


def contract(job: str) -> Contract:
    """A contract that promises nothing but a name: the ledger keeps one with each revision."""
    return Contract(
        job=job,
        about="",
        owner="credit-data-platform",
        partition=PartitionScheme(by="day", timezone="America/New_York", ready_by=time(1, 30)),
        key=("application_id",),
        columns=(),
        policy=Policy(tier=1),
        on_change={},
        rows=RowLimits(row_count_min=1, row_count_max=10_000),
        freshness=None,
        expectations=(),
    )


def contracts_folder(folder: Path) -> Path:
    """A folder with a file for each job: the page asks for their names alone."""
    folder.mkdir()
    for job in JOBS:
        (folder / f"{job}.yaml").write_text(f"job: {job}\n")
    return folder
