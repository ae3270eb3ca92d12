"""What README.md promises is so: its examples run, its commands and verbs exist, its links lead somewhere."""

import re
import shlex
from pathlib import Path
from typing import Any, cast

import pytest
import typer

from feature_health.checks.load import faults_of
from feature_health.cli import main
from lending.demo.command import demo
from lending.drill.command import app as drill

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
GATE = {"stage", "profile", "schema_diff", "expectations", "verdict", "publish", "quarantine"}
GATE |= {"failing_rows", "raise_incident", "deliver"}


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language."""
    found: list[str] = re.findall(rf"^ *```{language}\n(.*?)^ *```", README, flags=re.DOTALL | re.MULTILINE)
    return found


def commands() -> list[list[str]]:
    """Every `feature-health` command line in shell blocks and in `backticks`, as its words, without remarks."""
    lines = [line for block in blocks("sh") for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", README)
    words = (shlex.split(line, comments=True) for line in lines if "feature-health" in line and "'" not in line)
    names = ("feature-health", ".venv/bin/feature-health")
    starts = [(line, max(at for at, word in enumerate(line) if word in names)) for line in words if set(line) & set(names)]
    return [line[at + 1 :] for line, at in starts if line[at + 1 :] and not line[at + 1].startswith("-")]


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """A folder that holds the README's contract, as a reader would put it there."""
    folder = tmp_path / "expectations"
    folder.mkdir()
    [example] = blocks("yaml")
    (folder / "card_balances.yaml").write_text(example, encoding="utf-8")
    return folder


def test_the_contract_has_no_faults(contracts: Path) -> None:
    """The first contract that a reader copies would be refused."""
    assert not [str(fault) for fault in faults_of(contracts / "card_balances.yaml")]


def test_the_wrapped_dag_loads_behind_its_gate(contracts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first DAG that a reader wraps would be an import error, or would publish without a verdict."""
    from airflow.dag_processing.dagbag import DagBag

    monkeypatch.setenv("AIRFLOW__FEATURE_HEALTH__CONTRACTS", str(contracts))
    [example] = [block for block in blocks("python") if "DAG(" in block]
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "card_balances.py").write_text(example, encoding="utf-8")
    bag = DagBag(dag_folder=tmp_path / "dags")
    assert bag.import_errors == {}
    tasks: dict[str, Any] = bag.dags["card_balances"].task_dict
    assert set(tasks) == {"export", *(f"gate.{step}" for step in GATE)}
    assert [name for name, task in tasks.items() if task.outlets] == ["gate.publish"]


def test_three_lines_wrap_a_dag() -> None:
    """We would promise less work than there is."""
    [example] = [block for block in blocks("python") if "DAG(" in block]
    assert example.count("# new") == 3


def test_reading_what_is_published_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The one piece of code that decisioning copies would not run."""
    from feature_health.ledger.migrate import migrate

    [example] = [block for block in blocks("python") if "Settings" in block]
    migrate(f"sqlite:///{tmp_path}/ledger.db")
    exec(compile(example.replace("build/demo", str(tmp_path)), "README.md", "exec"), {})  # noqa: S102 - our own text
    assert capsys.readouterr().out == "nothing of this partition may be read\n"


def test_every_verb_of_make_exists() -> None:
    """A reader would get `No rule to make target`."""
    named = set(re.findall(r"(?:`|^ *|time )make ([a-z-]+)", README, flags=re.MULTILINE))
    known = set(re.findall(r"^([a-z][a-z-]*):.*## ", (PROJECT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert {"demo", "up", "down", "test"} <= named <= known | {"help"}


def test_every_command_exists_with_its_options() -> None:
    """A reader would get `No such command`, or `No such option`."""
    known = options()
    assert len(commands()) > 15
    for line in commands():
        name = max((path for path in known if line[: len(path.split())] == path.split()), key=len, default=None)
        assert name is not None, line
        assert {word.partition("=")[0] for word in line if word.startswith("--")} <= known[name], line


def options() -> dict[str, set[str]]:
    """Every command with its options, those of the lender included."""
    app = typer.Typer(context_settings={"help_option_names": ["--help"]})
    app.registered_commands, app.registered_groups = list(main.app.registered_commands), list(main.app.registered_groups)
    app.command()(demo)
    app.add_typer(drill, name="drill")
    found: dict[str, set[str]] = {}
    left = dict(cast("Any", typer.main.get_command(app)).commands.items())
    while left:
        path, command = left.popitem()
        found[path] = {"--help", *(option for parameter in command.params for option in parameter.opts)}
        left |= {f"{path} {name}": inner for name, inner in getattr(command, "commands", {}).items()}
    return found


def test_every_setting_is_listed() -> None:
    """A setting would be known only to whoever reads the code."""
    section = (PROJECT / "airflow.cfg.template").read_text(encoding="utf-8").partition("[feature_health]")[2]
    known = set(re.findall(r"^([a-z_]+) *=", section, flags=re.MULTILINE))
    table = README.partition("| `[feature_health]` |")[2].partition("\n\n")[0]
    first_cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    assert {name for cell in first_cells for name in re.findall(r"`([a-z_]+)`", cell)} == known


def test_every_link_leads_somewhere() -> None:
    """A picture would be missing, or a link would lead nowhere."""
    headings = {re.sub(r"[^a-z0-9 -]", "", line.lower()).strip().replace(" ", "-") for line in heading_lines(README)}
    for target in re.findall(r"\]\(([^)\s]+)\)", README):
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif not target.startswith("https://"):
            assert (PROJECT / target).exists(), target


def heading_lines(text: str) -> list[str]:
    """The texts of all headings outside code."""
    return [line.lstrip("#") for line in re.sub(r"```.*?```", "", text, flags=re.DOTALL).splitlines() if line.startswith("#")]


def test_pictures_are_small() -> None:
    """A clone would carry megabytes of screenshots."""
    pictures = list((PROJECT / "docs" / "images").glob("*"))
    assert pictures
    assert all(picture.stat().st_size < 300_000 and picture.name in README for picture in pictures)


def test_no_folder_of_the_authors_is_named() -> None:
    """A reader would be sent to folders that only the authors have."""
    for name in ("README.md", "CHANGELOG.md"):
        assert not re.search(r"/(?:work|tmp|root)/", (PROJECT / name).read_text(encoding="utf-8")), name
