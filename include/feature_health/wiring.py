"""The one place that chooses adapters. Adapters are imported inside functions, so that a command pays only for what it uses."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from feature_health.contracts.contract import Contract
from feature_health.ports import Calendar, Contracts, Engine, Ledger, Notifier, Orchestrator, Platform, Store
from feature_health.profiles.measure import Measure
from feature_health.profiles.profile import ObservedColumn, Profile
from feature_health.profiles.row_rule import RowRule
from feature_health.records import Conversion, Relation, RowsTold
from feature_health.settings import ENGINE_MEMORY_LIMIT, ENGINE_TIME_LIMIT_SECONDS, Settings

if TYPE_CHECKING:
    from feature_health.drills.canaries import Yard
    from feature_health.drills.shadow import Shadow

CANARY_SECONDS = 0.3
"""All the time there is for the canary that cannot be measured in time."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)


class Calendars(Mapping[str, Calendar]):
    """Calendars by name, from the entry-point group `feature_health.calendars`; each is loaded when it is first asked for."""

    def __init__(self) -> None:
        self._points = {point.name: point for point in entry_points(group="feature_health.calendars")}

    def __getitem__(self, name: str) -> Calendar:
        """The calendar; raises KeyError when no installed package offers it."""
        calendar: Calendar = self._points[name].load()
        return calendar

    def __iter__(self) -> Iterator[str]:
        """Names, in no order."""
        return iter(self._points)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._points)


class LateEngine:
    """The engine, loaded when it is first asked to measure: most tasks of a gate never do, and DuckDB costs each 0.1 s."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _engine(self) -> Engine:
        return engine(self._settings)

    @property
    def name(self) -> str:
        """Engine and version."""
        return self._engine.name

    def to_parquet(self, delivery: Path, contract: Contract, to: Path) -> Conversion:
        """As the engine does."""
        return self._engine.to_parquet(delivery, contract, to)

    def keep_columns(self, staged: Path, columns: Sequence[ObservedColumn], to: Path) -> None:
        """As the engine does."""
        self._engine.keep_columns(staged, columns, to)

    def failing_rows(self, staged: Path, rules: Sequence[RowRule], key: Sequence[str], to: Path) -> RowsTold:
        """As the engine does."""
        return self._engine.failing_rows(staged, rules, key, to)

    def without_rows(self, staged: Path, columns: Sequence[ObservedColumn], told: Path, checks: Collection[str], to: Path) -> int:
        """As the engine does."""
        return self._engine.without_rows(staged, columns, told, checks, to)

    def sample(self, staged: Path, count: int, seed: str, to: Path) -> None:
        """As the engine does."""
        self._engine.sample(staged, count, seed, to)

    def told_rows(self, told: Path, limit: int) -> Sequence[Mapping[str, Any]]:
        """As the engine does."""
        return self._engine.told_rows(told, limit)

    def schema(self, staged: Path) -> Profile:
        """As the engine does."""
        return self._engine.schema(staged)

    def profile(self, staged: Path, measures: Collection[Measure], others: Mapping[str, Relation | str | None]) -> Profile:
        """As the engine does."""
        return self._engine.profile(staged, measures, others)


def platform(settings: Settings, *, read_only: bool = False) -> Platform:
    """All ports as the settings say. `read_only` opens the ledger so that nothing in the home is written."""
    promised, remembered = contracts(settings), ledger(settings, read_only=read_only)
    return Platform(
        contracts=promised,
        store=store(settings),
        engine=LateEngine(settings),
        ledger=remembered,
        notifiers=notifiers(settings, promised, remembered),
        orchestrator=orchestrator(settings),
        calendars=Calendars(),
        clock=SystemClock(),
    )


def contracts(settings: Settings) -> Contracts:
    """The contracts of the configured folder."""
    from feature_health.checks.load import FolderContracts

    return FolderContracts(settings.contracts)


def store(settings: Settings) -> Store:
    """Where partitions' files lie."""
    from feature_health.stores.local import FileStore

    return FileStore(settings.store)


