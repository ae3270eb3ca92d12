"""Small clean tables of the world, made by hand, and ways to plant faults in them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import md5
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from lending.faults import Fault, plant_table
from lending.faults.roles import BINDINGS

DAY = date(2026, 3, 4)
ROWS = 1500
_STATES = ("AL", "CA", "NY", "TX", "WY")

Tables = Callable[..., pa.Table]
Plant = Callable[..., pa.Table]


def _ids(what: str, day: date, n: int) -> list[str]:
    digests = (md5(f"{what}|{day}|{i}".encode(), usedforsecurity=False).hexdigest() for i in range(n))
    return [f"{d[:8]}-{d[8:12]}-{d[12:16]}-{d[16:20]}-{d[20:]}" for d in digests]


def _times(day: date, n: int) -> list[datetime]:
    """Evenly over the day in New York."""
    return [datetime(day.year, day.month, day.day, 5, tzinfo=UTC) + timedelta(seconds=86_000 * i / n) for i in range(n)]


def _bureau_pulls(day: date, n: int) -> pa.Table:
    rng = np.random.default_rng(day.toordinal())
    bureau = rng.choice(["EFX", "EXP", "TUC"], n, p=[0.45, 0.35, 0.20])
    found = rng.random(n) > 0.02
    scored = found & (rng.random(n) > 0.06)
    score = np.where(scored, rng.integers(300, 851, n), np.where(found, 9002 + rng.integers(0, 2, n), 9000))
    times = _times(day, n)
    limit = rng.integers(3, 300, n) * 100
    balance = (limit * rng.random(n)).astype(int)
    inquiries = rng.integers(0, 5, n)
    oldest = rng.integers(12, 400, n)

    def answer(values: Any, kind: pa.DataType | None = None) -> pa.Array:
        return pa.array([v if f else None for v, f in zip(values, found, strict=True)], kind or pa.int32())

    columns: dict[str, Any] = {
        "pull_id": _ids("pull", day, n),
        "application_id": _ids("application", day, n),
        "consumer_key": [i.replace("-", "") for i in _ids("consumer", day, n)],
        "bureau": bureau,
        "product_code": ["CORE"] * n,
        "product_version": ["8.1"] * n,
        "pull_type": ["hard"] * n,
        "permissible_purpose": ["credit_transaction"] * n,
        "requested_at": pa.array(times, pa.timestamp("us", "UTC")),
        "responded_at": pa.array([t + timedelta(seconds=2) for t in times], pa.timestamp("us", "UTC")),
        "received_at": pa.array([t + timedelta(minutes=5) for t in times], pa.timestamp("us", "UTC")),
        "hit_status": np.where(scored, "hit", np.where(found, "hit_no_score", "no_hit")),
        "file_date": answer([day - timedelta(days=1)] * n, pa.date32()),
        "score_model": ["FICO8"] * n,
        "score_raw": pa.array(score, pa.int32()),
        "frozen_flag": rng.random(n) < 0.04,
        "dispute_flag": rng.random(n) < 0.01,
        "input_state": rng.choice(_STATES, n),
        "input_birth_decade": pa.array(rng.choice([1960, 1970, 1980], n), pa.int32()),
    }
    columns["file_state"] = answer(columns["input_state"], pa.string())
    columns["file_birth_decade"] = answer(columns["input_birth_decade"].to_pylist())
    numbers = {
        "rev_util": np.rint(100 * balance / limit).astype(int), "rev_balance": balance, "rev_limit": limit,
        "mths_oldest_trade": oldest, "mths_newest_trade": oldest // 4, "inq_6m": inquiries, "inq_12m": inquiries + 1,
    }  # fmt: skip
    rest = (*BINDINGS["bureau_pulls"]["attributes"], "trend_util_avg_12m", "trend_rev_balance_6m_ago")
    for place, name in enumerate(dict.fromkeys([*numbers, *rest])):
        columns[name] = answer(numbers.get(name, rng.integers(0, 60, n) + place))
    return pa.table(columns)


def _bureau_pull(day: date, n: int) -> pa.Table:
    """As the job makes it, for the columns that faults of the job touch."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("pulls", _bureau_pulls(day, n))
        return connection.sql(
            """
            SELECT application_id, pull_id, consumer_key, bureau, requested_at, score_raw, score_model,
                CASE WHEN score_raw < 9000 THEN score_raw END AS score_value,
                CASE score_raw WHEN 9000 THEN 'no_hit' WHEN 9002 THEN 'not_computable' WHEN 9003 THEN 'none_recent' ELSE 'ok' END
                    AS score_reason,
                CASE WHEN inq_6m > 0 THEN rev_util END AS rev_util_value,
                CASE WHEN inq_6m > 0 THEN 'ok' ELSE 'no_trades_of_type' END AS rev_util_reason,
                CASE WHEN inq_6m > 0 THEN 300 END AS inst_payment_value,
                CASE WHEN inq_6m > 0 THEN 'ok' ELSE 'no_trades_of_type' END AS inst_payment_reason
            FROM pulls
            """
        ).to_arrow_table()


_MAKERS: dict[str, Callable[[date, int], pa.Table]] = {"bureau_pulls": _bureau_pulls, "bureau_pull": _bureau_pull}


@pytest.fixture(scope="session")
def tables() -> Tables:
    """The clean table of a name on a day, or the day before: `tables("bureau_pulls", days_ago=1)`."""
    made: dict[tuple[str, int], pa.Table] = {}

    def table(name: str, *, days_ago: int = 0) -> pa.Table:
        if (name, days_ago) not in made:
            made[name, days_ago] = _MAKERS[name](DAY - timedelta(days=days_ago), ROWS)
        return made[name, days_ago]

    return table


@pytest.fixture(scope="session")
def plant(tables: Tables) -> Plant:
    """The faulty twin of the fault's own small table: `plant(fault, strength=3)`."""

    def planted(fault: Fault, **options: Any) -> pa.Table:
        before = tables(fault.table, days_ago=1) if fault.needs_previous else None
        return plant_table(fault, tables(fault.table), day=DAY, previous=before, **options)

    return planted
