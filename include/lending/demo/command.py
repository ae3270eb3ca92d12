"""`feature-health demo`: play the scenario in a real Airflow, from an empty folder to a table, and stop everything again."""

import os
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lending.demo import report as reports
from lending.demo.play import play
from lending.demo.scenario import RealLoans, Scenario, SimulatedLender
from lending.errors import SettingsError

if TYPE_CHECKING:
    from rich.console import Console

    from feature_health.ports import Platform
    from feature_health.settings import Settings

LOG_WIDTH = 160
UP_URL = "http://localhost:8080"  # where `make up` shows what the demo left; the demo's own port is gone by then
DEMO_HOME = Path("build/demo")
DRILLS = "drills"
PROJECT = Path(__file__).resolve().parents[3]


def demo(
    data: Annotated[Path | None, typer.Option(help="Play real loans from this folder instead of the simulated lender.")] = None,
    home: Annotated[Path, typer.Option(help="Where to play; what an earlier demo left there is replaced.")] = DEMO_HOME,
    port: Annotated[int | None, typer.Option(help="Airflow's port; default: a free one.")] = None,
) -> int:
    """Play twelve partitions of four lending jobs through a real Airflow. Exit 0 only if exactly the planted faults were held.

    [bold]Examples[/bold]

      feature-health demo

      feature-health demo --data ../shared/data/lendingclub
    """
    from rich.console import Console

    from feature_health import wiring
    from feature_health.cli.down import stop
    from feature_health.cli.up import start_with_bar
    from feature_health.settings import Settings

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=LOG_WIDTH)
    scenario = _scenario(data)
    home = home.absolute()
    _empty(home)
    _deliver(scenario, home, console)
    settings = {
        **scenario.settings,
        "LENDING__LANDING": str(home / "landing"),
        "LENDING__CANDIDATES": str(home / "candidates"),
    }
    start_with_bar(home, port or _free_port(), settings)
    try:
        known = Settings.of_home(home, os.environ)
        platform = wiring.platform(known, read_only=True)
        _play(scenario, platform, known, console)
        report = reports.build(platform, scenario, _messages(platform, known))
    finally:
        stop(home)
    reports.write(report, home / "report.json")
    reports.show(report, scenario, console)
    faults = reports.faults(report, scenario)
    for fault in faults:
        console.print(f"[red]Not as it should be:[/] {fault}")
    console.print(f"\nReport: {home / 'report.json'}   Look around: make up, then open http://localhost:8080")
    return 1 if faults else 0


def _scenario(data: Path | None) -> Scenario:
    if data is None:
        return SimulatedLender()
    from feature_health.errors import CallerError

    try:
        return RealLoans(data=data.absolute(), contracts=PROJECT / "expectations" / "lendingclub")
    except SettingsError as error:
        raise CallerError(str(error)) from error


def _empty(home: Path) -> None:
    """Make way for a new demo, but only where an earlier one (or nothing) lies; what drills have kept there stays."""
    from feature_health.cli.down import stop
    from feature_health.errors import CallerError

    home.mkdir(parents=True, exist_ok=True)
    there = [path for path in home.iterdir() if path.name != DRILLS]
    if there and not (home / "airflow").is_dir():
        raise CallerError(f"Playing the demo in {home}: the folder holds something else. Name an empty folder with --home.")
    stop(home)
    for path in there:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _deliver(scenario: Scenario, home: Path, console: "Console") -> None:
    from rich.progress import track

    for _ in track(scenario.deliver(home / "landing"), "Vendors deliver", total=len(scenario.keys), console=console):
        pass


def _play(scenario: Scenario, platform: "Platform", settings: "Settings", console: "Console") -> None:
    from rich.progress import Progress

    from feature_health.orchestrators.airflow_client import AirflowClient

    airflow = AirflowClient(settings.airflow_url, settings.airflow_user, settings.airflow_password)

    with Progress(console=console, disable=not sys.stderr.isatty() and not console.is_terminal) as progress:
        bar = progress.add_task("Airflow runs", total=None)
        for step in play(airflow, scenario.keys, readable=_readable(platform)):
            progress.update(bar, completed=step.done, total=step.total)
            for (job, key), state in step.ended:
                console.print(f"[dim]{step.done:>3}/{step.total}[/] {job} {key} {state}")


def _readable(platform: "Platform") -> Callable[[], frozenset[tuple[str, str]]]:
    return lambda: frozenset((one.revision.job, one.revision.key) for one in platform.ledger.publications())


def _messages(platform: "Platform", settings: "Settings") -> list[reports.Sent]:
    """Each incident's one message: as posted when it opened, and as updated in place since; oldest first."""
    from feature_health.incidents.message import as_text
    from feature_health.notifiers.briefing import Briefing

    briefing = Briefing(contracts=platform.contracts, ledger=platform.ledger, base_url=UP_URL, channel=settings.slack_channel)
    told = (form for incident in reversed(platform.ledger.incidents()) for form in reports.forms_told(incident))
    return [{"incident": form.id, "state": form.state, "text": as_text(briefing.message(form))} for form in told]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
