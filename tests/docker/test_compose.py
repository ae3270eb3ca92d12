"""compose.yaml against its published schema, against the installed Airflow's settings and our own rules. No engine runs here."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from airflow.configuration import conf

DOCKER = Path(__file__).resolve().parents[2] / "docker"
OURS = {"home", "db_url", "store", "contracts", "as_of", "start_date", "end_date", "slack_channel", "slack_base_url", "base_url"}
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
AIRFLOW_SERVICES = sorted(set(SERVICES) - {"postgres"})


def settings(service: str) -> dict[tuple[str, str], str]:
    """Section and option to value, for the AIRFLOW__ variables of a service."""
    names = {name: value for name, value in SERVICES[service]["environment"].items() if name.startswith("AIRFLOW__")}
    split = {tuple(name.lower().removeprefix("airflow__").split("__")): value for name, value in names.items()}
    return {(section, option): value for (section, option), value in split.items()}


def test_compose_keeps_to_its_schema() -> None:
    """Docker would refuse the file, or ignore a misspelt key."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(DOCKER / "compose.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_schema_notices_a_misspelt_key(tmp_path: Path) -> None:
    """The test above would pass on anything."""
    wrong = tmp_path / "compose.yaml"
    wrong.write_text((DOCKER / "compose.yaml").read_text().replace("healthcheck:", "healthchek:"))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(wrong)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("service", AIRFLOW_SERVICES)
def test_every_setting_is_read_by_somebody(service: str) -> None:
    """Airflow ignores a misspelt setting, and reads a setting from a command only where it counts it as a secret."""
    unknown = []
    for section, option in settings(service):
        options = conf.configuration_description.get(section, {}).get("options", {})
        plain = re.sub(r"_(cmd|secret)$", "", option)
        ours = section == "feature_health" and option in OURS
        secret = plain != option and (section, plain) in conf.sensitive_config_values
        if not (ours or secret or option in options):
            unknown.append(f"[{section}] {option}")
    assert not unknown


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_service_has_a_health_check(service: str) -> None:
    """A process that hangs would look alive."""
    assert SERVICES[service]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_no_service_runs_as_root_or_may_become_root(service: str) -> None:
    """A fault in a vendor's file that takes over a task would own the machine."""
    definition = SERVICES[service]
    assert definition["user"] not in {"root", "0", "0:0"}
    assert definition["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in definition["security_opt"]
    assert "privileged" not in definition


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_service_starts_again(service: str) -> None:
    """Airflow's processes end for good after a short outage of the database."""
    assert SERVICES[service]["restart"] in ({"on-failure:5"} if service == "airflow-init" else {"unless-stopped"})


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_secrets_come_by_file(service: str) -> None:
    """A secret in the environment shows in `docker inspect` and in every child process."""
    environment = SERVICES[service]["environment"]
    secret_names = [name for name in environment if re.search(r"PASSWORD|SECRET|TOKEN|FERNET|CONN|DB_URL", name)]
    assert secret_names
    mounted = {f"/run/secrets/{name}" for name in SERVICES[service]["secrets"]}
    for name in secret_names:
        assert name.endswith(("_FILE", "_CMD")), name
        assert environment[name].removeprefix("cat ") in mounted, name


def test_every_secret_is_made(tmp_path: Path) -> None:
    """A secret that compose mounts and nobody makes stops the start; one that others can read is none."""
    script = tmp_path / "make-secrets"
    script.write_text((DOCKER / "make-secrets").read_text())
    subprocess.run([sys.executable, str(script)], check=True, capture_output=True)
    folder = tmp_path / "secrets"
    made = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()} == set(made)
    assert set(COMPOSE["secrets"]) == {name for service in SERVICES.values() for name in service["secrets"]}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert set(json.loads(made["passwords.json"])) == {"admin", "analyst", "reader", "feature_health"}
    assert made["airflow_db_password"] in made["airflow_db_url"]
    subprocess.run([sys.executable, str(script)], check=True, capture_output=True)
    assert made == {path.name: path.read_bytes() for path in folder.iterdir()}, "existing secrets must be kept"


def test_the_entrypoint_hands_over_what_is_in_the_files(tmp_path: Path) -> None:
    """The ledger would silently be an SQLite file inside a container, or the login would lose its passwords."""
    for name, text in {
        "url": "postgresql+psycopg2://u:p@h/d",
        "api": "http://u:p@h",
        "slack": "",
        "passwords": '{"admin": "x"}',
    }.items():
        (tmp_path / name).write_text(text)
    environment = {
        "PATH": os.environ["PATH"],
        "AIRFLOW_HOME": str(tmp_path),
        "FEATURE_HEALTH_DB_URL_FILE": str(tmp_path / "url"),
        "FEATURE_HEALTH_AIRFLOW_FILE": str(tmp_path / "api"),
        "FEATURE_HEALTH_SLACK_FILE": str(tmp_path / "slack"),
        "FEATURE_HEALTH_PASSWORDS_FILE": str(tmp_path / "passwords"),
    }
    done = subprocess.run([str(DOCKER / "entrypoint"), "env"], env=environment, capture_output=True, text=True, check=True)
    seen = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert seen["AIRFLOW__FEATURE_HEALTH__DB_URL"] == "postgresql+psycopg2://u:p@h/d"
    assert seen["AIRFLOW_CONN_FEATURE_HEALTH_AIRFLOW"] == "http://u:p@h"
    assert "AIRFLOW_CONN_FEATURE_HEALTH_SLACK" not in seen
    copied = tmp_path / "passwords.json"
    assert json.loads(copied.read_text()) == {"admin": "x"}
    assert stat.S_IMODE(copied.stat().st_mode) == 0o600


def test_every_file_that_is_mounted_exists() -> None:
    """Docker makes an empty folder of a mounted file that is missing."""
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (DOCKER / source).is_file(), source
