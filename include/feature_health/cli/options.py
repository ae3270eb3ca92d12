"""Options that several commands share, and how they answer: the platform that they name, one JSON document, a table."""

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feature_health.errors import CallerError, SettingsInvalid

if TYPE_CHECKING:
    from rich.console import Console

    from feature_health.settings import Settings

Home = Annotated[
    Path,
    typer.Option(
        "--home", help="The folder with ledger and store, as `feature-health up` makes it.", envvar="FEATURE_HEALTH_HOME"
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of a table.")]
DEFAULT_HOME = Path("build/demo")
_WIDTH_IN_A_PIPE = 200


def settings_of(home: Path) -> "Settings":
    """The settings of a home; raises SettingsInvalid when there is no such folder."""
    from feature_health.settings import Settings

    if not home.is_dir():
        raise SettingsInvalid(
            f"Opening {home}: there is no such folder. Make one with `feature-health up`, or name another with --home."
        )
    return Settings.of_home(home, os.environ)


def moment(text: str, option: str) -> datetime:
    """The instant that the option names, in this machine's time zone if it names none; raises CallerError."""
    try:
        named = datetime.fromisoformat(text)
        return named if named.tzinfo else named.astimezone()
    except (ValueError, OverflowError, OSError) as error:  # the last two: a year that no time zone knows
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        raise CallerError(f"{option} {shown!r} is no ISO time; write it like 2026-06-03T01:30:00-04:00.") from error


def write_text(file: Path, text: str) -> None:
    """The text as this file; raises CallerError when it cannot be written there."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CallerError(f"Writing {file}: {error.strerror}. Name another file, or make its folder.") from error


def console() -> "Console":
    """Where tables are printed: as wide as the terminal; in a pipe without colour, and wide enough for `grep`."""
    from rich.console import Console

    chosen = Console(highlight=False)
    if not chosen.is_terminal and "COLUMNS" not in os.environ:
        chosen.width = _WIDTH_IN_A_PIPE
    return chosen


def print_json(record: object) -> None:
    """One JSON document on standard output."""
    typer.echo(json_text(record))


def json_text(record: object) -> str:
    """One JSON document. NaN and infinity, which JSON has no words for, become texts."""
    import json

    try:
        return json.dumps(record, indent=2, default=str, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(record), indent=2, default=str, allow_nan=False)


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return str(value) if isinstance(value, float) and value - value != 0 else value
