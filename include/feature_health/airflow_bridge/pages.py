"""What the pages need of Airflow: who may look, and the ledger that its configuration names. Must not know the pages.

Loaded in the api-server alone, at the first request: importing Airflow's security costs a second.
"""

from dataclasses import dataclass
from functools import cache

from airflow.api_fastapi.core_api.security import GetUserDep

from feature_health import wiring
from feature_health.airflow_bridge import configuration
from feature_health.ports import Clock, Contracts, LedgerReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the pages ask: no engine and no store, which would load DuckDB into the api-server for nothing."""

    ledger: LedgerReader
    contracts: Contracts
    clock: Clock


def logged_in(user: GetUserDep) -> str:
    """The name of whoever is logged in to Airflow, as a FastAPI dependency; anybody else gets 401."""
    return user.get_name()


@cache
def sources() -> Sources:
    """The configured ledger and contracts, opened once. Raises SettingsInvalid, and is then tried again."""
    settings = configuration.settings()
    return Sources(ledger=wiring.ledger(settings), contracts=wiring.contracts(settings), clock=wiring.SystemClock())