def engine(settings: Settings | None = None) -> Engine:
    """What measures, with as much memory and as many threads as the settings allow; without, as they are by default."""
    from feature_health.engines.with_great_expectations import EngineWithGreatExpectations

    return EngineWithGreatExpectations(
        threads=settings.engine_threads if settings else None,
        memory_limit=settings.engine_memory_limit if settings else ENGINE_MEMORY_LIMIT,
        time_limit_seconds=settings.engine_time_limit_seconds if settings else ENGINE_TIME_LIMIT_SECONDS,
    )


def yard(folder: Path) -> "Yard":
    """A shadow of the platform for one canary, everything in an empty folder of its own: nothing real is read or written."""
    from feature_health.drills.canaries import CanaryContracts, Yard
    from feature_health.engines.duckdb import DuckDbEngine
    from feature_health.ledger.sql import SqlLedger
    from feature_health.orchestrators.airflow_api import NoOrchestrator
    from feature_health.stores.local import FileStore

    contracts = CanaryContracts()
    shadow = Platform(
        contracts=contracts,
        store=FileStore(str(folder / "store")),
        engine=engine(),
        ledger=SqlLedger(f"sqlite:///{folder}/ledger.db"),
        notifiers=(),
        orchestrator=NoOrchestrator(),
        calendars={},
        clock=SystemClock(),
    )
    return Yard(platform=shadow, contracts=contracts, folder=folder, hurried=DuckDbEngine(time_limit_seconds=CANARY_SECONDS))


def shadow(folder: Path, *, contracts: Contracts, calendars: Mapping[str, Calendar], threads: int | None = None) -> "Shadow":
    """A platform of its own for a drill, everything in `folder`: nothing real is read or written, and nobody gets a message.

    Shadows whose folders lie side by side measure nothing twice. `threads` are the engine's, None is as many as there are cores.
    """
    from feature_health.drills.remembering import RememberingEngine
    from feature_health.drills.shadow import LEDGER, OUTBOX, STORE, NoRuns, Shadow
    from feature_health.engines.with_great_expectations import EngineWithGreatExpectations
    from feature_health.ledger.sql import SqlLedger
    from feature_health.notifiers.briefing import Briefing
    from feature_health.notifiers.recording import RecordingNotifier
    from feature_health.stores.local import FileStore

    ledger = SqlLedger(f"sqlite:///{folder / LEDGER}")
    briefing = Briefing(contracts=contracts, ledger=ledger, base_url="http://drill.invalid", channel="#drill")
    outbox = RecordingNotifier(briefing, folder / OUTBOX)
    ports = Platform(
        contracts=contracts,
        store=FileStore(str(folder / STORE)),
        engine=RememberingEngine(EngineWithGreatExpectations(threads=threads), folder.parent / "measured"),
        ledger=ledger,
        notifiers=(outbox,),
        orchestrator=NoRuns(),
        calendars=calendars,
        clock=SystemClock(),
    )
    return Shadow(folder=folder, platform=ports, outbox=outbox)


def ledger(settings: Settings, *, read_only: bool = False) -> Ledger:
    """What remembers."""
    from feature_health.ledger.sql import SqlLedger

    return SqlLedger(settings.db_url, read_only=read_only)


def notifiers(settings: Settings, contracts: Contracts, ledger: Ledger) -> tuple[Notifier, ...]:
    """Slack when there is a token, the log otherwise."""
    from feature_health.notifiers.briefing import Briefing

    briefing = Briefing(contracts=contracts, ledger=ledger, base_url=settings.base_url, channel=settings.slack_channel)
    if settings.slack_token:
        from feature_health.notifiers.slack import SlackNotifier

        return (SlackNotifier(settings.slack_token, briefing, api_url=settings.slack_base_url),)
    from feature_health.notifiers.log import LogNotifier

    return (LogNotifier(briefing),)


def orchestrator(settings: Settings) -> Orchestrator:
    """Airflow's API when we know where it is."""
    from feature_health.orchestrators.airflow_api import AirflowApi, NoOrchestrator

    if not settings.airflow_url:
        return NoOrchestrator()
    return AirflowApi(settings.airflow_url, settings.airflow_user, settings.airflow_password)


def accepted_by_great_expectations(expectation: str, kwargs: Mapping[str, Any]) -> bool:
    """Whether Great Expectations itself has such a type and it takes these arguments; slow to load, so ask only when in doubt."""
    try:
        from feature_health.engines.great_expectations.engine import accepts
    except ImportError:
        return False
    return accepts(expectation, kwargs)
