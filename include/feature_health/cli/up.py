"""`feature-health up`: Airflow on this machine, ready to use when the command returns. The demo and the tests call `start`."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from feature_health.cli import processes, up_home
from feature_health.errors import CallerError, PlatformError

READY_SECONDS_MAX = 180.0
LOG_LINES_SHOWN = 20
DEFAULT_HOME = Path("build/demo")
DEFAULT_PORT = 8080
STAGES = ("databases", "started", "metadatabase", "dag_processor", "scheduler", "triggerer")
Progress = Callable[[str], None]
"""Told the name of each of STAGES once, when it is reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A started Airflow: its address, its administrator, and the file that holds the password."""

    url: str
    user: str
    password_file: Path
    components: tuple[processes.Component, ...]


class AlreadyRunning(CallerError):
    """This home's Airflow runs already."""


class PortTaken(CallerError):
    """Somebody else listens on the port."""


class StartFailed(PlatformError):
    """A component ended, or was not ready in time."""


def up(
    home: Annotated[
        Path, typer.Option(help="Folder for ledger, store and Airflow's own files; made when missing.")
    ] = DEFAULT_HOME,
    port: Annotated[int, typer.Option(help="Port of the user interface on this machine.", min=1, max=65535)] = DEFAULT_PORT,
    contracts: Annotated[Path | None, typer.Option(help="Folder of contracts, instead of expectations/.")] = None,
    landing: Annotated[str | None, typer.Option(help="Folder or URL where vendors' deliveries arrive.")] = None,
) -> None:
    """Start Airflow and leave it running.

    Example: feature-health up --home /var/lib/feature-health --port 8081
    """
    running = start_with_bar(home, port, _chosen(home.absolute(), contracts, landing))
    typer.echo(f"Airflow runs at {running.url}")
    typer.echo(f"Sign in as {running.user}; the password is in {running.password_file}")
    typer.echo(f"New jobs are paused until you unpause them there. Stop it with: feature-health down --home {home}")


def _chosen(home: Path, contracts: Path | None, landing: str | None) -> dict[str, str]:
    """The options as environment variables; the lender's jobs work in the home unless they were told otherwise."""
    chosen = {"AIRFLOW__FEATURE_HEALTH__CONTRACTS": str(contracts.absolute())} if contracts else {}
    places = {"LENDING__LANDING": landing or str(home / "landing"), "LENDING__CANDIDATES": str(home / "candidates")}
    return chosen | {
        name: place for name, place in places.items() if name not in os.environ or (landing and name == "LENDING__LANDING")
    }


def start_with_bar(home: Path, port: int, settings: Mapping[str, str]) -> Running:
    """`start` with a bar on the terminal that fills as the components come up."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(TextColumn("Starting Airflow"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn()) as bar:
        task = bar.add_task("databases", total=len(STAGES))
        return start(home, port, settings, progress=lambda stage: bar.update(task, advance=1, description=stage))


def start(
    home: Path,
    port: int,
    settings: Mapping[str, str],
    *,
    environment: Mapping[str, str] | None = None,
    progress: Progress = lambda _: None,
) -> Running:
    """Start the components in this home and return when all of them are healthy; on any failure nothing is left running.

    `settings` are environment variables for Airflow's processes (`AIRFLOW__FEATURE_HEALTH__…`, `LENDING__…`); they win over
    `environment`, by default this process's own. Raises AlreadyRunning, PortTaken, StartFailed, SettingsInvalid or LedgerFailed.
    """
    home = home.absolute()
    folder = home / "airflow"
    _refuse_second(folder, port)
    full = up_home.prepare(home, port, settings, os.environ if environment is None else environment)
    # What crashed earlier may have left workers behind, which would run tasks under a scheduler that is gone.
    processes.stop(processes.remembered(folder), folder)
    up_home.migrate_airflow(full)
    up_home.migrate_ledger(home, full)
    progress("databases")
    components = tuple(processes.spawn(name, folder, full) for name in processes.COMPONENTS)
    progress("started")
    url = f"http://localhost:{port}"
    try:
        _wait_healthy(url, components, folder, progress)
    except BaseException:
        processes.stop(components, folder)
        raise
    return Running(url=url, user="admin", password_file=folder / "passwords.json", components=components)


def _refuse_second(folder: Path, port: int) -> None:
    alive = [component for component in processes.remembered(folder) if component.runs]
    if alive:
        names = ", ".join(f"{component.name} (process {component.pid})" for component in alive)
        raise AlreadyRunning(
            f"Starting Airflow in {folder.parent}: it runs there already: {names}. Stop it with `feature-health down`."
        )
    holder = processes.taken_by(port)
    if holder:
        raise PortTaken(f"Starting Airflow on port {port}: {holder} listens there. End it, or choose another port with --port.")


def _wait_healthy(url: str, components: tuple[processes.Component, ...], folder: Path, progress: Progress) -> None:
    reached: set[str] = set()
    end = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < end:
        for component in components:
            if not component.runs:
                raise StartFailed(
                    f"Starting Airflow: {component.name} ended by itself. Its log says last:\n{_last_lines(folder, component)}"
                )
        healthy = _healthy(url)
        for stage in STAGES[2:]:
            if stage in healthy and stage not in reached:
                reached.add(stage)
                progress(stage)
        if reached.issuperset(STAGES[2:]):
            return
        time.sleep(0.25)
    waiting = ", ".join(stage for stage in STAGES[2:] if stage not in reached)
    raise StartFailed(
        f"Starting Airflow: {waiting} did not come up within {READY_SECONDS_MAX:.0f} s. See the logs in {folder / 'logs'}."
    )


def _healthy(url: str) -> frozenset[str]:
    """The parts of Airflow that call themselves healthy; none while nobody answers."""
    import httpx

    try:
        answer = httpx.get(f"{url}/api/v2/monitor/health", timeout=10, trust_env=False)
        parts: dict[str, Any] = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        return frozenset()
    return frozenset(name for name, part in parts.items() if part.get("status") == "healthy")


def _last_lines(folder: Path, component: processes.Component) -> str:
    lines = (folder / "logs" / f"{component.name}.log").read_text(errors="replace").splitlines()
    return "\n".join(lines[-LOG_LINES_SHOWN:])
