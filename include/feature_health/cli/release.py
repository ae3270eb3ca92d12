"""`feature-health release`: ask that a held revision be published, and see what is asked and held."""

import getpass
from dataclasses import asdict
from typing import Annotated

import typer

from feature_health.cli.options import DEFAULT_HOME, Home, Json, print_json, settings_of

app = typer.Typer(help="Ask a person to publish a held revision; list what is held.", no_args_is_help=True)


@app.command()
def request(
    job: Annotated[str, typer.Argument(help="The job.")],
    key: Annotated[str, typer.Argument(help="The partition's key.")],
    reason: Annotated[str, typer.Option(help="Why it may be published; an auditor will read it.")],
    revision: Annotated[int | None, typer.Option(help="Which revision; default: the newest judged one.")] = None,
    by: Annotated[str | None, typer.Option(help="Who asks; default: your user name.")] = None,
    home: Home = DEFAULT_HOME,
    json: Json = False,
) -> None:
    """Ask for the release of a held revision. Another person approves or rejects it in Airflow under Required Actions.

    [bold]Example[/bold]

      feature-health release request bureau_pull 2026-06-30 --reason "EXP confirmed the outage; decline rules exclude EXP"
    """
    from feature_health import wiring
    from feature_health.errors import OrchestratorFailed
    from feature_health.steps import release

    platform = wiring.platform(settings_of(home))
    asked = release.ask(platform, job=job, key=key, revision=revision, by=by or getpass.getuser(), because=reason)
    try:
        run = platform.orchestrator.start_release(asked)
    except OrchestratorFailed as error:
        raise OrchestratorFailed(
            f"Request {asked.id} is in the ledger, but the run in which a person decides could not be started: {error} "
            f"Start release_quarantine in Airflow with request {asked.id}."
        ) from error
    if json:
        print_json({**asdict(asked), "run": run})
        return
    typer.echo(
        f"Release request {asked.id} for {asked.revision} waits for a decision in Airflow: Browse > Required Actions ({run})."
    )


@app.command(name="list")
def list_held(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """List the revisions that wait in quarantine, and the requests about them.

    [bold]Example[/bold]

      feature-health release list
    """
    from feature_health import wiring

    ledger = wiring.ledger(settings_of(home), read_only=True)
    rows = [(one, ledger.release_requests(one.revision)) for one in ledger.held()]
    if json:
        print_json([{"revision": str(one.revision), "requests": [asdict(it) for it in asked]} for one, asked in rows])
        return
    for one, asked in rows:
        requests = ", ".join(f"{it.id} {it.state}" for it in asked) or "none"
        typer.echo(f"{one.revision}  held since {one.held_since or one.decided_at:%Y-%m-%d %H:%M}  requests: {requests}")
    if not rows:
        typer.echo("Nothing waits in quarantine.")
