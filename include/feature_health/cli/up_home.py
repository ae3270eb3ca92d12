"""What a home needs before Airflow can start in it: its configuration, its secrets, its databases.

Nothing here is overwritten that a second start must find again. Secrets lie in files that only their owner can read.
"""

import base64
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Template

from feature_health.errors import LedgerFailed, PlatformError, SettingsInvalid
from feature_health.settings import pairs

PROJECT = Path(__file__).resolve().parents[3]
PLATFORM_USER = "feature_health"
USERS = ("admin", "analyst", "reader", PLATFORM_USER)
FOLDERS = ("airflow/logs", "landing", "candidates", "store")
_GENERATED: Mapping[str, Callable[[], str]] = {
    "AIRFLOW__API_AUTH__JWT_SECRET": lambda: secrets.token_urlsafe(48),
    "AIRFLOW__API__SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "AIRFLOW__CORE__FERNET_KEY": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
}
CONNECTION = "AIRFLOW_CONN_FEATURE_HEALTH_AIRFLOW"
_NOT_FOR_CHILDREN = ("PYTHONDONTWRITEBYTECODE",)
_LOCAL = "localhost,127.0.0.1"


def prepare(home: Path, port: int, settings: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """Make the home's folders, configuration and secrets; returns the environment that Airflow's processes run in.

    `settings` win over everything else and are kept in settings.env, so that a later start in the same home has them as well.
    Raises SettingsInvalid when the template is not where the project keeps it.
    """
    airflow = home / "airflow"
    for folder in FOLDERS:
        (home / folder).mkdir(parents=True, exist_ok=True)
    _render(home, port)
    kept = _secrets(home / "secrets.env", _passwords(airflow / "passwords.json")[PLATFORM_USER], port)
    inherited = {name: value for name, value in environment.items() if name not in _NOT_FOR_CHILDREN}
    ours = {
        "AIRFLOW_HOME": str(airflow),
        # A proxy of the user's must not be asked for this machine's own address.
        "NO_PROXY": ",".join(filter(None, (environment.get("NO_PROXY"), _LOCAL))),
        "no_proxy": ",".join(filter(None, (environment.get("no_proxy"), _LOCAL))),
    }
    return {**kept, **_settings(home / "settings.env", settings), **inherited, **ours, **settings}


def migrate_airflow(environment: Mapping[str, str]) -> None:
    """Bring Airflow's own database up to date; raises PlatformError with what it said."""
    command = [sys.executable, "-m", "airflow", "db", "migrate"]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)  # noqa: S603 - our interpreter
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise PlatformError(f"Migrating Airflow's database ended with {done.returncode}. It said last:\n{said}")


def migrate_ledger(home: Path, environment: Mapping[str, str]) -> None:
    """Bring our ledger up to date; raises LedgerFailed."""
    from feature_health.ledger.migrate import migrate
    from feature_health.settings import Settings

    url = Settings.of_home(home, environment).db_url
    try:
        migrate(url)
    except OSError as error:
        raise LedgerFailed(f"Making the ledger in {home}: {error}. Give `--home` a folder that can be written.") from error


def _render(home: Path, port: int) -> None:
    template = PROJECT / "airflow.cfg.template"
    if not template.is_file():
        raise SettingsInvalid(f"Starting Airflow needs {template}, which is not there. Run it from a checkout that has it.")
    airflow = home / "airflow"
    text = Template(template.read_text()).substitute(HEALTH_HOME=home, AIRFLOW_HOME=airflow, PROJECT=PROJECT, PORT=port)
    (airflow / "airflow.cfg").write_text(text)


def _passwords(file: Path) -> dict[str, str]:
    """A password for each user, made once; Airflow reads them from this file."""
    kept: dict[str, str] = json.loads(file.read_text()) if file.is_file() else {}
    passwords = {user: kept.get(user) or secrets.token_urlsafe(12) for user in (*kept, *USERS)}
    _write_private(file, json.dumps(passwords, indent=1) + "\n")
    return passwords


def _settings(file: Path, given: Mapping[str, str]) -> dict[str, str]:
    """What was ever set for this home; the environment of a later start may overrule it."""
    settings = {**pairs(file), **given}
    comment = "# What this home was started with; `feature-health up` starts it so again.\n"
    file.write_text(comment + "".join(f"{name}={value}\n" for name, value in settings.items()))
    return settings


def _secrets(file: Path, password: str, port: int) -> dict[str, str]:
    """What is kept in secrets.env, completed, with the connection by which steps reach this Airflow's API."""
    kept = pairs(file)
    for name, make in _GENERATED.items():
        kept.setdefault(name, make())
    kept[CONNECTION] = f"http://{PLATFORM_USER}:{password}@localhost:{port}"
    comment = "# Made by `feature-health up`, once. Whoever can read this can act as the platform.\n"
    _write_private(file, comment + "".join(f"{name}={value}\n" for name, value in kept.items()))
    return kept


def _write_private(file: Path, text: str) -> None:
    """Write a file that is its owner's alone from the first byte on, and whole at any time."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    fresh.replace(file)
