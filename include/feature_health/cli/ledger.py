"""`feature-health ledger`: bring its tables up to date, and prove that nobody changed its past."""

import typer

from feature_health.cli.options import DEFAULT_HOME, Home, settings_of

app = typer.Typer(help="Look after the ledger.", no_args_is_help=True)
BROKEN = 2


@app.command()
def migrate(home: Home = DEFAULT_HOME) -> None:
    """Bring the ledger's tables up to date; does nothing when they are.

    [bold]Example[/bold]

      feature-health ledger migrate --home /var/lib/feature-health
    """
    from feature_health.ledger.migrate import migrate as run

    run(settings_of(home).db_url)
    typer.echo("The ledger is up to date.")


@app.command()
def verify(home: Home = DEFAULT_HOME) -> int:
    """Recompute the hash chain over everything that happened. Exit 2 and the position when a link is broken.

    [bold]Example[/bold]

      feature-health ledger verify
    """
    from feature_health.ledger.sql import SqlLedger

    broken = SqlLedger(settings_of(home).db_url, read_only=True).verify()
    typer.echo("Every entry is as it was written." if broken is None else f"Entry {broken} is not as it was written.")
    return 0 if broken is None else BROKEN
