import ast
import re
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
CODE = ("include", "dags", "plugins")
VAGUE = {"utils", "util", "helpers", "helper", "common", "core", "base", "manager", "misc"}
LINES_MAX = 400
BYTES_MAX = 1_000_000


def code_files(*folders: str) -> list[Path]:
    """Every Python file below the folders that exist."""
    return sorted(path for folder in folders for path in (PROJECT / folder).rglob("*.py"))


def committed_files() -> list[Path]:
    """Every file that git keeps or would keep; without git (a source archive) every file outside what the tools make."""
    if (PROJECT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        paths = [PROJECT / name for name in listed.split("\0") if name]
    else:
        paths = [
            path for path in PROJECT.rglob("*") if not {".venv", "build", "__pycache__"} & set(path.relative_to(PROJECT).parts)
        ]
    return sorted(path for path in paths if path.is_file())


def relative(path: Path) -> str:
    """How a file is called in a message."""
    return str(path.relative_to(PROJECT))


def test_no_module_is_too_long() -> None:
    """A module that nobody reads to its end is two modules."""
    long = {relative(path): count for path in code_files(*CODE) if (count := len(path.read_text().splitlines())) > LINES_MAX}
    assert not long, f"over {LINES_MAX} lines, split them: {long}"


def test_no_name_is_vague() -> None:
    """A folder called helpers collects what nobody has thought about."""
    vague = [relative(path) for path in code_files(*CODE, "tests") if VAGUE & {*path.relative_to(PROJECT).with_suffix("").parts}]
    assert not vague, f"name them by what they are for: {vague}"


def test_every_module_says_what_it_is_for() -> None:
    """A module without a docstring does not say what it must not know."""
    silent = [relative(path) for path in code_files(*CODE) if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not silent


def test_every_test_says_what_would_be_broken() -> None:
    """A test that fails years from now has to tell its reader what is lost."""
    silent = [
        f"{relative(path)}:{node.lineno} {node.name}"
        for path in code_files("tests")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_every_decision_says_what_would_violate_it() -> None:
    """A decision record that nobody can violate decides nothing."""
    records = sorted(path for path in (PROJECT / "include").rglob("adr/*.md") if path.name != "README.md")
    silent = [relative(path) for path in records if "violates" not in path.read_text().strip().rpartition("\n\n")[2]]
    assert not silent, f"end them with a paragraph on what violates the decision: {silent}"


def test_nothing_is_left_for_later() -> None:
    """A note to oneself in the code is work that no issue knows of."""
    marks = re.compile("|".join((r"\bTO" + "DO", r"\bFIX" + "ME", r"\bX" + "XX\\b")))
    texts = [
        path
        for path in committed_files()
        if path.suffix in {".py", ".sql", ".yaml", ".yml", ".toml", ".md", ".html", ".js", ".css", ""}
    ]
    left = [relative(path) for path in texts if marks.search(path.read_text(errors="replace"))]
    assert not left


def test_nothing_large_is_committed() -> None:
    """A data set in the history stays in every clone for ever."""
    large = {relative(path): path.stat().st_size for path in committed_files() if path.stat().st_size > BYTES_MAX}
    assert not large, f"over {BYTES_MAX} bytes: {large}"


@pytest.mark.parametrize("verb", ["setup", "demo", "up", "down", "test", "lint", "format", "schema", "lock", "clean"])
def test_help_lists_every_verb(verb: str) -> None:
    """A verb that `make help` does not know is found by nobody."""
    listed = subprocess.run(["make", "help"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert re.search(rf"^  {verb} +\S", listed, flags=re.MULTILINE)


def test_help_lists_nothing_that_is_not_a_target() -> None:
    """Each phony target carries its help, so the list above cannot grow stale."""
    text = (PROJECT / "Makefile").read_text()
    phony = set(re.findall(r"^\.PHONY: (\S+)$", text, flags=re.MULTILINE))
    assert phony == set(re.findall(r"^([a-z]+):.*## ", text, flags=re.MULTILINE))
