"""Commands of other packages reach the command line by entry point: one command, or a group of them."""

from typing import Any

import pytest
import typer

from feature_health.cli import main as root
from tests.cli.command import call


class Point:
    """An entry point that counts how often it was loaded."""

    def __init__(self, name: str, loaded: Any) -> None:
        self.name, self.loaded, self.loads = name, loaded, 0

    def load(self) -> Any:
        self.loads += 1
        return self.loaded


def _one(times: int = 1) -> int:
    """Answer with a number."""
    typer.echo("one" * times)
    return 2


@pytest.fixture
def points(monkeypatch: pytest.MonkeyPatch) -> list[Point]:
    """A lone command and a group of two, offered by another package; the root is as it was afterwards."""
    group = typer.Typer(help="Things of another package.", no_args_is_help=True)
    group.command(name="one")(_one)
    group.command(name="two")(lambda: 0)
    offered = [Point("lone", _one), Point("several", group)]
    monkeypatch.setattr(root, "entry_points", lambda group: offered)  # noqa: ARG005 - the name it is called by
    monkeypatch.setattr(root.app, "registered_commands", list(root.app.registered_commands))
    monkeypatch.setattr(root.app, "registered_groups", list(root.app.registered_groups))
    return offered


@pytest.mark.parametrize("arguments", [("lone", "--times", "2"), ("several", "one", "--times", "2")])
@pytest.mark.usefixtures("points")
def test_a_plugged_in_command_answers_as_ours_do(arguments: tuple[str, ...]) -> None:
    """A lender's group of commands would be refused, or its exit code lost."""
    answer = call(*arguments)
    assert (answer.code, answer.out) == (2, "oneone\n")


def test_only_the_one_asked_for_is_loaded(points: list[Point]) -> None:
    """Every command would pay for importing the lender's."""
    lone, several = points
    call("several", "two")
    assert (lone.loads, several.loads) == (0, 1)
    call("check", "--help")
    assert (lone.loads, several.loads) == (0, 1)


@pytest.mark.usefixtures("points")
def test_help_shows_commands_and_groups_once() -> None:
    """Nobody would find the lender's commands, or find them twice."""
    call("--help")
    told = call("--help").out
    assert told.count("Answer with a number.") == 1
    assert told.count("Things of another package.") == 1
