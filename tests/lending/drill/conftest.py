"""A lender of four hundred applications a day, and the real contracts scaled down to it."""

import re
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from lending.drill.lender import ShadowLender
from lending.world import World

APPLICATIONS = 400
SHARE = APPLICATIONS / 5000
DAY = date(2026, 4, 15)


@pytest.fixture(scope="session")
def lender() -> ShadowLender:
    """The small lender."""
    return ShadowLender(world=World(seed=7, applications=APPLICATIONS))


@pytest.fixture(scope="session")
def clean(lender: ShadowLender, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Job -> candidate of a clean Wednesday."""
    return lender.night(DAY, plant=None, folder=tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="session")
def small_contracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real contracts with numbers of rows for so few applications."""
    folder = tmp_path_factory.mktemp("contracts") / "expectations"
    shutil.copytree(Path(__file__).parents[3] / "expectations", folder)
    for file in folder.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"(row_count_(?:min|max)): (\d+)", _scaled, text), encoding="utf-8")
    return folder


def _scaled(found: re.Match[str]) -> str:
    """Wider as well: few rows vary more."""
    wider = 0.8 if found[1].endswith("min") else 1.25
    return f"{found[1]}: {max(1, round(int(found[2]) * SHARE * wider))}"
