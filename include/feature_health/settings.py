"""What can be set, as plain values. Knows files and an environment handed in, but neither Airflow nor any adapter."""

import configparser
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self, cast
from urllib.parse import unquote, urlsplit

from feature_health.errors import SettingsInvalid

SECTION = "feature_health"
_ENVIRONMENT = "AIRFLOW__FEATURE_HEALTH__"
_PROJECT = Path(__file__).resolve().parents[2]
AsOf = Literal["clock", "deadline"]
ENGINE_MEMORY_LIMIT = "1GB"
ENGINE_TIME_LIMIT_SECONDS = 600
"""Ten million rows of 32 columns are judged within it; what needs more spills to a private folder until the measuring is done."""
_MEMORY = re.compile(r"[1-9][0-9]*(\.[0-9]+)?\s*[KMGT](i?B)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that `wiring` needs to know. Empty texts mean "not set"; URLs end without a slash.

    `as_of` is what age and lateness are judged against: the scheduler's time, or each partition's own deadline (backfill, demo).
    `engine_memory_limit` is such as "1GB"; `engine_threads` of None is as many as there are cores.
    What is not measured within `engine_time_limit_seconds` blocks its partition.
    """

    home: Path
    db_url: str
    store: str
    contracts: Path
    as_of: AsOf = "clock"
    engine_memory_limit: str = ENGINE_MEMORY_LIMIT
    engine_threads: int | None = None
    engine_time_limit_seconds: int = ENGINE_TIME_LIMIT_SECONDS
    slack_channel: str = "#feature-health"
    slack_base_url: str = ""
    slack_token: str = ""
    base_url: str = "http://localhost:8080"
    airflow_url: str = ""
    airflow_user: str = ""
    airflow_password: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str], *, slack_token: str = "", airflow: tuple[str, str, str] = ("", "", "")) -> Self:
        """Settings from the texts of the configuration section; missing ones are derived from `home`.

        `airflow` is URL, user and password of Airflow's API. Raises SettingsInvalid naming everything that is wrong.
        """
        home = Path(given.get("home") or "build/demo").expanduser().absolute()
        contracts = Path(given.get("contracts") or _PROJECT / "expectations").absolute()
        as_of = given.get("as_of") or "clock"
        memory, threads = given.get("engine_memory_limit") or ENGINE_MEMORY_LIMIT, given.get("engine_threads") or ""
        limit = given.get("engine_time_limit_seconds") or str(ENGINE_TIME_LIMIT_SECONDS)
        faults = [
            *([] if contracts.is_dir() else [f"contracts = {contracts}: there is no such folder"]),
            *([] if as_of in ("clock", "deadline") else [f"as_of = {as_of!r}: expected clock or deadline"]),
            *([] if _MEMORY.fullmatch(memory) else [f"engine_memory_limit = {memory!r}: expected a size such as 1GB or 512MB"]),
            *([] if _is_count(limit) else [f"engine_time_limit_seconds = {limit!r}: expected a number from 1"]),
            *([] if _is_count(threads) else [f"engine_threads = {threads!r}: expected a number from 1, or nothing"]),
        ]
        if faults:
            raise SettingsInvalid(
                f"[{SECTION}] in airflow.cfg (or {_ENVIRONMENT}… in the environment): " + "; ".join(faults) + "."
            )
        url, user, password = airflow
        return cls(
            home=home,
            db_url=given.get("db_url") or f"sqlite:///{home}/ledger.db",
            store=given.get("store") or str(home / "store"),
            contracts=contracts,
            as_of=cast("AsOf", as_of),
            engine_memory_limit=memory,
            engine_threads=int(threads) if threads else None,
            engine_time_limit_seconds=int(limit),
            slack_channel=given.get("slack_channel") or "#feature-health",
            slack_base_url=given.get("slack_base_url") or "",
            slack_token=slack_token,
            base_url=(given.get("base_url") or "http://localhost:8080").rstrip("/"),
            airflow_url=url.rstrip("/"),
            airflow_user=user,
            airflow_password=password,
        )

    @classmethod
    def of_home(cls, home: Path, environment: Mapping[str, str]) -> Self:
        """Settings of a home as `feature-health up` left it, for the command line; the environment wins over its files."""
        secrets = {**pairs(home / "settings.env"), **pairs(home / "secrets.env"), **environment}
        given = {"home": str(home), **_section(home / "airflow" / "airflow.cfg")}
        given |= {
            name.removeprefix(_ENVIRONMENT).lower(): value for name, value in secrets.items() if name.startswith(_ENVIRONMENT)
        }
        return cls.of(
            {**given, "home": str(home)},
            slack_token=_connection(secrets.get("AIRFLOW_CONN_FEATURE_HEALTH_SLACK", ""))[2],
            airflow=_connection(secrets.get("AIRFLOW_CONN_FEATURE_HEALTH_AIRFLOW", "")),
        )


def _is_count(text: str) -> bool:
    return not text or (text.isascii() and text.isdecimal() and int(text) > 0)


def _section(file: Path) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(file)
    except configparser.Error as error:
        raise SettingsInvalid(
            f"Reading {file}: it is not a configuration file. Render it anew with `feature-health up`."
        ) from error
    return dict(parser[SECTION]) if parser.has_section(SECTION) else {}


def pairs(file: Path) -> dict[str, str]:
    """The NAME=value lines of a file; none when there is no such file."""
    if not file.is_file():
        return {}
    lines = (line.partition("=") for line in file.read_text().splitlines() if line.strip() and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in lines}


def _connection(uri: str) -> tuple[str, str, str]:
    """URL, login and password of a connection in Airflow's URI form."""
    if not uri:
        return ("", "", "")
    parts = urlsplit(uri)
    host = parts.hostname or ""
    url = f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}" if host else ""
    return (url, unquote(parts.username or ""), unquote(parts.password or ""))
