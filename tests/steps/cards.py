"""A job whose contract diverts, and its deliveries: a thousand accounts of four states, some with balances that cannot be."""

from dataclasses import replace
from pathlib import Path

import duckdb

from feature_health.checks.load import FolderContracts
from feature_health.ports import Platform
from tests.steps import lender

CONTRACT = Path(__file__).parent / "diverting/cards.yaml"
ROWS = 1000


def platform(home: Path) -> Platform:
    """The lender's, with one job whose contract diverts."""
    return replace(lender.platform(home), contracts=FolderContracts(CONTRACT.parent))


def delivered(folder: Path, *, wrong: str = "i % 100 = 7", name: str = "cards", more: str = "") -> str:
    """Accounts of four states in turn; where `wrong` holds the balance is one that cannot be."""
    file = folder / f"{name}.parquet"
    state = "['CA', 'NY', 'TX', 'WY'][1 + (i // 3) % 4] AS state"
    columns = f"CAST(i AS VARCHAR) AS account_id, {state}, CASE WHEN {wrong} THEN -1e6 - i ELSE 100.0 * i END AS balance{more}"
    duckdb.sql(f"COPY (SELECT {columns} FROM range({ROWS}) t(i)) TO '{file}' (FORMAT parquet)")
    return str(file)
