"""What the pages need of Airflow: who may look, and the platform that its configuration describes. Must not know the pages.

Loaded in the api-server alone, at the first request: importing Airflow's security costs a second.
"""

from functools import cache

from airflow.api_fastapi.core_api.security import GetUserDep

from feature_health.airflow_bridge import configuration
from feature_health.ports import Platform


def logged_in(user: GetUserDep) -> str:
    """The name of whoever is logged in to Airflow, as a FastAPI dependency; anybody else gets 401."""
    return user.get_name()


@cache
def platform() -> Platform:
    """All ports, built once: the page asks the ledger alone and writes nothing. Raises SettingsInvalid, and then is tried again."""
    return configuration.platform()
