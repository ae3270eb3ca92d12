"""What the schema diff of the gate knows of the partition before: its types, and what its contract meant."""

import dataclasses
import shutil
from pathlib import Path

import duckdb
import pytest

from feature_health.checks.load import FolderContracts
from feature_health.contracts.severity import Ruling
from feature_health.ports import Platform
from feature_health.steps import release
from tests.steps import lender
from tests.steps.lender import candidate, walk

DAYS = ("2026-06-02", "2026-06-03", "2026-06-04")


@pytest.fixture
def on(tmp_path: Path) -> Platform:
    """A platform whose contracts may be edited."""
    folder = shutil.copytree(lender.CONTRACTS, tmp_path / "contracts")
    return dataclasses.replace(lender.platform(tmp_path), contracts=FolderContracts(folder))


def edit(on: Platform, old: str, new: str) -> None:
    """Change a text in the bureau's contract."""
    assert isinstance(on.contracts, FolderContracts)
    file = on.contracts.folder / "bureau.yaml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_a_narrower_number_within_the_promise_is_published_with_a_warning(on: Platform, tmp_path: Path) -> None:
    """Scores could be cut to 16 bits on the way, and nobody would hear of it before one is too large."""
    walk(on, "bureau", DAYS[0], candidate(tmp_path, "bureau", DAYS[0]))
    narrow, whole = tmp_path / "narrow.parquet", candidate(tmp_path, "bureau", DAYS[1])
    duckdb.sql(f"COPY (SELECT * REPLACE (score::SMALLINT AS score) FROM '{whole}') TO '{narrow}'")
    verdict = walk(on, "bureau", DAYS[1], str(narrow)).verdict
    assert verdict.ruling is Ruling.PUBLISH_WITH_WARNINGS
    told = [finding.because for finding in verdict.findings if finding.kind != "note"]
    assert told == [f"score was BIGINT in {DAYS[0]} (revision 1) and is SMALLINT now (narrowed)"]
    assert walk(on, "bureau", DAYS[2], candidate(tmp_path, "bureau", DAYS[2])).verdict.ruling is Ruling.PUBLISH_WITH_WARNINGS


def test_another_meaning_is_held_until_a_person_agrees(on: Platform, tmp_path: Path) -> None:
    """Months would be read as points from one day to the next, since their types are equal."""
    walk(on, "bureau", DAYS[0], candidate(tmp_path, "bureau", DAYS[0]))
    edit(on, "unit: points", "unit: months")
    held = walk(on, "bureau", DAYS[1], candidate(tmp_path, "bureau", DAYS[1]))
    assert held.held
    assert [finding.check for finding in held.verdict.findings] == ["schema.previous.semantic:score"]

    request = release.ask(on, job="bureau", key=DAYS[1], revision=None, by="ada", because="readers were told, see ticket 7")
    release.decide(on, request.id, approve=True, by="bob", because="all three readers agreed in writing")
    assert walk(on, "bureau", DAYS[2], candidate(tmp_path, "bureau", DAYS[2])).verdict.ruling is Ruling.PUBLISH
