"""The benchmark's table: 32 columns of lending features as a pure function of the row's number, clean or with planted bad rows.

The same rows at every size, so that results of two sizes can be compared: of the dirty table the bad ones stand among the first
thousand. `heavy` has them in every thousand and its rows in no order, so that neither footer nor order proves what they spoil.
"""

from pathlib import Path
from typing import Literal

import duckdb

VERSION = 1
Kind = Literal["clean", "dirty", "heavy"]
SIZES = {"100k": 100_000, "1m": 1_000_000, "10m": 10_000_000}

STATES = ("AZ", "CA", "FL", "GA", "IL", "MA", "MI", "NC", "NJ", "NY", "OH", "PA", "TX", "VA", "WA")


def _share(seed: int) -> str:
    """A number from 0 to below 1 that depends on the row and the seed alone."""
    return f"(hash(i * 64 + {seed}) % 1000003 / 1000003.0)"


def _whole(seed: int, below: int) -> str:
    return f"CAST(hash(i * 64 + {seed}) % {below} AS INTEGER)"


def _one_of(seed: int, words: tuple[str, ...]) -> str:
    return f"{list(words)}[1 + {_whole(seed, len(words))}]"


# Of each column: its value in a clean row.
CLEAN: dict[str, str] = {
    "application_id": "'APP-' || lpad(CAST(i AS VARCHAR), 10, '0')",
    "customer_id": "CAST(100000 + hash(i * 64 + 1) % 900000 AS BIGINT)",
    "email_hash": "md5(CAST(hash(i * 64 + 2) AS VARCHAR))",
    "partner_id": f"'P' || lpad(CAST({_whole(3, 40)} AS VARCHAR), 3, '0')",
    "state": _one_of(4, STATES),
    "employment_type": _one_of(5, ("full_time", "part_time", "self_employed", "retired", "none")),
    "income_source": _one_of(6, ("w2", "1099", "bank", "stated")),
    "bureau": "CASE WHEN i % 20 < 9 THEN 'EFX' WHEN i % 20 < 16 THEN 'EXP' ELSE 'TUC' END",
    "pulled_at": "TIMESTAMP '2026-06-02' + to_microseconds(CAST(hash(i * 64 + 7) % 86400000000 AS BIGINT))",
    "applied_at": "TIMESTAMP '2026-06-01' + to_seconds(CAST(hash(i * 64 + 8) % 86400 AS BIGINT))",
    "as_of_date": "DATE '2026-06-02'",
    "birth_date": f"DATE '1950-01-01' + {_whole(9, 18000)}",
    "bureau_score": f"CASE WHEN hash(i * 64 + 10) % 50 = 0 THEN NULL ELSE 300 + {_whole(11, 551)} END",
    "tradelines_open": _whole(12, 12),
    "tradelines_total": f"12 + {_whole(13, 30)}",
    "inquiries_6m": _whole(14, 8),
    "delinquencies_2y": _whole(15, 4),
    "dti": f"{_share(16)} * 0.6",
    "annual_income": f"round(20000 + {_share(17)} * 150000, 2)",
    "loan_amount": f"round(1000 + {_share(18)} * 39000, 0)",
    "term_months": "CASE hash(i * 64 + 19) % 2 WHEN 0 THEN 36 ELSE 60 END",
    "apr": f"round(5 + {_share(20)} * 25, 3)",
    "installment": f"round(100 + {_share(21)} * 1200, 2)",
    "pd_score": _share(22),
    "utilization": _share(23),
    "revolving_balance": f"{_share(24)} * 50000",
    "total_balance": f"{_share(25)} * 100000",
    "is_homeowner": "hash(i * 64 + 26) % 2 = 0",
    "has_mortgage": "hash(i * 64 + 27) % 2 = 0",
    "months_on_file": _whole(28, 480),
    "alt_score": f"CASE WHEN hash(i * 64 + 29) % 10 = 0 THEN NULL ELSE {_share(30)} * 100 END",
    "hour_of_day": f"CAST({_whole(31, 24)} AS SMALLINT)",
}
# Of a column: what some rows hold instead in the dirty table. 11 of the contract's expectations must fail on these, and no other.
# The heavy table has these values in every thousand rows; on millions of them pairs and shares fail as well.
PLANTED: dict[str, tuple[tuple[str, str], ...]] = {
    "application_id": (("i IN (100, 200, 300)", "'APP-0000000050'"), ("i IN (11, 12, 13, 14)", "'app_' || i")),
    "partner_id": (("i IN (21, 22, 23)", "'x1'"),),
    "state": (("i BETWEEN 31 AND 36", "'XX'"),),
    "employment_type": (("i IN (41, 42)", "'unknown'"),),
    "pulled_at": (("i BETWEEN 51 AND 61", "NULL"), ("i IN (62, 63)", "TIMESTAMP '2031-01-01'")),
    "bureau_score": (("i BETWEEN 71 AND 77", "999"),),
    "tradelines_open": (("i BETWEEN 81 AND 85", "99"),),
    "dti": (("i BETWEEN 91 AND 95", "-0.5"),),
    "loan_amount": (("i IN (101, 102, 103)", "-5"),),
}


def write(path: Path, *, rows: int, kind: Kind) -> None:
    """The table as one zstd Parquet file, rows in order."""
    columns = ", ".join(f"{_value(name, kind)} AS {name}" for name in CLEAN)
    with duckdb.connect() as connection:
        numbers = f"(SELECT {'r * 7129183747 % ' + str(int(rows)) if kind == 'heavy' else 'r'} AS i FROM range({int(rows)}) t(r))"
        connection.execute(f"COPY (SELECT {columns} FROM {numbers}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def made(folder: Path, *, size: str, kind: Kind) -> Path:
    """The table of that size, written into the folder unless it is there already."""
    path = folder / f"{kind}_{size}_v{VERSION}.parquet"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        write(partial, rows=SIZES[size], kind=kind)
        partial.rename(path)
    return path


def _value(name: str, kind: Kind) -> str:
    planted = () if kind == "clean" else PLANTED.get(name, ())
    cases = " ".join(f"WHEN {_everywhere(rows) if kind == 'heavy' else rows} THEN {value}" for rows, value in planted)
    return f"CASE {cases} ELSE {CLEAN[name]} END" if cases else CLEAN[name]


def _everywhere(rows: str) -> str:
    """The condition on the row's number as one on its place in each thousand."""
    return rows.replace("i ", "i % 1000 ", 1)
