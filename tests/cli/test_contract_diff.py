"""`contract diff` as CI and reviewers use it: exit codes, JSON, standard input, a table."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest

from tests.cli.command import CONTRACT, Answer, call

Version = Callable[..., Path]


@pytest.fixture
def version(tmp_path: Path) -> Version:
    """The small contract in a file, with one text in it replaced by another."""

    def written(old: str = "", new: str = "", name: str = "pulls.yaml") -> Path:
        assert old in CONTRACT.read_text(encoding="utf-8")
        file = tmp_path / name
        file.write_text(CONTRACT.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        return file

    return written


def piped(text: str, *arguments: object) -> Answer:
    """`feature-health …` with the text on standard input."""
    with mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()))):
        return call(*arguments)


def test_nothing_changed(version: Version) -> None:
    """CI would stop a pull request that changes a comment."""
    answer = call("contract", "diff", CONTRACT, version("job: pulls", "# as before\njob: pulls"))
    assert (answer.code, answer.out) == (0, "pulls: nothing changes.\n")


def test_what_breaks_nobody_passes(version: Version) -> None:
    """Every loosened limit would need somebody to overrule CI; it must be seen all the same."""
    answer = call("contract", "diff", CONTRACT, version("row_count_min: 8", "row_count_min: 4"))
    assert answer.code == 0
    assert "rows.row_count_min: 8 → 4; more may pass" in answer.out
    assert "nobody breaks" in answer.out


def test_a_breaking_change_stops_ci(version: Version) -> None:
    """A column would be gone in production before its readers heard of it."""
    old = version("rows:", "consumers: {pd_model: {columns: [income]}}\nrows:", name="old.yaml")
    new = version("  income:         {type: decimal, nulls: 0.2, unit: usd_per_year}", "", name="new.yaml")
    new.write_text("".join(line for line in new.read_text().splitlines(keepends=True) if "column: income" not in line))
    shown = call("contract", "diff", old, new)
    assert shown.code == 2
    assert "would break: pd_model" in shown.out
    answer = call("contract", "diff", old, new, "--json")
    assert answer.code == 2
    assert (answer.json["job"], answer.json["policy"], answer.json["would_break"]) == ("pulls", "block", ["pd_model"])
    assert answer.json["changes"][0] == {
        "class": "removed",
        "what": "income",
        "because": "income (decimal) is no longer promised",
        "policy": "block",
        "would_break": ["pd_model"],
    }


def test_the_old_version_comes_from_git(version: Version) -> None:
    """Whoever reviews would have to check the old version out into a file first."""
    old = CONTRACT.read_text(encoding="utf-8").replace("usd_per_year", "usd_per_month")
    answer = piped(old, "contract", "diff", "-", version(), "--json")
    assert answer.code == 2
    assert [change["class"] for change in answer.json["changes"]] == ["semantic"]
    assert piped(CONTRACT.read_text(encoding="utf-8"), "contract", "diff", version(), "-").code == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("gone.yaml", CONTRACT, "cannot be read"),
        ("-", "-", "Only one of the two contracts can come from standard input"),
        (CONTRACT, "other.yaml", "contracts of two jobs, pulls and shoves"),
        (CONTRACT, "faulty.yaml", "did you mean 'string'?"),
    ],
)
def test_called_wrongly(version: Version, monkeypatch: pytest.MonkeyPatch, old: object, new: object, told: str) -> None:
    """CI would take a contract that cannot be read for one that breaks nobody."""
    version("job: pulls", "job: shoves", name="other.yaml")
    faulty = version("{type: string, nulls: 0.5}", "{type: strin}", name="faulty.yaml")
    monkeypatch.chdir(faulty.parent)
    answer = call("contract", "diff", old, new)
    assert answer.code == 1
    assert told in " ".join(answer.err.split())
