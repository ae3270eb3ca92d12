"""The platform as Airflow's configuration describes it: section [feature_health], and connections for what is secret.

A connection is only asked for by the tasks that need it, since each costs a question to Airflow's API.
"""

from urllib.parse import quote

from airflow.sdk import BaseHook, Connection, conf
from airflow.sdk.exceptions import AirflowNotFoundException

from feature_health import wiring
from feature_health.contracts.contract import Contract
from feature_health.contracts.parse import contract_in
from feature_health.errors import JobUnknown, SettingsInvalid
from feature_health.ports import Platform
from feature_health.settings import SECTION, Settings

KEYS = (
    *("home", "db_url", "store", "contracts", "as_of", "engine_memory_limit", "engine_threads", "engine_time_limit_seconds"),
    *("slack_channel", "slack_base_url", "base_url"),
)
SLACK, AIRFLOW = "feature_health_slack", "feature_health_airflow"
CONNECTION_PREFIX = "connection:"


def option(name: str) -> str:
    """One setting of our section, empty when it is not set."""
    return str(conf.get(SECTION, name, fallback="") or "")


def settings(*, slack: bool = False, airflow: bool = False) -> Settings:
    """All settings as plain values; with the Slack token and Airflow's own API only when they are asked for.

    Raises SettingsInvalid. A connection that is not there leaves its setting empty; what needs it then says so and fails.
    """
    given = {name: option(name) for name in KEYS}
    if given["db_url"].startswith(CONNECTION_PREFIX):
        given["db_url"] = _database_url(given["db_url"].removeprefix(CONNECTION_PREFIX))
    token = _connection(SLACK) if slack else None
    api = _connection(AIRFLOW) if airflow else None
    return Settings.of(given, slack_token=(token.password if token else "") or "", airflow=_api(api) if api else ("", "", ""))


def platform(*, slack: bool = False, airflow: bool = False) -> Platform:
    """All ports, for the task functions."""
    return wiring.platform(settings(slack=slack, airflow=airflow))


def contract_of(job: str) -> Contract:
    """The job's contract, from the configured folder and nothing else: quick enough for a DAG file that is being read.

    Raises JobUnknown or ContractInvalid, which Airflow shows as the DAG's import error.
    """
    folder = Settings.of({"contracts": option("contracts")}).contracts
    file = folder / f"{job}.yaml"
    if not file.is_file():
        raise JobUnknown(f"The DAG asks for job {job!r}, but {folder} has no {file.name}. Write that contract first.")
    return contract_in(file)


def has_contract(job: str) -> bool:
    """Whether the configured folder has the job's contract: a DAG of a job that not every installation has asks first."""
    return (Settings.of({"contracts": option("contracts")}).contracts / f"{job}.yaml").is_file()


def _connection(name: str) -> Connection | None:
    try:
        return BaseHook.get_connection(name)
    except AirflowNotFoundException:
        return None


def _api(connection: Connection) -> tuple[str, str, str]:
    """URL, user and password of an HTTP connection."""
    scheme = connection.schema or ("https" if connection.conn_type == "https" else "http")
    port = f":{connection.port}" if connection.port else ""
    return (f"{scheme}://{connection.host}{port}", connection.login or "", connection.password or "")


def _database_url(name: str) -> str:
    """The SQLAlchemy URL of a database connection; Airflow's own form of it is none that SQLAlchemy takes."""
    connection = _connection(name)
    if connection is None:
        raise SettingsInvalid(f"[{SECTION}] db_url names connection {name!r}, which Airflow does not know. Create it first.")
    kind = connection.conn_type or "postgres"
    driver = {"postgres": "postgresql+psycopg2"}.get(kind, kind)
    login = f"{quote(connection.login or '', safe='')}:{quote(connection.password or '', safe='')}@"
    port = f":{connection.port}" if connection.port else ""
    return f"{driver}://{login}{connection.host}{port}/{connection.schema or ''}"
