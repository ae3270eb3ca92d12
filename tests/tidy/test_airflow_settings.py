"""airflow.cfg.template names real settings, explains each, and holds no secret."""

import configparser
import re
from itertools import pairwise
from pathlib import Path
from string import Template

from airflow.configuration import conf

PROJECT = Path(__file__).resolve().parents[2]
TEXT = (PROJECT / "airflow.cfg.template").read_text()
OURS = {
    "home",
    "db_url",
    "store",
    "contracts",
    "as_of",
    "start_date",
    "end_date",
    "slack_channel",
    "slack_base_url",
    "base_url",
    "engine_memory_limit",
    "engine_threads",
    "engine_time_limit_seconds",
}


def rendered() -> configparser.ConfigParser:
    """The template as Airflow would read it; an unknown placeholder raises."""
    parser = configparser.ConfigParser()
    parser.read_string(
        Template(TEXT).substitute(AIRFLOW_HOME="/home/airflow", HEALTH_HOME="/home", PROJECT="/project", PORT="8080")
    )
    return parser


def test_every_setting_is_known_to_airflow() -> None:
    """Airflow ignores a misspelt setting without a word."""
    options = conf.configuration_description
    parser = rendered()
    unknown = [
        f"[{section}] {key}"
        for section in parser.sections()
        for key in parser[section]
        if section != "feature_health" and key not in options.get(section, {}).get("options", {})
    ]
    assert not unknown


def test_our_section_is_complete() -> None:
    """A setting that the platform reads must be found, with its reason, where a user looks for it."""
    assert set(rendered()["feature_health"]) == OURS


def test_no_secret_is_in_the_template() -> None:
    """A secret in a file that everybody copies is no secret."""
    keys = {(section, key) for section in rendered().sections() for key in rendered()[section]}
    assert keys & conf.sensitive_config_values <= {("database", "sql_alchemy_conn")}
    assert "@" not in rendered()["database"]["sql_alchemy_conn"]


def test_every_setting_has_its_reason() -> None:
    """A setting without a reason is never changed again, or always."""
    # A setting follows its comment, or another setting which that comment speaks of as well.
    explained = re.compile(r"\w+ ?=|#")
    bare = [line for before, line in pairwise(TEXT.splitlines()) if re.match(r"\w+ ?=", line) and not explained.match(before)]
    assert not bare
