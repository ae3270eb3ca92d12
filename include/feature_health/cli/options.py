"""Options that several commands share, and the platform that they name."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feature_health.errors import SettingsInvalid

if TYPE_CHECKING:
    from feature_health.settings import Settings

Home = Annotated[
    Path,
    typer.Option(
        "--home", help="The folder with ledger and store, as `feature-health up` makes it.", envvar="FEATURE_HEALTH_HOME"
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of a table.")]
DEFAULT_HOME = Path("build/demo")


def settings_of(home: Path) -> "Settings":
    """The settings of a home; raises SettingsInvalid when there is no such folder."""
    from feature_health.settings import Settings

    if not home.is_dir():
        raise SettingsInvalid(
            f"Opening {home}: there is no such folder. Make one with `feature-health up`, or name another with --home."
        )
    return Settings.of_home(home, os.environ)


def print_json(record: object) -> None:
    """One JSON document on standard output."""
    import json

    typer.echo(json.dumps(record, indent=2, default=str))
