"""A lender of three small jobs on real adapters in a temporary home; only the scheduler is a record of calls."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from feature_health import wiring
from feature_health.errors import NotifierFailed
from feature_health.ports import Platform
from feature_health.profiles.partition import PartitionId, RevisionId
from feature_health.records import Delivery, Judgement, Receipt, ReleaseRequest
from feature_health.settings import Settings
from feature_health.steps import check, deliver, judge, profile, publish, quarantine, stage
from feature_health.verdicts.plan import Publish, plan

CONTRACTS = Path(__file__).parent / "contracts"
STEPS = ("stage", "profile", "schema_diff", "expectations", "verdict", "publish_or_quarantine", "deliver")


class TickingClock:
    """Every look at the clock is a millisecond later than the last; starts anew in every process, from the real time."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)

    def now(self) -> datetime:
        """Aware, UTC."""
        self._now = max(self._now + timedelta(milliseconds=1), datetime.now(UTC))
        return self._now


@dataclasses.dataclass
class RecordingScheduler:
    """An orchestrator that remembers what it was asked; `ran` are the runs that exist."""

    ran: set[tuple[str, str]] = dataclasses.field(default_factory=set)
    started: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    emitted: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    releases: list[int] = dataclasses.field(default_factory=list)

    def start(self, job: str, key: str, *, note: str) -> str:  # noqa: ARG002 - the port's name
        """Remember the start."""
        self.started.append((job, key))
        return f"manual__{job}__{key}"

    def has_run(self, job: str, key: str) -> bool:
        """Whether the test said that it ran."""
        return (job, key) in self.ran

    def emit(self, job: str, key: str) -> None:
        """Remember the emission."""
        self.emitted.append((job, key))

    def start_release(self, request: ReleaseRequest) -> str:
        """Remember the request."""
        self.releases.append(request.id)
        return f"release__{request.id}"


@dataclasses.dataclass
class Mailbox:
    """A notifier that writes one line per delivery into a file, and fails while `down`."""

    file: Path
    down: bool = False
    name: str = "mailbox"

    def deliver(self, delivery: Delivery) -> Receipt:
        """Append the incident's state; flushed, so that a kill loses nothing that was sent."""
        if self.down:
            raise NotifierFailed("Telling the mailbox: it is down. Try again later.")
        incident = delivery.incident
        with self.file.open("a") as out:
            out.write(json.dumps({"incident": incident.id, "state": incident.state, "members": len(incident.members)}) + "\n")
        return Receipt(notifier=self.name, channel="tests", message=str(incident.id))

    def lines(self) -> list[dict[str, object]]:
        """Everything that was told."""
        return [json.loads(line) for line in self.file.read_text().splitlines()] if self.file.exists() else []


def platform(home: Path) -> Platform:
    """Real ledger, store and engine in `home`."""
    settings = Settings.of({"home": str(home), "contracts": str(CONTRACTS)})
    return dataclasses.replace(
        wiring.platform(settings),
        orchestrator=RecordingScheduler(),
        notifiers=(Mailbox(home / "mailbox.jsonl"),),
        clock=TickingClock(),
    )


def candidate(folder: Path, job: str, key: str, *, rows: int = 20, bad: bool = False, salt: int = 0) -> str:
    """Write one partition's file; a bad one has scores or amounts that cannot be."""
    file = folder / f"{job}-{key}-{salt}-{bad}.parquet"
    value = {
        "intake": "100.0 + i + {salt} AS amount",
        "bureau": "600 + i + {salt} AS score",
        "joined": "600 + i + {salt} AS score",
    }[job]
    wrong = {"intake": "-1.0 AS amount", "bureau": "9999 AS score", "joined": "9999 AS score"}[job]
    column = wrong if bad else value.format(salt=salt)
    duckdb.sql(f"COPY (SELECT '{key}-' || i AS application_id, {column} FROM range({rows}) t(i)) TO '{file}' (FORMAT parquet)")
    return str(file)


def run_step(home: Path, step: str, *, job: str, key: str, file: str, run: str) -> None:
    """One step of a partition's way, as one task of the gate does it."""
    on = platform(home)
    if step == "stage":
        stage.stage(on, job=job, key=key, candidate=file, as_of=None, run=run)
        return
    latest = on.ledger.latest_revision(PartitionId(job=job, key=key))
    assert latest is not None
    walk_step(on, step, latest.id)


def walk_step(on: Platform, step: str, id: RevisionId) -> None:
    """Any step after `stage`."""
    match step:
        case "profile":
            profile.profile(on, id)
        case "schema_diff":
            check.schema_diff(on, id)
        case "expectations":
            check.expectations(on, id)
        case "verdict":
            judge.judge(on, id)
        case "publish_or_quarantine":
            judgement = on.ledger.judgement(id)
            assert judgement is not None
            action = plan(id, judgement.verdict)
            publish.publish(on, id) if isinstance(action, Publish) else quarantine.quarantine(on, id)
        case "deliver":
            deliver.deliver(on)
        case _:
            raise AssertionError(step)


def walk(on: Platform, job: str, key: str, file: str, *, run: str = "run-1") -> Judgement:
    """The whole way of one partition."""
    id = stage.stage(on, job=job, key=key, candidate=file, as_of=None, run=run).id
    for step in STEPS[1:]:
        walk_step(on, step, id)
    judgement = on.ledger.judgement(id)
    assert judgement is not None
    return judgement
