"""`feature-health down`: stop what `up` started, to the last process."""

from pathlib import Path
from typing import Annotated

import typer

from feature_health.cli import processes
from feature_health.cli.up import DEFAULT_HOME


def down(
    home: Annotated[Path, typer.Option(help="The folder that `feature-health up` was given.")] = DEFAULT_HOME,
) -> None:
    """Stop Airflow; ledger, store and Airflow's own files stay.

    Example: feature-health down --home /var/lib/feature-health
    """
    killed = stop(home)
    if killed is None:
        typer.echo(f"No Airflow was started in {home}; nothing to stop.")
    else:
        typer.echo(
            f"Airflow in {home} is stopped."
            + (f" {killed} processes did not end by themselves and were killed." if killed else "")
        )


def stop(home: Path) -> int | None:
    """Stop this home's Airflow and everything it forked; returns how many processes had to be killed, None if it did not run."""
    folder = home.absolute() / "airflow"
    components = processes.remembered(folder)
    return processes.stop(components, folder) if components else None
