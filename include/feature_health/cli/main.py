"""The command's root: which commands there are, and how misuse and failure end (exit 1, a sentence, never a traceback)."""

import os
import sys
from collections.abc import Callable
from importlib.metadata import entry_points

import typer
from typer.exceptions import TyperException

from feature_health.cli import check, checks, contract, down, ledger, release, rows, self_test, status, up
from feature_health.cli.options import print_json
from feature_health.errors import FeatureHealthError

FAILED = 1
INTERRUPTED = 130
QUERY_INTERRUPTED = "Query interrupted"
"""What DuckDB makes of Ctrl-C in the middle of a query: a RuntimeError of these words."""

app = typer.Typer(
    name="feature-health",
    help="Judge lending features before decisioning reads them; see what is held, and why.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(check.check)
app.command()(status.status)
app.command()(status.partitions)
app.command()(status.incidents)
app.command()(status.published)
app.command()(rows.rows)
app.command(name="self-test")(self_test.self_test)
app.command()(checks.checks)
app.add_typer(release.app, name="release")
app.add_typer(contract.app, name="contract")
app.add_typer(ledger.app, name="ledger")
app.command()(up.up)
app.command()(down.down)


def main() -> None:
    """Run the command and exit: 0 and 2 are a command's own answers, 1 is misuse or our failure."""
    _add_plugged_in(sys.argv[1:])
    failed = FAILED
    try:
        code = _exit_code(app(standalone_mode=False))
        sys.stdout.flush()
        sys.exit(code)
    except TyperException as error:
        from typer import rich_utils  # markdown, panels and tracebacks: a quarter of the start-up, for misuse alone

        rich_utils.rich_format_error(error)  # type: ignore[arg-type]  # typer's own errors are all it is ever given
        _tell_machines(error.format_message())
    except FeatureHealthError as error:
        _say(str(error))
    except typer.Abort:
        _say("Stopped.")
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:  # the outermost boundary: a person gets a sentence, a developer may ask for the traceback
        if os.environ.get("FEATURE_HEALTH_TRACEBACK"):
            raise
        failed = _told(error)
    sys.exit(failed)


def _told(error: Exception) -> int:
    """The exit code, once whoever called was told of an error that nobody foresaw."""
    if str(error) == QUERY_INTERRUPTED:
        return INTERRUPTED
    _say(f"We failed: {type(error).__name__}: {error}. Set FEATURE_HEALTH_TRACEBACK=1 to see where, and report it.")
    return FAILED


def _exit_code(answer: object) -> int:
    return answer if isinstance(answer, int) else 0


def _add_plugged_in(arguments: list[str]) -> None:
    """Commands and groups of commands of other packages (the lender's), loaded only when one is asked for, or help is."""
    ours = {command.name or (command.callback.__name__ if command.callback else "") for command in app.registered_commands}
    ours |= {group.name or "" for group in app.registered_groups}
    wanted = next((argument for argument in arguments if not argument.startswith("-")), None)
    if wanted in ours:
        return
    for point in entry_points(group="feature_health.commands"):
        if wanted in (None, point.name) and point.name not in ours:
            _add(point.name, point.load())


def _add(name: str, loaded: typer.Typer | Callable[..., object]) -> None:
    if isinstance(loaded, typer.Typer):
        app.add_typer(loaded, name=name)
    else:
        app.command(name=name)(loaded)


def _say(text: str) -> None:
    typer.secho(text, fg="red", err=True)
    _tell_machines(text)


def _tell_machines(text: str) -> None:
    """Whoever asked for JSON gets JSON also of a failure: the error in words."""
    if "--json" in sys.argv[1:]:
        print_json({"error": text})


if __name__ == "__main__":
    main()
